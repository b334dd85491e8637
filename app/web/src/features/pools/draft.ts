/** What is in the form for a new pool. */

import type { PoolFees } from "@/api/model";
import { parseDecimal } from "@/lib/amount";

/** The fees with which one small shard is better than several: see "How it works". */
export const DEFAULT_FEES: PoolFees = {
  minPips: 1_000,
  maxPips: 12_000,
  slopePips: 1_050_000,
  protocolShareBps: 1_000,
};

export const MAX_SHARDS = 32;
export const MAX_AMPLIFICATION = 10_000;
/** The highest flat fee, in millionths. */
const MAX_FEE_PIPS = 100_000;

/** A flat fee that was typed as a percentage, in millionths. */
export function parseFlatFee(text: string): { pips: number } | { error: string } {
  const parsed = parseDecimal(text, 4);
  if (!parsed.ok) {
    return { error: parsed.reason === "empty" ? "Enter a percentage" : parsed.message };
  }
  return parsed.amount > BigInt(MAX_FEE_PIPS)
    ? { error: "At most 10%" }
    : { pips: Number(parsed.amount) };
}

/** A whole number within bounds. */
export function parseWhole(
  text: string,
  least: number,
  most: number,
): { value: number } | { error: string } {
  const parsed = parseDecimal(text, 0);
  if (!parsed.ok) {
    return { error: "Enter a whole number" };
  }
  const value = Number(parsed.amount);
  return value < least || value > most ? { error: `From ${least} to ${most}` } : { value };
}

export function flatFees(pips: number): PoolFees {
  return {
    minPips: pips,
    maxPips: pips,
    slopePips: 0,
    protocolShareBps: DEFAULT_FEES.protocolShareBps,
  };
}
