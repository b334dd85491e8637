/** What farms pay, for people. */

import type { Reward } from "@/api/staking/model";

export type RewardState = "unfunded" | "upcoming" | "running" | "ended";

export function rewardState(reward: Reward, now: number): RewardState {
  if (now >= reward.end) {
    return "ended";
  }
  if (reward.funded === reward.allotted) {
    return "unfunded";
  }
  return now < reward.start ? "upcoming" : "running";
}

/** The units that a stake gets of what is paid to all: its part of the weight. */
export function partOfWeight(paid: bigint, weight: bigint, total: bigint): bigint {
  return total === 0n ? 0n : (paid * weight) / total;
}

/**
 * A yield in basis points at another multiplier, and of another total weight: all stakes share by weight.
 * Both multiplier and yield are estimates of what others leave as it is.
 */
export function yieldAt(
  aprBps: number,
  multiplier: number,
  weights: { before: bigint; after: bigint },
): number {
  const thinned = weights.after === 0n ? 1 : Number(weights.before) / Number(weights.after);
  return (aprBps * multiplier * thinned) / 10_000;
}
