/** Operations as a transaction that only lacks its signature. */

import type { Address, Config } from "@/api/model";
import { type PriorityChoice, unitPrice } from "@/chain/priority";
import { rpcAt } from "@/chain/rpc";
import { MAX_UNITS, simulatedUnits, withMargin } from "@/chain/simulate";
import { buildTransaction, programsOf } from "@/chain/transaction";
import type { Prepared } from "@/transactions/run";
import type { Instruction } from "@/wasm/sealane_wasm";
import { engine } from "./exchange";
import { EngineError } from "./explain";
import { failureReader } from "./failure";
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
  const instructions = await onceKnown(() => engine().build(operations, context.owner));
  return finish(instructions, context);
}

/** Refusals that a moment later may be none: what was just confirmed is still on its way to us. */
const PENDING = new Set([
  "unknown_lane",
  "insufficient_funds",
  "unknown_pool",
  "unknown_position",
  "unknown_proposal",
]);
/** Refusals that are over when the chain's clock, which is some moments behind ours, says so too. */
const TOO_EARLY = new Set(["cooling_down", "locked", "time_locked", "voting_open"]);
const TRIES = 12;
const TRIES_TOO_EARLY = 60;
const PAUSE_MS = 250;

/** How often something is tried that was refused so. */
function triesOf(code: string): number {
  return PENDING.has(code) ? TRIES : TOO_EARLY.has(code) ? TRIES_TOO_EARLY : 1;
}

/** Builds, and waits a little for what the transaction before has changed. */
export async function onceKnown<T>(build: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await build();
    } catch (thrown) {
      const most = thrown instanceof EngineError ? triesOf(thrown.code) : 1;
      if (tries >= most) {
        throw thrown;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/**
 * Adds the compute budget, the priority fee and a blockhash. What the instructions use is asked of the
 * node where nobody knows it yet; then what would be refused is never signed.
 */
export async function finish(
  instructions: readonly Instruction[],
  { owner, config, priority }: PrepareContext,
  known?: number,
): Promise<Prepared> {
  const rpc = rpcAt(config.rpcPath);
  const [latest, units] = await Promise.all([
    rpc.getLatestBlockhash({ commitment: "confirmed" }).send(),
    known ?? simulatedUnits(rpc, owner, instructions, failureReader()).then(withMargin),
  ]);
  const computeUnits = Math.min(MAX_UNITS, units + BUDGET_UNITS);
  const written = writable(instructions);
  const microLamportsPerUnit = await unitPrice(rpc, priority, computeUnits, written);
  const budget = { computeUnits, microLamportsPerUnit };
  const transaction = buildTransaction(owner, instructions, latest.value, budget);
  return {
    transaction,
    lastValidBlockHeight: latest.value.lastValidBlockHeight,
    programs: programsOf(transaction),
  };
}

function writable(instructions: readonly Instruction[]): Address[] {
  const accounts = instructions.flatMap((instruction) => instruction.accounts);
  return [
    ...new Set(accounts.filter((account) => account.isWritable).map((account) => account.address)),
  ] as Address[];
}
