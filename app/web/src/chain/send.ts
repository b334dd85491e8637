/**
 * Sending a signed transaction and finding out what became of it: sent again until it is confirmed,
 * refused, or too old to be accepted.
 */

import {
  type Base64EncodedWireTransaction,
  getSignatureFromTransaction,
  getTransactionDecoder,
  isSolanaError,
  type Signature,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
} from "@solana/kit";
import { type FailureReader, plainFailure, TransactionError } from "./errors";
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
  lastValidBlockHeight: bigint;
  programs: readonly string[];
  readFailure: FailureReader | null;
  /** Called once the node has accepted it. */
  onSent?: (signature: string) => void;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function words(options: SendOptions, error: unknown, logs: readonly string[]) {
  const failure = { error, logs, programs: options.programs };
  return options.readFailure?.(failure) ?? plainFailure(failure);
}

/** Sends for the first time, with the node's own simulation in front: a refusal costs no fee. */
async function submit(wire: Base64EncodedWireTransaction, options: SendOptions): Promise<void> {
  try {
    await options.rpc
      .sendTransaction(wire, {
        encoding: "base64",
        preflightCommitment: "confirmed",
        maxRetries: 0n,
      })
      .send();
  } catch (cause) {
    if (
      isSolanaError(cause, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE)
    ) {
      const reason = isSolanaError(cause.cause) ? errorOfContext(cause.cause) : cause.cause;
      const { message, hint } = words(options, reason, cause.context.logs ?? []);
      throw new TransactionError("refused", message, hint);
    }
    throw new TransactionError(
      "unreachable",
      `The transaction could not be sent: ${cause instanceof Error ? cause.message : "no answer"}`,
      "Nothing was traded. Try again",
    );
  }
}

/** Kit gives the chain's error a class; the parts that matter are in its context. */
function errorOfContext(error: { context: object; message: string }): unknown {
  const context = error.context as Record<string, unknown>;
  if (typeof context.code === "number" && typeof context.index === "number") {
    return { InstructionError: [context.index, { Custom: context.code }] };
  }
  const name = /TransactionError::(\w+)|^(\w+)$/.exec(error.message);
  return name?.[1] ?? error.message;
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
      const { message, hint } = words(options, status.err, []);
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
