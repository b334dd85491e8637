import { describe, expect, it } from "vitest";
import type { Address } from "@/api/model";
import { pricesIn } from "./valuation";

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
