/** New pools: a few transactions, one after the other. */

import type { Address, PoolFees } from "@/api/model";
import type { Prepared } from "@/transactions/run";
import type { CurveKind } from "@/wasm/sealane_wasm";
import { engine } from "./exchange";
import { finish, type PrepareContext } from "./prepare";

export interface PoolDraft {
  baseMint: Address;
  quoteMint: Address;
  curve: CurveKind;
  fees: PoolFees;
  shards: number;
}

export interface PlannedPool {
  pool: Address;
  /** Each to be built once the one before is confirmed. */
  transactions: (() => Promise<Prepared>)[];
}

export async function planPool(draft: PoolDraft, context: PrepareContext): Promise<PlannedPool> {
  const { pool, transactions } = await engine().createPool({ ...draft, creator: context.owner });
  return {
    pool: pool as Address,
    transactions: transactions.map((instructions) => () => finish(instructions, context)),
  };
}
