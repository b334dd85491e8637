import { describe, expect, it } from "vitest";
import type { Address, Market, Pool, Token } from "@/api/model";
import type { Farm, StakePosition } from "@/api/staking/model";
import { sortViews, sumOf, viewOf, worthOf } from "./farms";

const [SEAL, SOL, USDC, LP] = ["seal", "sol", "usdc", "lp"] as Address[] as [
  Address,
  Address,
  Address,
  Address,
];
const token = (mint: Address, symbol: string) => ({ mint, symbol }) as Token;
const TOKENS = new Map(
  [token(SEAL, "SEAL"), token(SOL, "tSOL"), token(USDC, "tUSDC")].map((each) => [each.mint, each]),
);
const POOL = {
  address: "pool" as Address,
  baseMint: SOL,
  quoteMint: USDC,
  shards: [{}, {}],
} as unknown as Pool;

const MARKET = { address: "market" as Address, baseMint: SOL, quoteMint: USDC } as Market;
const KNOWN = { pools: [POOL], markets: [MARKET], tokens: TOKENS };
const NOTHING = { pools: [], markets: [], tokens: new Map() };

const farm = (changed: Partial<Farm>): Farm =>
  ({
    address: "farm" as Address,
    name: null,
    stakeMint: SEAL,
    stakeDecimals: 6,
    liquidity: null,
    market: null,
    price: 2,
    priceMint: USDC,
    tvl: 5,
    lock: { boostBps: 0, maxEpochs: 0 },
    ...changed,
  }) as Farm;

const lp = (changed: Partial<Farm> = {}) =>
  farm({ stakeMint: LP, liquidity: { pool: POOL.address, shardIndex: 1 }, ...changed });

describe("a farm's name", () => {
  it("tells what is staked", () => {
    const named = (of: Farm) => viewOf(of, KNOWN).name;
    expect(named(farm({ lock: { boostBps: 100, maxEpochs: 9 } }))).toBe("SEAL stake pool");
    expect(named(farm({}))).toBe("SEAL farm");
    expect(named(lp())).toBe("tSOL/tUSDC · shard 1");
    expect(named(farm({ market: MARKET.address }))).toBe("tSOL/tUSDC makers");
    expect(named(farm({ name: "The first" }))).toBe("The first");
  });

  it("is there before pools and tokens are", () => {
    const view = viewOf(lp(), NOTHING);
    expect(view.liquidity).toBeNull();
    expect(view.token).toMatchObject({ mint: LP, symbol: "LP", decimals: 6 });
  });
});

describe("what is staked", () => {
  it("is worth what the gateway's price says", () => {
    expect(worthOf(viewOf(farm({}), KNOWN), 3_000_000n)).toBe(6);
    expect(worthOf(viewOf(farm({ price: null }), KNOWN), 3_000_000n)).toBeNull();
  });

  it("orders farms, behind stake pools", () => {
    const views = [farm({ name: "a", tvl: 1 }), farm({ name: "b", tvl: 9 }), lp({ tvl: null })];
    const pool = farm({ name: "pool", tvl: 0, lock: { boostBps: 1, maxEpochs: 1 } });
    const sorted = sortViews([...views, pool].map((each) => viewOf(each, KNOWN)));
    expect(sorted.map(({ name }) => name)).toEqual(["pool", "b", "a", "tSOL/tUSDC · shard 1"]);
  });
});

describe("sumOf", () => {
  it("adds positions up, rewards by mint", () => {
    const position = (amount: bigint, earned: [Address, bigint][]) =>
      ({
        amount,
        weight: amount * 10_000n,
        pending: earned.map(([mint, of]) => ({ mint, amount: of })),
      }) as StakePosition;
    const sum = sumOf([
      position(1n, [[SEAL, 5n]]),
      position(2n, [
        [SEAL, 7n],
        [SOL, 1n],
      ]),
    ]);
    expect(sum.amount).toBe(3n);
    expect(sum.weight).toBe(30_000n);
    expect([...sum.pending]).toEqual([
      [SEAL, 12n],
      [SOL, 1n],
    ]);
  });
});
