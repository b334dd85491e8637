/** The engine beside the page: whatever it computes, the page stays quick. */

import init, { decodeError, Exchange, transactionSize } from "@/wasm/sealane_wasm";
import wasmUrl from "@/wasm/sealane_wasm_bg.wasm?url";
import { Engine } from "./engine";
import { AccountsFeed } from "./feed";
import { type Port, serve } from "./remote";

/** How often changes are told at most: faster than anybody reads, slower than a busy market. */
const NOTIFY_MS = 200;

const page = self as unknown as Port;

/** The exchange as it is now: another one whenever everything is told anew. */
let exchange: Exchange | null = null;
let isTold = true;

/** Tells the page of changes, of many at once only once. */
function notify(): void {
  if (isTold) {
    isTold = false;
    setTimeout(() => {
      isTold = true;
      page.postMessage("changed");
    }, NOTIFY_MS);
  }
}

let isThere = () => {};
const there = new Promise<void>((resolve) => {
  isThere = resolve;
});

const feed = new AccountsFeed({
  create: () => new Exchange(),
  onChange: (current) => {
    if (exchange !== current) {
      exchange?.free();
      exchange = current;
      isThere();
    }
    notify();
  },
});

async function load(): Promise<void> {
  await init({ module_or_path: wasmUrl });
  feed.start();
  await there;
}

const loaded = load();

async function current(): Promise<Exchange> {
  await loaded;
  if (!exchange) {
    throw new Error("The engine is not ready");
  }
  return exchange;
}

const engine = new Engine({
  exchange: current,
  create: () => new Exchange(),
  decode: decodeError,
  follow: (owner) => feed.followOwner(owner),
  sizeOf: transactionSize,
});
serve(engine, page);
