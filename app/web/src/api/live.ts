/** Channels of the WebSocket as the app's own values. */

import { type ChannelState, type Reducer, useChannel } from "./channel";
import * as decode from "./decode";
import type { Address, Book, Level } from "./model";
import type { WireBook, WireLevel } from "./wire";

/** Puts changed levels in; a level of size zero is gone. `sign` orders them best first. */
export function applyLevels(
  before: readonly Level[],
  changes: readonly WireLevel[],
  sign: 1 | -1,
): Level[] {
  if (changes.length === 0) {
    return before as Level[];
  }
  const levels = new Map(before.map((level) => [level.price, level]));
  for (const change of changes) {
    const level = decode.level(change);
    if (level.size > 0) {
      levels.set(level.price, level);
    } else {
      levels.delete(level.price);
    }
  }
  return [...levels.values()].sort((one, other) => sign * (one.price - other.price));
}

const BOOK: Reducer<Book> = {
  snapshot: (data) => {
    const wire = data as WireBook;
    return { bids: wire.bids.map(decode.level), asks: wire.asks.map(decode.level) };
  },
  diff: (before, data) => {
    const wire = data as Partial<WireBook>;
    return {
      bids: applyLevels(before.bids, wire.bids ?? [], -1),
      asks: applyLevels(before.asks, wire.asks ?? [], 1),
    };
  },
};

/** A market's order book, as it changes. */
export function useBook(market: Address | undefined): ChannelState<Book> {
  return useChannel(market ? { channel: "book", market } : null, BOOK);
}
