/** An order book as it is drawn: grouped, with sums. */

import type { Level } from "@/api/model";

export interface DepthLevel extends Level {
  /** Base tokens from the best price to this one. */
  total: number;
}

/** Sums up from the best price. */
export function withTotals(levels: readonly Level[]): DepthLevel[] {
  let total = 0;
  return levels.map((level) => {
    total += level.size;
    return { ...level, total };
  });
}

/**
 * Puts levels together that lie within `step` of each other: bids at the lower price, asks at the
 * higher one, so that no order looks better than it is.
 */
export function grouped(levels: readonly Level[], step: number, side: "bids" | "asks"): Level[] {
  const merged: Level[] = [];
  for (const level of levels) {
    // Prices are decimals in binary: a level on a step must not fall off it.
    const at = level.price / step;
    const nearest = Math.round(at);
    const index =
      Math.abs(at - nearest) < 1e-6 ? nearest : side === "bids" ? Math.floor(at) : Math.ceil(at);
    const price = Number((index * step).toPrecision(12));
    const last = merged.at(-1);
    if (last && last.price === price) {
      last.size += level.size;
      last.orders += level.orders;
    } else {
      merged.push({ ...level, price });
    }
  }
  return merged;
}

/** Steps to choose from: the tick, and one, two, five times its powers of ten. */
export function groupSteps(tick: number): number[] {
  return [1, 5, 10, 50, 100, 500].map((factor) => Number((tick * factor).toPrecision(12)));
}

/** Both best prices, their distance and their middle. */
export function spreadOf(bids: readonly Level[], asks: readonly Level[]) {
  const [bid, ask] = [bids[0]?.price, asks[0]?.price];
  if (bid === undefined || ask === undefined) {
    return null;
  }
  const mid = (bid + ask) / 2;
  return { bid, ask, mid, spread: ask - bid, bps: ((ask - bid) / mid) * 10_000 };
}

/** What an order of a size would trade at once, down to its worst price; for people. */
export function fillOf(
  levels: readonly Level[],
  size: number,
  accepts: (price: number) => boolean,
): { filled: number; average: number } | null {
  let [left, paid] = [size, 0];
  for (const level of levels) {
    if (left <= 0 || !accepts(level.price)) {
      break;
    }
    const traded = Math.min(left, level.size);
    left -= traded;
    paid += traded * level.price;
  }
  const filled = size - left;
  return filled > 0 ? { filled, average: paid / filled } : null;
}
