/**
 * Sending a signed transaction and finding out what became of it: sent again until it is confirmed,
 * refused, or too old to be accepted.
 */

import {
  type Base64EncodedWireTransaction,
  getSignatureFromTransaction,
  getTransactionDecoder,
  type Signature,
} from "@solana/kit";
import { type FailureReader, failureWords, TransactionError } from "./errors";
import type { Rpc } from "./rpc";
import { toBase64 } from "./transaction";

const POLL_MS = 350;
const RESEND_MS = 2_000;
const HEIGHT_MS = 3_000;

export interface Sent {
  signature: string;
  slot: bigint;
}

export interface SendOptions {
  rpc: Rpc;
  rpcPath: string;
  lastValidBlockHeight: bigint;
  programs: readonly string[];
  readFailure: FailureReader | null;
  /** Called once the node has accepted it. */
  onSent?: (signature: string) => void;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function words(options: SendOptions, error: unknown, logs: readonly string[]) {
  const failure = { error, logs, programs: options.programs };
  return failureWords(failure, options.readFailure);
}

interface Refusal {
  message: string;
  data?: { err?: unknown; logs?: string[] | null };
}

/** Errors that some nodes only tell in words. */
const IN_WORDS: readonly [RegExp, string][] = [
  [/blockhash not found/i, "BlockhashNotFound"],
  [/already been processed/i, "AlreadyProcessed"],
  [/insufficient funds for fee/i, "InsufficientFundsForFee"],
];

/** The chain's error in a node's refusal, as the chain would write it. */
export function errorOfRefusal({ message, data }: Refusal): unknown {
  return data?.err ?? IN_WORDS.find(([words]) => words.test(message))?.[1] ?? null;
}

/**
 * Sends for the first time, with the node's own simulation in front: a refusal costs no fee. Asked
 * without a client library, because what matters is the chain's error exactly as the node tells it.
 */
async function submit(wire: Base64EncodedWireTransaction, options: SendOptions): Promise<void> {
  const config = { encoding: "base64", preflightCommitment: "confirmed", maxRetries: 0 };
  const body = { jsonrpc: "2.0", id: 1, method: "sendTransaction", params: [wire, config] };
  const headers = { "content-type": "application/json" };
  let refusal: Refusal | undefined;
  try {
    const response = await fetch(options.rpcPath, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    refusal = ((await response.json()) as { error?: Refusal }).error;
  } catch {
    throw new TransactionError(
      "unreachable",
      "The transaction could not be sent",
      "Nothing was traded. Check your connection, then try again",
    );
  }
  if (!refusal) {
    return;
  }
  const error = errorOfRefusal(refusal);
  if (error === null) {
    throw new TransactionError(
      "refused",
      `The node refused: ${refusal.message}`,
      "Nothing was traded. Try again",
    );
  }
  const { message, hint } = await words(options, error, refusal.data?.logs ?? []);
  throw new TransactionError("refused", message, hint);
}

/** Sends and waits until the transaction is confirmed. */
export async function sendAndConfirm(transaction: Uint8Array, options: SendOptions): Promise<Sent> {
  const signature = getSignatureFromTransaction(getTransactionDecoder().decode(transaction));
  const wire = toBase64(transaction) as Base64EncodedWireTransaction;
  await submit(wire, options);
  options.onSent?.(signature);
  const resend = () => {
    // Nothing is known about a copy; the first one is what is waited for.
    options.rpc
      .sendTransaction(wire, { encoding: "base64", skipPreflight: true, maxRetries: 0n })
      .send()
      .catch(() => {});
  };
  return confirm(signature, options, resend);
}

/** Waits for a transaction that somebody sent. */
export async function confirm(
  signature: Signature,
  options: SendOptions,
  resend?: () => void,
): Promise<Sent> {
  let sentAt = Date.now();
  let heightAt = Date.now();
  for (;;) {
    await pause(POLL_MS);
    const answer = await options.rpc
      .getSignatureStatuses([signature])
      .send()
      .catch(() => null);
    const status = answer?.value[0];
    if (status?.err) {
      const { message, hint } = await words(options, status.err, []);
      throw new TransactionError("failed", message, hint, signature);
    }
    if (status?.confirmationStatus === "confirmed" || status?.confirmationStatus === "finalized") {
      return { signature, slot: status.slot };
    }
    const now = Date.now();
    if (resend && !status && now - sentAt > RESEND_MS) {
      sentAt = now;
      resend();
    }
    if (answer && !status && now - heightAt > HEIGHT_MS) {
      heightAt = now;
      await requireValid(signature, options);
    }
  }
}

/** Fails once no block can take the transaction any more. */
async function requireValid(signature: Signature, options: SendOptions): Promise<void> {
  const height = await options.rpc
    .getBlockHeight({ commitment: "confirmed" })
    .send()
    .catch(() => null);
  if (height === null || height <= options.lastValidBlockHeight) {
    return;
  }
  // It may have been taken by the last block that could.
  const last = await options.rpc
    .getSignatureStatuses([signature], { searchTransactionHistory: true })
    .send();
  if (!last.value[0]) {
    throw new TransactionError(
      "expired",
      "The transaction was not taken in time and can no longer be executed",
      "Nothing was traded. Try again, with a higher priority fee if the network is busy",
      signature,
    );
  }
}
