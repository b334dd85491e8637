/** What a transaction pays to go ahead of others. */

import type { Address } from "@solana/kit";
import type { Rpc } from "./rpc";

const MICRO = 1_000_000n;

export interface PriorityChoice {
  mode: "off" | "auto" | "custom";
  lamports: number;
  capLamports: number;
}

/** The price at which `computeUnits` cost at most `lamports`. */
export function unitPriceFor(lamports: bigint, computeUnits: number): bigint {
  return computeUnits > 0 ? (lamports * MICRO) / BigInt(computeUnits) : 0n;
}

/** What so many units cost at this price, rounded up as the chain does. */
export function priorityFeeLamports(microLamportsPerUnit: bigint, computeUnits: number): bigint {
  return (microLamportsPerUnit * BigInt(computeUnits) + MICRO - 1n) / MICRO;
}

/** A price that three of four recent transactions did not exceed. */
export function upperQuartile(prices: readonly bigint[]): bigint {
  const sorted = [...prices].sort((one, other) => (one < other ? -1 : Number(one > other)));
  return sorted[Math.floor((sorted.length * 3) / 4)] ?? 0n;
}

/** The price of a unit for these writable accounts: what others paid of late, up to the cap. */
export async function unitPrice(
  rpc: Rpc,
  choice: PriorityChoice,
  computeUnits: number,
  writable: readonly Address[],
): Promise<bigint> {
  if (choice.mode === "off") {
    return 0n;
  }
  if (choice.mode === "custom") {
    return unitPriceFor(BigInt(choice.lamports), computeUnits);
  }
  const cap = unitPriceFor(BigInt(choice.capLamports), computeUnits);
  // Where the node tells nothing the transaction goes without: the fee is a courtesy, not a condition.
  const recent = await rpc
    .getRecentPrioritizationFees(writable.slice(0, 128))
    .send()
    .catch(() => []);
  const price = upperQuartile(recent.map((entry) => BigInt(entry.prioritizationFee)));
  return price < cap ? price : cap;
}
