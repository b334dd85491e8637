/** Farms with what people call them. */

import { useMemo } from "react";
import type { Address, Market, Pool, Token } from "@/api/model";
import { useMarkets, usePools, useTokenMap } from "@/api/queries";
import type { Farm, StakePosition } from "@/api/staking/model";
import { approximate } from "@/lib/amount";
import { shortAddress } from "@/lib/format";

/** The liquidity that a farm's staked token stands for. */
export interface Liquidity {
  pool: Pool;
  shardIndex: number;
  base: Token;
  quote: Token;
}

/** The order book of a trading farm. */
export interface Book {
  market: Address;
  base: Token;
  quote: Token;
}

export interface FarmView {
  farm: Farm;
  /** Such as `SEAL stake pool`, `tSOL/tUSDC · shard 0`. */
  name: string;
  /** What the amount field and sums call what is staked. */
  token: Token;
  /** Null where something else than liquidity is staked. */
  liquidity: Liquidity | null;
  /** The order book whose makers earn here, and nobody stakes; null of other farms. */
  book: Book | null;
  /** The token that worths are told in. */
  reference: Token | undefined;
}

function liquidityOf(
  { liquidity }: Farm,
  pools: readonly Pool[],
  tokens: ReadonlyMap<Address, Token>,
): Liquidity | null {
  const pool = pools.find((candidate) => candidate.address === liquidity?.pool);
  const [base, quote] = pool ? [tokens.get(pool.baseMint), tokens.get(pool.quoteMint)] : [];
  return liquidity && pool && base && quote
    ? { pool, base, quote, shardIndex: liquidity.shardIndex }
    : null;
}

function bookOf(
  { market: address }: Farm,
  markets: readonly Market[],
  tokens: ReadonlyMap<Address, Token>,
): Book | null {
  const market = markets.find((candidate) => candidate.address === address);
  const [base, quote] = market ? [tokens.get(market.baseMint), tokens.get(market.quoteMint)] : [];
  return market && base && quote ? { market: market.address, base, quote } : null;
}

function nameOf(
  farm: Farm,
  { liquidity, book }: Pick<FarmView, "liquidity" | "book">,
  symbol: string,
): string {
  if (farm.name) {
    return farm.name;
  }
  if (book) {
    return `${book.base.symbol}/${book.quote.symbol} makers`;
  }
  if (liquidity) {
    const { pool, base, quote, shardIndex } = liquidity;
    return `${base.symbol}/${quote.symbol}${pool.shards.length > 1 ? ` · shard ${shardIndex}` : ""}`;
  }
  return `${symbol} ${farm.lock.maxEpochs > 0 ? "stake pool" : "farm"}`;
}

/** What names come from. */
export interface Known {
  pools: readonly Pool[];
  markets: readonly Market[];
  tokens: ReadonlyMap<Address, Token>;
}

/** A farm as it is shown; what is not known of its tokens is told by their addresses. */
export function viewOf(farm: Farm, { pools, markets, tokens }: Known): FarmView {
  const liquidity = liquidityOf(farm, pools, tokens);
  const book = bookOf(farm, markets, tokens);
  const known = tokens.get(farm.stakeMint);
  const symbol = known?.symbol ?? (farm.liquidity ? "LP" : shortAddress(farm.stakeMint));
  const name = nameOf(farm, { liquidity, book }, symbol);
  return {
    farm,
    name,
    token: known ?? {
      mint: farm.stakeMint,
      symbol,
      name,
      decimals: farm.stakeDecimals,
      program: farm.stakeProgram,
      transferFeeBps: 0,
    },
    liquidity,
    book,
    reference: farm.priceMint ? tokens.get(farm.priceMint) : undefined,
  };
}

/** What so much of a farm's staked token is worth; null without a price. */
export function worthOf({ farm }: FarmView, staked: bigint): number | null {
  return farm.price === null ? null : approximate(staked, farm.stakeDecimals) * farm.price;
}

/** Stake pools first, then by what is staked. */
export function sortViews(views: readonly FarmView[]): FarmView[] {
  const rank = ({ farm }: FarmView) => (farm.lock.maxEpochs > 0 ? 0 : 1);
  return [...views].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      (other.farm.tvl ?? 0) - (one.farm.tvl ?? 0) ||
      one.name.localeCompare(other.name),
  );
}

export function useFarmViews(farms: readonly Farm[] | undefined): FarmView[] {
  const pools = usePools().data;
  const markets = useMarkets().data;
  const tokens = useTokenMap();
  return useMemo(() => {
    const known = { pools: pools ?? [], markets: markets ?? [], tokens };
    return sortViews((farms ?? []).map((farm) => viewOf(farm, known)));
  }, [farms, pools, markets, tokens]);
}

export interface StakeSum {
  amount: bigint;
  weight: bigint;
  /** By mint. */
  pending: ReadonlyMap<Address, bigint>;
}

/** What somebody has in farms, over all positions. */
export function sumOf(positions: readonly StakePosition[]): StakeSum {
  const pending = new Map<Address, bigint>();
  let [amount, weight] = [0n, 0n];
  for (const position of positions) {
    amount += position.amount;
    weight += position.weight;
    for (const reward of position.pending) {
      pending.set(reward.mint, (pending.get(reward.mint) ?? 0n) + reward.amount);
    }
  }
  return { amount, weight, pending };
}
