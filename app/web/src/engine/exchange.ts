/**
 * The exchange in this browser: the SDK's own quoting and building, as WebAssembly, in a worker. Started
 * once, after the page is there; until it has everything, the gateway quotes.
 */

import { useEffect, useSyncExternalStore } from "react";
import type { Engine } from "./engine";
import { setFailureReader } from "./failure";
import { type Remote, remote } from "./remote";

let started: Remote<Engine> | null = null;
/** Grows with every change of the exchange; null until it has everything. */
let version: number | null = null;
const listeners = new Set<() => void>();

function setVersion(next: number | null): void {
  version = next;
  for (const listener of listeners) {
    listener();
  }
}

function start(): Remote<Engine> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    if (data === "changed") {
      setVersion((version ?? 0) + 1);
    }
  });
  worker.addEventListener("error", ({ message }) => {
    // The gateway quotes again, and who wants to trade starts another one.
    console.warn("the engine has failed:", message);
    worker.terminate();
    started = null;
    setVersion(null);
  });
  const engine = remote<Engine>(worker);
  setFailureReader((failure) => engine.explain(failure));
  return engine;
}

/** The engine; what is asked before it has everything is answered then. */
export function engine(): Remote<Engine> {
  started ??= start();
  return started;
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** The version of the exchange that the engine has now; null until it has one. */
export function useEngineVersion(): number | null {
  useEffect(() => {
    // The page comes first: this is megabytes of code and data that can wait some moments.
    if ("requestIdleCallback" in window) {
      const handle = requestIdleCallback(() => engine(), { timeout: 2_000 });
      return () => cancelIdleCallback(handle);
    }
    const handle = setTimeout(engine, 300);
    return () => clearTimeout(handle);
  }, []);
  return useSyncExternalStore(subscribe, () => version);
}
