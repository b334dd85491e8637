/** What a transaction needs, told by the node before anybody signs. */

import type { Address, Base64EncodedWireTransaction, Blockhash } from "@solana/kit";
import { type FailureReader, failureWords, TransactionError } from "./errors";
import type { Rpc } from "./rpc";
import { buildTransaction, type EngineInstruction, programsOf, toBase64 } from "./transaction";

/** The most that a transaction can use. */
export const MAX_UNITS = 1_400_000;
/** The node puts in one of its own. */
const NO_BLOCKHASH = "11111111111111111111111111111111" as Blockhash;

/** The compute units that these instructions use now. Throws why they would be refused. */
export async function simulatedUnits(
  rpc: Rpc,
  payer: Address,
  instructions: readonly EngineInstruction[],
  readFailure: FailureReader | null,
): Promise<number> {
  const lifetime = { blockhash: NO_BLOCKHASH, lastValidBlockHeight: 0n };
  const budget = { computeUnits: MAX_UNITS, microLamportsPerUnit: 0n };
  const transaction = buildTransaction(payer, instructions, lifetime, budget);
  const { value } = await rpc
    .simulateTransaction(toBase64(transaction) as Base64EncodedWireTransaction, {
      encoding: "base64",
      commitment: "confirmed",
      replaceRecentBlockhash: true,
      sigVerify: false,
    })
    .send();
  if (value.err) {
    const programs = programsOf(transaction);
    const failure = { error: value.err, logs: value.logs ?? [], programs };
    const { message, hint } = await failureWords(failure, readFailure);
    throw new TransactionError("refused", message, hint);
  }
  return Number(value.unitsConsumed ?? MAX_UNITS);
}

/** What was simulated, and half as much again: prices and orders may move until it is executed. */
export function withMargin(units: number): number {
  return Math.ceil(units + Math.max(units / 2, 10_000));
}
