/** The types that the page is checked with are those of the gateway that it runs against. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { documentHash } from "../scripts/document.mjs";
import { environment } from "./support/environment";

const TYPES = new URL("../src/api/schema.d.ts", import.meta.url);
const HELP =
  "src/api/schema.d.ts is old: `sealane-gateway openapi > openapi.json`, then `npm run api -- openapi.json`";

it("the gateway's interface is the one in the committed types", async () => {
  const document = await (await fetch(`${environment.url}/openapi.json`)).json();
  const first = readFileSync(TYPES, "utf8").split("\n", 1)[0];
  expect(first, HELP).toBe(`// Of the document ${documentHash(document)}`);
});
