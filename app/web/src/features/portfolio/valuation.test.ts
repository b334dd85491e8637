import { describe, expect, it } from "vitest";
import type { Address } from "@/api/model";
import type { StakePosition } from "@/api/staking/model";
import type { FarmView } from "@/features/earn/farms";
import { pricesIn, stakedOf, type Valuation } from "./valuation";

const [SOL, USDC, USDX, FEE, LONELY] = ["SOL", "USDC", "USDX", "FEE", "LONELY"] as unknown as [
  Address,
  Address,
  Address,
  Address,
  Address,
];

describe("pricesIn", () => {
  const edges = [
    { base: SOL, quote: USDC, price: 150 },
    { base: USDC, quote: USDX, price: 2 },
    { base: FEE, quote: SOL, price: 0.01 },
  ];

  it("goes both ways through pairs, and over several", () => {
    const prices = pricesIn(USDC, edges);
    expect(prices.get(SOL)).toBe(150);
    expect(prices.get(USDX)).toBe(0.5);
    expect(prices.get(FEE)).toBeCloseTo(1.5);
    expect(prices.get(LONELY)).toBeUndefined();
  });

  it("takes the first price of a pair", () => {
    expect(pricesIn(USDC, [...edges, { base: SOL, quote: USDC, price: 1 }]).get(SOL)).toBe(150);
  });
});

describe("stakedOf", () => {
  const farm = (priceMint: Address | null) =>
    ({ farm: { address: "farm", price: 2, priceMint, stakeDecimals: 1 } }) as FarmView;
  const stake = {
    farm: "farm",
    amount: 100n,
    cooling: 50n,
    pending: [
      { mint: FEE, amount: 7n },
      { mint: LONELY, amount: 9n },
    ],
  } as StakePosition;
  const valuation = {
    reference: { mint: USDC },
    of: (mint, amount) => (mint === FEE ? Number(amount) : null),
  } as Valuation;

  it("counts what is staked, what cools down, and rewards with a price", () => {
    expect(stakedOf([stake, stake], [farm(USDC)], valuation)).toBe(74);
  });

  it("does not add up prices in different tokens", () => {
    expect(stakedOf([stake], [farm(SOL)], valuation)).toBe(7);
    expect(stakedOf([stake], [farm(null)], valuation)).toBe(7);
    expect(stakedOf([stake], [], valuation)).toBe(7);
  });
});
