/** What tokens are worth in one of them, by the exchange's own prices: for people, not for trading. */

import { useMemo } from "react";
import type { Address, Market, Pool, Portfolio, Token } from "@/api/model";
import { useMarkets, usePools, useTokenMap } from "@/api/queries";
import type { StakePosition } from "@/api/staking/model";
import { type FarmView, worthOf } from "@/features/earn/farms";
import { approximate } from "@/lib/amount";

interface Edge {
  base: Address;
  quote: Address;
  price: number;
}

/** Prices of all tokens that can be reached from the reference, each over the fewest steps. */
export function pricesIn(reference: Address, edges: readonly Edge[]): ReadonlyMap<Address, number> {
  const prices = new Map<Address, number>([[reference, 1]]);
  const queue: Address[] = [reference];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const here = prices.get(at) ?? 0;
    for (const { base, quote, price } of edges) {
      const [next, worth] =
        quote === at ? [base, price * here] : base === at ? [quote, here / price] : [null, 0];
      if (next !== null && !prices.has(next) && Number.isFinite(worth)) {
        prices.set(next, worth);
        queue.push(next);
      }
    }
  }
  return prices;
}

/** The token that most liquidity is quoted in. */
export function referenceOf(pools: readonly Pool[]): Address | undefined {
  let best: Pool | undefined;
  for (const pool of pools) {
    if (pool.price !== null && (!best || pool.tvlQuote > best.tvlQuote)) {
      best = pool;
    }
  }
  return best?.quoteMint;
}

function edgesOf(pools: readonly Pool[], markets: readonly Market[]): Edge[] {
  const edges: Edge[] = [];
  // Order books first: their middle is closer to what can be had than a shard's price.
  for (const { baseMint: base, quoteMint: quote, mid } of markets) {
    if (mid) {
      edges.push({ base, quote, price: mid });
    }
  }
  for (const { baseMint: base, quoteMint: quote, price } of [...pools].sort(
    (a, b) => b.tvlQuote - a.tvlQuote,
  )) {
    if (price) {
      edges.push({ base, quote, price });
    }
  }
  return edges;
}

export interface Valuation {
  reference: Token | undefined;
  /** In whole reference tokens; null where the exchange has no price. */
  of: (mint: Address, amount: bigint) => number | null;
}

export function useValuation(): Valuation {
  const pools = usePools().data;
  const markets = useMarkets().data;
  const tokens = useTokenMap();
  return useMemo(() => {
    const reference = pools && referenceOf(pools);
    const prices = reference ? pricesIn(reference, edgesOf(pools ?? [], markets ?? [])) : null;
    return {
      reference: reference && tokens.get(reference),
      of: (mint, amount) => {
        const [price, token] = [prices?.get(mint), tokens.get(mint)];
        return price === undefined || !token ? null : approximate(amount, token.decimals) * price;
      },
    };
  }, [pools, markets, tokens]);
}

/** Everything that an address has: in the wallet, in pools, in lanes. */
export function totalOf(
  { balances, positions, lanes }: Portfolio,
  valuation: Valuation,
  pairOf: (venue: Address) => { base: Token; quote: Token } | undefined,
): { wallet: number; liquidity: number; lanes: number } {
  const worth = (mint: Address | undefined, amount: bigint) =>
    mint ? (valuation.of(mint, amount) ?? 0) : 0;
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    wallet: sum(balances.map((balance) => worth(balance.mint, balance.amount))),
    liquidity: sum(
      positions.map(({ pool, value }) => {
        const pair = pairOf(pool);
        return worth(pair?.base.mint, value.base) + worth(pair?.quote.mint, value.quote);
      }),
    ),
    lanes: sum(
      lanes.map(({ market, free, locked }) => {
        const pair = pairOf(market);
        return (
          worth(pair?.base.mint, free.base + locked.base) +
          worth(pair?.quote.mint, free.quote + locked.quote)
        );
      }),
    ),
  };
}

/** What is staked, what cools down, and what it has earned, where there are prices. */
export function stakedOf(
  stakes: readonly StakePosition[],
  farms: readonly FarmView[],
  valuation: Valuation,
): number {
  return stakes.reduce((sum, { farm: address, amount, cooling, pending }) => {
    const view = farms.find(({ farm }) => farm.address === address);
    const isComparable = view?.farm.priceMint === valuation.reference?.mint;
    const stake = view && isComparable ? (worthOf(view, amount + cooling) ?? 0) : 0;
    const earned = pending.map((reward) => valuation.of(reward.mint, reward.amount) ?? 0);
    return earned.reduce((total, worth) => total + worth, sum + stake);
  }, 0);
}
