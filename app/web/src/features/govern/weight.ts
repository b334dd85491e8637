import { compactAmount, exactAmount } from "@/lib/format";

/** Weights have four places more than the staked token has decimals. */
const WEIGHT_PLACES = 4;

/** A weight in whole staked tokens without a lock. */
export function weightText(weight: bigint, decimals: number): string {
  return compactAmount(weight, decimals + WEIGHT_PLACES);
}

/** The same to the last unit. */
export function exactWeight(weight: bigint, decimals: number): string {
  return exactAmount(weight, decimals + WEIGHT_PLACES);
}
