/** Channels of the WebSocket as the app's own values. */

import { useMemo } from "react";
import { type ChannelState, type Reducer, refreshChannel, useChannel } from "./channel";
import * as decode from "./decode";
import { answered, gateway } from "./http";
import type { Address, Book, Candle, CandleInterval, Level, Portfolio, Trade } from "./model";
import type { WireBook, WireCandle, WireLevel, WirePortfolio, WireTrade } from "./wire";

/** Levels that are followed of each side. */
const BOOK_DEPTH = 100;
/** Trades that are kept. */
const TRADES = 100;
/** Candles that are kept. */
const CANDLES = 500;

/** Puts changed levels in; a level of size zero is gone. `sign` orders them best first. */
export function applyLevels(before: Level[], changes: readonly WireLevel[], sign: 1 | -1): Level[] {
  if (changes.length === 0) {
    return before;
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
export function useBook(market: Address): ChannelState<Book> {
  return useChannel({ channel: "book", market, depth: BOOK_DEPTH }, BOOK);
}

const TAPE: Reducer<Trade[]> = {
  snapshot: (data) => (data as { trades: WireTrade[] }).trades.map(decode.trade),
  diff: (before, data) => {
    const latest = (data as { trades: WireTrade[] }).trades.map(decode.trade);
    return [...latest, ...before].slice(0, TRADES);
  },
};

/** The latest trades of a pool or a market, newest first. */
export function useTrades(venue: Address): ChannelState<Trade[]> {
  return useChannel({ channel: "trades", venue }, TAPE);
}

/** Puts new and changed candles in, by their start. */
export function applyCandles(
  before: readonly WireCandle[],
  changes: readonly WireCandle[],
): WireCandle[] {
  const byStart = new Map(before.map((candle) => [candle.time, candle]));
  for (const candle of changes) {
    byStart.set(candle.time, candle);
  }
  return [...byStart.values()].sort((one, other) => one.time - other.time).slice(-CANDLES);
}

const CANDLE: Reducer<WireCandle[]> = {
  snapshot: (data) => (data as { candles: WireCandle[] }).candles,
  diff: (before, data) => applyCandles(before, (data as { candles: WireCandle[] }).candles),
};

const SECONDS: Record<CandleInterval, number> = {
  "1s": 1,
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3_600,
  "4h": 14_400,
  "1d": 86_400,
};

/**
 * Fills the intervals without trades with the last price, so that time runs evenly. Candles come
 * oldest first.
 */
export function withoutGaps(candles: readonly Candle[], seconds: number, most: number): Candle[] {
  const filled: Candle[] = [];
  for (const candle of candles) {
    const before = filled.at(-1);
    if (before) {
      const gap = Math.min(Math.round((candle.time - before.time) / seconds) - 1, most);
      for (let step = gap; step > 0; step -= 1) {
        const { close } = before;
        const time = candle.time - step * seconds;
        filled.push({ time, open: close, high: close, low: close, close, volume: 0 });
      }
    }
    filled.push(candle);
  }
  return filled.slice(-most);
}

/** A venue's candles, oldest first, without gaps. */
export function useCandles(
  venue: Address,
  interval: CandleInterval,
  baseDecimals: number,
): ChannelState<Candle[]> {
  const { data, error } = useChannel({ channel: "candles", venue, interval }, CANDLE);
  const candles = useMemo(() => {
    const decoded = data?.map((candle) => decode.candle(candle, baseDecimals));
    return decoded && withoutGaps(decoded, SECONDS[interval], CANDLES);
  }, [data, interval, baseDecimals]);
  return { data: candles, error };
}

const ACCOUNT: Reducer<WirePortfolio> = {
  snapshot: (data) => data as WirePortfolio,
  diff: (before, data) => ({ ...before, ...(data as Partial<WirePortfolio>) }),
};

const accountOf = (owner: Address) => ({ channel: "account", owner }) as const;

/** What an address has on the exchange, as it changes. */
export function usePortfolio(owner: Address | undefined): ChannelState<Portfolio> {
  const { data, error } = useChannel(owner ? accountOf(owner) : null, ACCOUNT);
  const portfolio = useMemo(() => data && decode.portfolio(data), [data]);
  return { data: portfolio, error };
}

/** Shows at once what an address has now: the gateway looks at wallets only every few seconds. */
export async function refreshPortfolio(owner: Address): Promise<void> {
  const params = { path: { owner } };
  await refreshChannel(accountOf(owner), () =>
    answered(gateway.GET("/api/v1/portfolio/{owner}", { params })),
  ).catch(() => {
    // The channel tells it later.
  });
}
