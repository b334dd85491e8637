/** Operations as a transaction that only lacks its signature. */

import type { Address, Config } from "@/api/model";
import { type PriorityChoice, unitPrice } from "@/chain/priority";
import { rpcAt } from "@/chain/rpc";
import { buildTransaction, programsOf } from "@/chain/transaction";
import type { Prepared } from "@/transactions/run";
import type { Instruction } from "@/wasm/sealane_wasm";
import { exchange } from "./exchange";
import { EngineError, engineErrorOf } from "./explain";
import { Builder } from "./instructions";
import type { Operation } from "./operations";

/** What the two instructions that set the compute budget use themselves. */
const BUDGET_UNITS = 300;
const MAX_UNITS = 1_400_000;

export interface PrepareContext {
  owner: Address;
  config: Config;
  priority: PriorityChoice;
}

export async function prepare(
  operations: readonly Operation[],
  context: PrepareContext,
): Promise<Prepared> {
  const instructions = await onceKnown(async () => {
    const builder = new Builder(await exchange(), context.owner);
    return operations.flatMap((operation) => builder.build(operation));
  });
  return finish(instructions, estimateUnits(instructions), context);
}

/** Refusals that a moment later may be none: what was just confirmed is still on its way to us. */
const PENDING = new Set(["unknown_lane", "insufficient_funds", "unknown_pool"]);
const TRIES = 12;
const PAUSE_MS = 250;

/** Builds, and waits a little for what the transaction before has changed. */
async function onceKnown<T>(build: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await build();
    } catch (thrown) {
      const error = engineErrorOf(thrown);
      const isPending = error instanceof EngineError && PENDING.has(error.code);
      if (!isPending || tries === TRIES) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** Adds the compute budget, the priority fee and a blockhash. */
export async function finish(
  instructions: readonly Instruction[],
  units: number,
  { owner, config, priority }: PrepareContext,
): Promise<Prepared> {
  const computeUnits = Math.min(MAX_UNITS, units + BUDGET_UNITS);
  const rpc = rpcAt(config.rpcPath);
  const [latest, microLamportsPerUnit] = await Promise.all([
    rpc.getLatestBlockhash({ commitment: "confirmed" }).send(),
    unitPrice(rpc, priority, computeUnits, writable(instructions)),
  ]);
  const budget = { computeUnits, microLamportsPerUnit };
  const transaction = buildTransaction(owner, instructions, latest.value, budget);
  return {
    transaction,
    lastValidBlockHeight: latest.value.lastValidBlockHeight,
    programs: programsOf(transaction),
  };
}

/** Enough for anything that the exchange's instructions do, and no more than is worth paying for. */
const UNITS_OF_ONE = 60_000;

function estimateUnits(instructions: readonly Instruction[]): number {
  return instructions.length * UNITS_OF_ONE;
}

function writable(instructions: readonly Instruction[]): Address[] {
  const accounts = instructions.flatMap((instruction) => instruction.accounts);
  return [
    ...new Set(accounts.filter((account) => account.isWritable).map((account) => account.address)),
  ] as Address[];
}
