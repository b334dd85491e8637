/** Operations that may take several transactions, each of which only lacks its signature. */

import type { Address } from "@/api/model";
import type { Step } from "@/transactions/useTransactAll";
import type { Instruction } from "@/wasm/sealane_wasm";
import { engine } from "./exchange";
import type { GovernOperation, StakeOperation } from "./operations";
import { finish, onceKnown, type PrepareContext } from "./prepare";

export interface PlannedGovern {
  steps: readonly Step[];
  /** The new proposal, if one is made. */
  proposal: Address | null;
}

/** Each is to be built once the one before is confirmed. */
function stepsOf(transactions: readonly Instruction[][], context: PrepareContext): Step[] {
  return transactions.map((instructions) => () => finish(instructions, context));
}

export async function planStake(
  operation: StakeOperation,
  context: PrepareContext,
): Promise<readonly Step[]> {
  const transactions = await onceKnown(() => engine().planStake(operation, context.owner));
  return stepsOf(transactions, context);
}

export async function planGovern(
  operation: GovernOperation,
  context: PrepareContext,
): Promise<PlannedGovern> {
  const planned = await onceKnown(() => engine().planGovern(operation, context.owner));
  return { steps: stepsOf(planned.transactions, context), proposal: planned.proposal };
}
