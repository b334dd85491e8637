import { createHash } from "node:crypto";

/** Tells one OpenAPI document from another by all that types depend on: prose does not count. */
export function documentHash(document) {
  const prose = (name, value) =>
    name === "description" && typeof value === "string" ? undefined : value;
  return createHash("sha256").update(JSON.stringify(document, prose)).digest("hex");
}
