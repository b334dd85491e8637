/** New pools: a few transactions, one after the other. */

import type { Address, PoolFees } from "@/api/model";
import type { Prepared } from "@/transactions/run";
import type { CreatePoolPlan, CurveKind } from "@/wasm/sealane_wasm";
import { exchange } from "./exchange";
import { engineErrorOf } from "./explain";
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
  const engine = await exchange();
  const { baseMint, quoteMint } = draft;
  // One creator may have several pools of a pair, told apart by a number.
  const taken = engine
    .pools()
    .filter((pool) => pool.baseMint === baseMint && pool.quoteMint === quoteMint);
  let plan: CreatePoolPlan;
  try {
    plan = engine.createPool({ ...draft, creator: context.owner, id: taken.length });
  } catch (thrown) {
    throw engineErrorOf(thrown);
  }
  const transactions = plan.transactions.map(({ instructions }) => {
    return () => finish(instructions, context);
  });
  return { pool: plan.pool as Address, transactions };
}
