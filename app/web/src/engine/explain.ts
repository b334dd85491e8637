/** What the engine says of failures on the chain, and of its own refusals. */

import type { ChainFailure, FailureWords } from "@/chain/errors";
import type { FailedTransaction, Problem } from "@/wasm/sealane_wasm";

/** A refusal of the engine's, as the rest of the app knows errors. */
export class EngineError extends Error {
  override readonly name = "EngineError";

  constructor(
    readonly code: string,
    message: string,
    readonly hint: string | null,
  ) {
    super(message);
  }
}

/** What the engine threw, with a sentence that begins like one. */
export function engineErrorOf(thrown: unknown): Error {
  if (thrown instanceof Error && thrown.name === "SealaneError") {
    const { code, hint } = thrown as Error & { code?: string; hint?: string };
    return new EngineError(
      code ?? "refused",
      sentence(thrown.message),
      hint ? sentence(hint) : null,
    );
  }
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Where a failure lies and what it is called, in what a node reports. */
export function failedOf({ error, logs, programs }: ChainFailure): FailedTransaction {
  const failed: FailedTransaction = { logs: [...logs] };
  if (typeof error === "string") {
    return { ...failed, name: error };
  }
  if (typeof error !== "object" || error === null) {
    return failed;
  }
  if (!("InstructionError" in error) || !Array.isArray(error.InstructionError)) {
    const name = Object.keys(error)[0];
    return name ? { ...failed, name } : failed;
  }
  const [index, reason] = error.InstructionError as [number | bigint, unknown];
  const program = programs[Number(index)];
  const at = program ? { ...failed, program } : failed;
  if (typeof reason === "string") {
    return { ...at, name: reason };
  }
  if (typeof reason === "object" && reason !== null && "Custom" in reason) {
    return { ...at, number: Number(reason.Custom) };
  }
  return at;
}

/** The words for a failure on the chain; null if there are none. */
export function wordsOf(
  decode: (failed: FailedTransaction) => Problem,
  failure: ChainFailure,
): FailureWords | null {
  try {
    const { message, hint } = decode(failedOf(failure));
    return { message: sentence(message), hint: sentence(hint) };
  } catch {
    return null;
  }
}
