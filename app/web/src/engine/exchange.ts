/**
 * The exchange in this browser: the SDK's own quoting and building, as WebAssembly. Loaded once, after
 * the page is there; until it has everything, the gateway quotes.
 */

import { useEffect, useSyncExternalStore } from "react";
import type { Exchange } from "@/wasm/sealane_wasm";
import wasmUrl from "@/wasm/sealane_wasm_bg.wasm?url";
import { readerOf } from "./explain";
import { setFailureReader } from "./failure";

/** How often quotes are made anew at most: faster than anybody reads, slower than a busy market. */
const NOTIFY_MS = 200;

interface Loaded {
  exchange: Exchange;
  /** Grows with every change. */
  version: number;
}

let loaded: Loaded | null = null;
let loading: Promise<Exchange> | null = null;
const listeners = new Set<() => void>();
let isTold = true;

/** Tells of changes, of many at once only once. */
function notify(): void {
  if (!isTold) {
    return;
  }
  isTold = false;
  setTimeout(() => {
    isTold = true;
    if (loaded) {
      loaded = { ...loaded, version: loaded.version + 1 };
    }
    for (const listener of listeners) {
      listener();
    }
  }, NOTIFY_MS);
}

async function load(): Promise<Exchange> {
  const [wasm, { followAccounts }] = await Promise.all([
    import("@/wasm/sealane_wasm"),
    import("./feed"),
  ]);
  await wasm.default({ module_or_path: wasmUrl });
  setFailureReader(readerOf(wasm.decodeError));
  return new Promise((resolve) => {
    let current: Exchange | null = null;
    followAccounts({
      create: () => {
        current?.free();
        current = new wasm.Exchange();
        return current;
      },
      onChange: () => {
        if (!current) {
          return;
        }
        if (loaded?.exchange !== current) {
          loaded = { exchange: current, version: loaded?.version ?? 0 };
          resolve(current);
        }
        notify();
      },
    });
  });
}

/** The exchange, once it is loaded and has everything. */
export async function exchange(): Promise<Exchange> {
  loading ??= load();
  await loading;
  if (!loaded) {
    throw new Error("The engine is not ready");
  }
  return loaded.exchange;
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** The exchange as it is now, and again whenever it has changed; null until it is loaded. */
export function useExchange(): Loaded | null {
  useEffect(() => {
    // The page comes first: this is megabytes of code and data that can wait some moments.
    const start = () => {
      exchange().catch((error: unknown) => console.warn("the engine could not be loaded", error));
    };
    if ("requestIdleCallback" in window) {
      const handle = requestIdleCallback(start, { timeout: 2_000 });
      return () => cancelIdleCallback(handle);
    }
    const handle = setTimeout(start, 300);
    return () => clearTimeout(handle);
  }, []);
  return useSyncExternalStore(subscribe, () => loaded);
}
