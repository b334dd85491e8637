/** What a lock is worth and when it ends, by the arithmetic of the engine's `stake` module. */

import type { Epochs, Farm, LockTerms, StakePosition } from "@/api/staking/model";

/** The multiplier of a stake without a lock. */
export const WHOLE = 10_000;

/** The epoch of a Unix second; the first one before there is any. */
export function epochAt({ start, seconds }: Epochs, now: number): number {
  return Math.max(0, Math.floor((now - start) / seconds));
}

/** When an epoch begins. */
export function beginOf({ start, seconds }: Epochs, epoch: number): number {
  return start + epoch * seconds;
}

/** The multiplier in ten-thousandths with so many epochs left. */
export function multiplierOf(terms: LockTerms, left: number): number {
  return WHOLE + terms.boostBps * left;
}

/** A multiplier as people read it: `2.35×`. */
export function multiplierText(multiplier: number): string {
  return `${(multiplier / WHOLE).toLocaleString("en-US", { maximumFractionDigits: 2 })}×`;
}

/** Epochs that a position's lock has left, the present one included. */
export function lockLeft(position: StakePosition | undefined, epoch: number): number {
  return Math.max(0, (position?.lockUntil ?? 0) - epoch);
}

export interface LockChoice {
  /** Epochs from the present one on; 0 for none. */
  left: number;
  /** The first epoch in which the stake is free. */
  until: number;
  /** When that begins. */
  endsAt: number;
  multiplier: number;
}

/** A lock of so many epochs, from now on. */
export function lockChoice(farm: Farm, left: number, now: number): LockChoice {
  const until = epochAt(farm.epochs, now) + left;
  return {
    left,
    until,
    endsAt: beginOf(farm.epochs, until),
    multiplier: multiplierOf(farm.lock, left),
  };
}
