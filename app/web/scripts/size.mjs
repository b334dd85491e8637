// Fails if the first page needs more JavaScript than it may: everything that the entry loads before
// anything is clicked, gzipped. Chunks that a page fetches on demand (charts, the chain's library, the
// engine) are told, and are not counted.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 250;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

function sizeOf(file) {
  return gzipSync(readFileSync(new URL(file, dist))).length / 1024;
}

/** The chunks that an entry imports statically, itself among them. */
function staticChunks(key, found = new Set()) {
  if (!found.has(key)) {
    found.add(key);
    for (const next of manifest[key].imports ?? []) {
      staticChunks(next, found);
    }
  }
  return found;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const initial = staticChunks(entry);
const scripts = Object.keys(manifest).filter((key) => manifest[key].file.endsWith(".js"));
let total = 0;
for (const key of scripts) {
  const size = sizeOf(manifest[key].file);
  const isInitial = initial.has(key);
  total += isInitial ? size : 0;
  console.log(
    `${isInitial ? "first page" : "on demand "}  ${size.toFixed(1).padStart(7)} kB  ${manifest[key].file}`,
  );
}
console.log(`first page: ${total.toFixed(1)} kB of ${BUDGET_KB} kB gzipped`);
if (total > BUDGET_KB) {
  console.error("the first page needs too much JavaScript");
  process.exit(1);
}
