import { describe, expect, it } from "vitest";
import type { Address, Pool, Shard } from "@/api/model";
import { matching, partOf, sharesFor, smallestShard, worthOf } from "./liquidity";

function shard(index: number, baseReserve: bigint, quoteReserve: bigint, lpSupply: bigint): Shard {
  return {
    address: `shard${index}` as Address,
    index,
    baseReserve,
    quoteReserve,
    price: null,
    lpMint: `lp${index}` as Address,
    lpSupply,
  };
}

const pool = (shards: Shard[]) => ({ shards }) as unknown as Pool;

describe("smallestShard", () => {
  it("passes over empty ones", () => {
    const shards = [shard(0, 0n, 0n, 0n), shard(1, 10n, 300n, 5n), shard(2, 10n, 200n, 5n)];
    expect(smallestShard(pool(shards))?.index).toBe(2);
    expect(smallestShard(pool([shard(0, 0n, 0n, 0n)]))?.index).toBe(0);
    expect(smallestShard(pool([]))).toBeUndefined();
  });
});

describe("a deposit in proportion", () => {
  const filled = shard(0, 1_000n, 150_000n, 12_000n);

  it("rounds the other token up and shares down", () => {
    expect(matching(filled, "base", 10n)).toBe(1_500n);
    expect(matching(filled, "quote", 151n)).toBe(2n);
    expect(sharesFor(filled, 7n)).toBe(84n);
    expect(matching(shard(0, 0n, 0n, 0n), "base", 1n)).toBeNull();
  });

  it("is never worth more than was put in", () => {
    for (let base = 1n; base <= 400n; base += 3n) {
      const worth = worthOf(filled, sharesFor(filled, base));
      expect(worth.base <= base).toBe(true);
      expect(worth.quote <= (matching(filled, "base", base) ?? 0n)).toBe(true);
    }
  });
});

describe("partOf", () => {
  it("gives everything at a hundred percent", () => {
    expect(partOf(12_345n, 100)).toBe(12_345n);
    expect(partOf(12_345n, 25)).toBe(3_086n);
  });
});
