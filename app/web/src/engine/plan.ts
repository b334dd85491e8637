/** Operations that may take several transactions, each of which only lacks its signature. */

import type { Step } from "@/transactions/useTransactAll";
import type { Instruction } from "@/wasm/sealane_wasm";
import { engine } from "./exchange";
import type { StakeOperation } from "./operations";
import { finish, onceKnown, type PrepareContext } from "./prepare";

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
