/** Operations as a transaction that only lacks its signature. */

import type { Address, Config } from "@/api/model";
import { type PriorityChoice, unitPrice } from "@/chain/priority";
import { rpcAt } from "@/chain/rpc";
import { buildTransaction, type EngineInstruction } from "@/chain/transaction";
import type { Prepared } from "@/transactions/run";
import { exchange } from "./exchange";
import type { Operation } from "./operations";

/** What the two instructions that set the compute budget use themselves. */
const BUDGET_UNITS = 300;

export interface PrepareContext {
  owner: Address;
  config: Config;
  priority: PriorityChoice;
}

export async function prepare(
  operations: readonly Operation[],
  context: PrepareContext,
): Promise<Prepared> {
  const engine = await exchange();
  const built = engine.instructions(operations, context.owner);
  const computeUnits = Math.min(1_400_000, Math.ceil(built.computeUnits) + BUDGET_UNITS);
  const rpc = rpcAt(context.config.rpcPath);
  const [latest, microLamportsPerUnit] = await Promise.all([
    rpc.getLatestBlockhash({ commitment: "confirmed" }).send(),
    unitPrice(rpc, context.priority, computeUnits, writable(built.instructions)),
  ]);
  const transaction = buildTransaction(context.owner, built.instructions, latest.value, {
    computeUnits,
    microLamportsPerUnit,
  });
  return {
    transaction,
    lastValidBlockHeight: latest.value.lastValidBlockHeight,
    // In front of them are the instructions of the budget.
    programs: programsWithBudget(built.instructions, microLamportsPerUnit),
  };
}

const COMPUTE_BUDGET = "ComputeBudget111111111111111111111111111111";

function programsWithBudget(instructions: readonly EngineInstruction[], price: bigint): string[] {
  const budget = price > 0n ? [COMPUTE_BUDGET, COMPUTE_BUDGET] : [COMPUTE_BUDGET];
  return [...budget, ...instructions.map((instruction) => instruction.programId)];
}

function writable(instructions: readonly EngineInstruction[]): Address[] {
  const accounts = instructions.flatMap((instruction) => instruction.accounts);
  return [
    ...new Set(accounts.filter((account) => account.isWritable).map((account) => account.address)),
  ] as Address[];
}
