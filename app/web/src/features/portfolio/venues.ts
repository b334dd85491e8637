import { useMemo } from "react";
import type { Address, Token } from "@/api/model";
import { useMarkets, usePools, useTokenMap } from "@/api/queries";

export interface VenueName {
  /** Such as `tSOL/tUSDC pool`. */
  name: string;
  kind: "pool" | "market";
  base: Token;
  quote: Token;
}

export interface VenueNames {
  of: (address: Address | null) => VenueName | undefined;
}

/** Names of pools and markets by their addresses. */
export function useVenueNames(): VenueNames {
  const pools = usePools().data;
  const markets = useMarkets().data;
  const tokens = useTokenMap();
  return useMemo(() => {
    const names = new Map<Address, VenueName>();
    const add = (
      venue: { address: Address; baseMint: Address; quoteMint: Address },
      kind: "pool" | "market",
    ) => {
      const [base, quote] = [tokens.get(venue.baseMint), tokens.get(venue.quoteMint)];
      if (base && quote) {
        const suffix = kind === "pool" ? "pool" : "book";
        names.set(venue.address, {
          name: `${base.symbol}/${quote.symbol} ${suffix}`,
          kind,
          base,
          quote,
        });
      }
    };
    for (const pool of pools ?? []) {
      add(pool, "pool");
    }
    for (const market of markets ?? []) {
      add(market, "market");
    }
    return { of: (address) => (address ? names.get(address) : undefined) };
  }, [pools, markets, tokens]);
}
