/** Keeps the engine's accounts up to date over the gateway's channel of raw accounts. */

import { gatewayStream } from "@/api/stream";
import type { AccountUpdate, Exchange } from "@/wasm/sealane_wasm";

interface WireAccounts {
  accounts: AccountUpdate[];
}

export interface Feed {
  /** Called with the exchange when something of it has changed. */
  onChange: (exchange: Exchange) => void;
  /** Makes an empty exchange, whenever everything is told anew. */
  create: () => Exchange;
}

/** Whether the chain's time is known: without it nobody knows which orders have expired. */
function hasClock(exchange: Exchange): boolean {
  try {
    return exchange.clock().slot > 0n;
  } catch {
    return false;
  }
}

/** Follows all accounts. What was known before is dropped whenever everything is told anew. */
export function followAccounts({ create, onChange }: Feed): () => void {
  let exchange: Exchange | null = null;
  return gatewayStream().subscribe(
    { channel: "accounts" },
    {
      onSnapshot: (data) => {
        exchange = create();
        exchange.applyAll((data as WireAccounts).accounts);
        if (hasClock(exchange)) {
          onChange(exchange);
        }
      },
      onDiff: (data) => {
        const changed = exchange?.applyAll((data as WireAccounts).accounts) ?? 0;
        if (exchange && changed > 0 && hasClock(exchange)) {
          onChange(exchange);
        }
      },
    },
  );
}
