/** Where something happened and of which tokens, as people call them. */

import { useMemo } from "react";
import type { HistoryEntry, Token } from "@/api/model";
import { type TokenMap, useTokenMap } from "@/api/queries";
import { useFarms } from "@/api/staking/live";
import { type FarmView, useFarmViews } from "@/features/earn/farms";
import { useVenueNames, type VenueNames } from "./venues";

export interface NamedAmount {
  amount: bigint;
  symbol: string;
  decimals: number;
}

export interface HistoryNames {
  venue: (entry: HistoryEntry) => string | null;
  amount: (entry: HistoryEntry, which: "base" | "quote") => NamedAmount | null;
}

export function namesOf(
  venues: VenueNames,
  farms: readonly FarmView[],
  tokens: TokenMap,
): HistoryNames {
  const farmOf = ({ venue }: HistoryEntry) => farms.find(({ farm }) => farm.address === venue);
  const tokenOf = (entry: HistoryEntry, which: "base" | "quote"): Token | undefined => {
    if (entry.mint === null) {
      return venues.of(entry.venue)?.[which];
    }
    // Liquidity tokens are in no list; a farm knows its own.
    const staked = farmOf(entry)?.token;
    return tokens.get(entry.mint) ?? (staked?.mint === entry.mint ? staked : undefined);
  };
  return {
    venue: (entry) => venues.of(entry.venue)?.name ?? farmOf(entry)?.name ?? null,
    amount: (entry, which) => {
      const [amount, token] = [entry[which], tokenOf(entry, which)];
      return amount === null || !token
        ? null
        : { amount, symbol: token.symbol, decimals: token.decimals };
    },
  };
}

export function useHistoryNames(): HistoryNames {
  const venues = useVenueNames();
  const farms = useFarmViews(useFarms().data);
  const tokens = useTokenMap();
  return useMemo(() => namesOf(venues, farms, tokens), [venues, farms, tokens]);
}
