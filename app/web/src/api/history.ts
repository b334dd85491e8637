/** What happened: candles, trades, and what an address did. */

import { type UseQueryResult, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import * as decode from "./decode";
import { getJson } from "./http";
import type { Address, Candle, CandleInterval, HistoryEntry, Trade } from "./model";
import type { WireActivity, WireCandle, WireTrade } from "./wire";

const SECONDS: Record<CandleInterval, number> = {
  "1s": 1,
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3_600,
  "4h": 14_400,
  "1d": 86_400,
};

/** How many candles are fetched. */
const CANDLES = 500;
const TRADES = 60;
const PAGE = 50;

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

export function useCandles(
  venue: Address,
  interval: CandleInterval,
  baseDecimals: number,
): UseQueryResult<Candle[]> {
  return useQuery({
    queryKey: ["candles", venue, interval],
    queryFn: async ({ signal }) => {
      const seconds = SECONDS[interval];
      const from = Math.floor(Date.now() / 1000) - CANDLES * seconds;
      const wire = await getJson<WireCandle[]>("/candles", { venue, interval, from }, signal);
      return withoutGaps(
        wire.map((candle) => decode.candle(candle, baseDecimals)),
        seconds,
        CANDLES,
      );
    },
    refetchInterval: interval === "1s" ? 1_000 : 2_500,
    placeholderData: (before, query) => (query?.queryKey[1] === venue ? before : undefined),
  });
}

/** The latest trades of a pool or a market, newest first. */
export function useTrades(kind: "pools" | "markets", venue: Address): UseQueryResult<Trade[]> {
  return useQuery({
    queryKey: ["trades", venue],
    queryFn: async ({ signal }) =>
      (await getJson<WireTrade[]>(`/${kind}/${venue}/trades`, { limit: TRADES }, signal)).map(
        decode.trade,
      ),
    refetchInterval: 2_000,
  });
}

/** What an address did, newest first, page by page. */
export function useHistory(owner: Address | undefined) {
  return useInfiniteQuery({
    queryKey: ["history", owner],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ signal, pageParam }): Promise<HistoryEntry[]> =>
      (
        await getJson<WireActivity[]>(
          `/portfolio/${owner}/history`,
          { limit: PAGE, before: pageParam },
          signal,
        )
      ).map(decode.activity),
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.id),
    enabled: owner !== undefined,
    refetchInterval: 5_000,
  });
}
