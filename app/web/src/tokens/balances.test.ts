import { describe, expect, it } from "vitest";
import type { Portfolio } from "@/api/model";
import { spendable } from "./balances";

describe("spendable", () => {
  it("is what associated accounts hold, and shares of pools", () => {
    const portfolio = {
      balances: [
        { mint: "SOL", amount: 5n, associated: true },
        { mint: "SOL", amount: 9n, associated: false },
        { mint: "USDC", amount: 9n, associated: false },
      ],
      positions: [{ lpMint: "LP", shares: 7n }],
    } as unknown as Portfolio;
    expect([...spendable(portfolio)]).toEqual([
      ["SOL", 5n],
      ["LP", 7n],
    ]);
  });
});
