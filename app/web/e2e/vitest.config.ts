import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Browser tests against a running local chain: see README.md beside this file. */
export default defineConfig({
  resolve: {
    alias: { "@": fileURLToPath(new URL("../src", import.meta.url)) },
  },
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["**/*.test.ts"],
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One chain and two cores: files one after the other, so that timings mean something.
    fileParallelism: false,
  },
});
