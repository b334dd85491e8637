/** What is in the form for a new proposal. */

import type { Address, PoolFees } from "@/api/model";
import type { CallRequest } from "@/engine/operations";
import { isAddress } from "@/lib/address";
import { parseAmount, parseDecimal } from "@/lib/amount";
import type { Instruction } from "@/wasm/sealane_wasm";

export const KINDS = ["fees", "pause", "transfer", "text", "custom"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_NAMES: Record<Kind, string> = {
  fees: "Pool fee",
  pause: "Pause",
  transfer: "Transfer",
  text: "Text only",
  custom: "Custom",
};

/** A line, as it fits into a list. */
export const MAX_TITLE_BYTES = 120;
/** Title, names of options and description are at most 10,000 bytes in all: this leaves room. */
export const MAX_DESCRIPTION_BYTES = 8_000;
export const MAX_OPTIONS = 8;

/** A value, or what is wrong with what was typed. */
export type Read<T> = { value: T } | { error: string };

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Millionths that were typed as a percentage. */
export function readPips(text: string, most: number): Read<number> {
  const parsed = parseDecimal(text, 4);
  if (!parsed.ok) {
    return { error: parsed.reason === "empty" ? "Enter a percentage" : parsed.message };
  }
  return parsed.amount > BigInt(most)
    ? { error: `At most ${most / 10_000}%` }
    : { value: Number(parsed.amount) };
}

/** A share in basis points that was typed as a percentage. */
export function readBps(text: string, most: number): Read<number> {
  const parsed = parseDecimal(text, 2);
  if (!parsed.ok) {
    return { error: parsed.reason === "empty" ? "Enter a percentage" : parsed.message };
  }
  return parsed.amount > BigInt(most)
    ? { error: `At most ${most / 100}%` }
    : { value: Number(parsed.amount) };
}

/** What a pool can charge at most, in millionths, and give to its authority, in basis points. */
export const MAX_FEE_PIPS = 100_000;
export const MAX_PROTOCOL_BPS = 5_000;

export interface FeeTexts {
  least: string;
  most: string;
  share: string;
}

/** Fees as they were typed; how fast the rate falls stays as it is, unless it is flat. */
export function readFees(texts: FeeTexts, now: PoolFees): Read<PoolFees> {
  const least = readPips(texts.least, MAX_FEE_PIPS);
  const most = readPips(texts.most, MAX_FEE_PIPS);
  const share = readBps(texts.share, MAX_PROTOCOL_BPS);
  for (const read of [least, most, share]) {
    if ("error" in read) {
      return read;
    }
  }
  if ("error" in least || "error" in most || "error" in share) {
    return { error: "Enter all of them" };
  }
  if (least.value > most.value) {
    return { error: "The least is more than the most" };
  }
  const isFlat = least.value === most.value;
  return {
    value: {
      minPips: least.value,
      maxPips: most.value,
      slopePips: isFlat ? 0 : now.slopePips,
      protocolShareBps: share.value,
    },
  };
}

export function readTransfer(
  { amount, to }: { amount: string; to: string },
  { decimals, held, symbol }: { decimals: number; held: bigint; symbol: string },
): Read<{ amount: bigint; to: Address }> {
  const parsed = parseAmount(amount, decimals);
  if (!parsed.ok) {
    return { error: parsed.message };
  }
  if (parsed.amount === 0n) {
    return { error: "Enter an amount" };
  }
  if (parsed.amount > held) {
    return { error: `The treasury has less ${symbol}` };
  }
  const receiver = to.trim();
  return isAddress(receiver)
    ? { value: { amount: parsed.amount, to: receiver as Address } }
    : { error: receiver === "" ? "Enter who gets it" : "The receiver is no address" };
}

const ACCOUNT = /^(\S+)((?:\s+(?:signer|writable))*)$/;

/** An instruction as text: one account a line, `signer` and `writable` behind it, data in hex. */
export function readInstruction(texts: {
  program: string;
  accounts: string;
  data: string;
}): Read<Instruction> {
  const programId = texts.program.trim();
  if (!isAddress(programId)) {
    return { error: programId === "" ? "Enter the program" : "The program is no address" };
  }
  const accounts: Instruction["accounts"] = [];
  for (const [at, line] of texts.accounts.split("\n").entries()) {
    const trimmed = line.trim();
    if (trimmed === "") {
      continue;
    }
    const [, address = "", flags = ""] = ACCOUNT.exec(trimmed) ?? [];
    if (!isAddress(address)) {
      return { error: `Line ${at + 1} is no account: an address, then signer or writable` };
    }
    accounts.push({
      address,
      isSigner: /\bsigner\b/.test(flags),
      isWritable: /\bwritable\b/.test(flags),
    });
  }
  const digits = texts.data.replace(/^0x/, "").replace(/\s/g, "");
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) {
    return { error: "The data is not hexadecimal" };
  }
  const bytes = digits.match(/../g) ?? [];
  const data = Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16));
  return { value: { programId, accounts, data } };
}

/** What is to be executed: asked of the engine, or written out. */
export type Wanted = { request: CallRequest } | { instruction: Instruction } | null;

/** What the texts of a proposal lack; null if nothing. */
export function textError(title: string, description: string): string | null {
  if (title.trim() === "") {
    return "Enter a title";
  }
  if (byteLength(title) > MAX_TITLE_BYTES) {
    return "The title is too long";
  }
  return byteLength(description) > MAX_DESCRIPTION_BYTES ? "The text is too long" : null;
}

/** Names of options; of one, it is whether or not. */
export function readOptions(texts: readonly string[]): Read<string[]> {
  const names = texts.map((text) => text.trim());
  if (names.some((name) => name === "")) {
    return { error: "Name every option" };
  }
  return new Set(names).size < names.length
    ? { error: "Two options have the same name" }
    : { value: names };
}
