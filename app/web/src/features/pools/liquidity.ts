/** What a deposit or a withdrawal comes to, as it is shown while it is typed. The engine's own quote
 * is what the transaction is held to. */

import type { Both, Pool, Shard } from "@/api/model";

/** The shard that traders go to first: the smallest that holds liquidity. */
export function smallestShard(pool: Pool): Shard | undefined {
  const filled = pool.shards.filter((shard) => shard.lpSupply > 0n);
  return filled.reduce<Shard | undefined>(
    (smallest, shard) =>
      smallest && smallest.quoteReserve <= shard.quoteReserve ? smallest : shard,
    filled[0] ?? pool.shards[0],
  );
}

function ceilDiv(numerator: bigint, divisor: bigint): bigint {
  return (numerator + divisor - 1n) / divisor;
}

/** How much of the other token goes with an amount, in the shard's proportion; null if it is empty. */
export function matching(shard: Shard, which: "base" | "quote", amount: bigint): bigint | null {
  const [own, other] =
    which === "base"
      ? [shard.baseReserve, shard.quoteReserve]
      : [shard.quoteReserve, shard.baseReserve];
  return own === 0n ? null : ceilDiv(amount * other, own);
}

/** The shares that a deposit in proportion brings. */
export function sharesFor(shard: Shard, base: bigint): bigint {
  return shard.baseReserve === 0n ? 0n : (base * shard.lpSupply) / shard.baseReserve;
}

/** The tokens that shares are worth. */
export function worthOf(shard: Shard, shares: bigint): Both {
  if (shard.lpSupply === 0n) {
    return { base: 0n, quote: 0n };
  }
  return {
    base: (shares * shard.baseReserve) / shard.lpSupply,
    quote: (shares * shard.quoteReserve) / shard.lpSupply,
  };
}

/** A part of some shares, in percent. */
export function partOf(shares: bigint, percent: number): bigint {
  return (shares * BigInt(percent)) / 100n;
}
