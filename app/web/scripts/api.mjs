// Writes the types of the gateway's interface: `npm run api -- OPENAPI.json`, the document as
// `sealane-gateway openapi` prints it. The types are committed, since the page is built before the
// gateway; that they are not older than the gateway is a browser test.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { documentHash } from "./document.mjs";

/** Needs an older TypeScript than the app is checked with. */
const PACKAGES = ["typescript@5.9.3", "openapi-typescript@7.13.0"];

const [document] = process.argv.slice(2);
if (!document) {
  console.error("usage: npm run api -- OPENAPI.json");
  process.exit(1);
}
const output = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));
const packages = PACKAGES.flatMap((name) => ["-p", name]);
execFileSync("npx", ["--yes", ...packages, "openapi-typescript", document, "-o", output], {
  stdio: "inherit",
});
const hash = documentHash(JSON.parse(readFileSync(document, "utf8")));
writeFileSync(output, `// Of the document ${hash}\n${readFileSync(output, "utf8")}`);
