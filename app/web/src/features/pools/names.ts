import type { Pool, Token } from "@/api/model";
import { useTokenMap } from "@/api/queries";
import { pipsText } from "@/lib/format";

/** A pool with its two tokens. */
export interface PoolPair {
  pool: Pool;
  base: Token;
  quote: Token;
}

/** Pools whose tokens are known, the deepest first. */
export function usePairs(pools: readonly Pool[] | undefined): PoolPair[] {
  const tokens = useTokenMap();
  const pairs: PoolPair[] = [];
  for (const pool of pools ?? []) {
    const [base, quote] = [tokens.get(pool.baseMint), tokens.get(pool.quoteMint)];
    if (base && quote) {
      pairs.push({ pool, base, quote });
    }
  }
  return pairs.sort((one, other) => other.pool.tvlQuote - one.pool.tvlQuote);
}

/** A pool's fee in few words. */
export function feeText({ fees }: Pool): string {
  return fees.minPips === fees.maxPips
    ? pipsText(fees.maxPips)
    : `${pipsText(fees.minPips)} – ${pipsText(fees.maxPips)}`;
}

/** A pool's curve in few words. */
export function curveText({ curve }: Pool): string {
  return curve.kind === "stable_swap"
    ? `Stable swap, A = ${curve.amplification}`
    : "Constant product";
}

/** Actions of a pool that are paused, in words. */
export function pausedText(pool: Pool): string | null {
  return pool.paused.length === 0
    ? null
    : pool.paused.map((name) => name.replaceAll("_", " ")).join(", ");
}
