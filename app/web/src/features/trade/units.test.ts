import { describe, expect, it } from "vitest";
import {
  affordableLots,
  feeOf,
  parsePrice,
  parseSize,
  partOfLots,
  priceOfTicks,
  quoteValue,
  sizeOfLots,
} from "./units";

/** A lot is 0.001 of a token of nine decimals, a tick 0.01 of one of six. */
const UNITS = { baseLot: 1_000_000n, tick: 10n, baseDecimals: 9, quoteDecimals: 6 };

describe("prices", () => {
  it("turns ticks into prices and back", () => {
    expect(priceOfTicks(15_000n, UNITS)).toBe("150");
    expect(priceOfTicks(1n, UNITS)).toBe("0.01");
    for (const ticks of [1n, 14_999n, 15_025n, 4_294_967_295n]) {
      expect(parsePrice(priceOfTicks(ticks, UNITS), UNITS)).toEqual({ ok: true, value: ticks });
    }
  });

  it("names both neighbours of a price between two ticks", () => {
    expect(parsePrice("150.005", UNITS)).toEqual({
      ok: false,
      message: "Between two ticks: use 150 or 150.01",
    });
    expect(parsePrice("0.001", UNITS)).toEqual({ ok: false, message: "At least 0.01" });
    expect(parsePrice("0", UNITS)).toEqual({ ok: false, message: "At least 0.01" });
    expect(parsePrice("", UNITS)).toEqual({ ok: false, message: "Enter a price" });
    expect(parsePrice("42949672.96", UNITS).ok).toBe(false);
  });

  it("is exact where the base token has fewer decimals than the quote token", () => {
    const units = { baseLot: 1n, tick: 1n, baseDecimals: 0, quoteDecimals: 9 };
    expect(priceOfTicks(1_500_000_000n, units)).toBe("1.5");
    expect(parsePrice("1.5", units)).toEqual({ ok: true, value: 1_500_000_000n });
  });
});

describe("sizes", () => {
  it("counts lots", () => {
    expect(parseSize("1.5", UNITS)).toEqual({ ok: true, value: 1_500n });
    expect(sizeOfLots(1_500n, UNITS)).toBe("1.5");
    expect(parseSize("1.5005", UNITS)).toEqual({ ok: false, message: "Use 1.5 or 1.501" });
    expect(parseSize("0", UNITS)).toEqual({ ok: false, message: "At least 0.001" });
  });

  it("takes parts of them", () => {
    expect(partOfLots(1_001n, 25)).toBe(250n);
    expect(partOfLots(1_001n, 100)).toBe(1_001n);
  });
});

describe("what an order costs", () => {
  it("is lots times ticks", () => {
    // 1.5 tokens at 150.
    expect(quoteValue(1_500n, 15_000n, UNITS)).toBe(225_000_000n);
  });

  it("rounds fees up and counts rebates as nothing", () => {
    expect(feeOf(225_000_000n, 400)).toBe(90_000n);
    expect(feeOf(1n, 400)).toBe(1n);
    expect(feeOf(225_000_000n, -100)).toBe(0n);
  });

  it("never lets a balance buy more than it pays for, and never much less", () => {
    let seed = 7n;
    for (let round = 0; round < 3_000; round += 1) {
      seed = (seed * 6_364_136_223_846_793_005n + 1n) % 2n ** 64n;
      const balance = seed % 10n ** 12n;
      const ticks = (seed % 30_000n) + 1n;
      const lots = affordableLots("buy", balance, ticks, 400, UNITS);
      const cost = (count: bigint) =>
        quoteValue(count, ticks, UNITS) + feeOf(quoteValue(count, ticks, UNITS), 400);
      expect(cost(lots) <= balance).toBe(true);
      expect(cost(lots + 2n) > balance).toBe(true);
    }
  });

  it("sells what is held", () => {
    expect(affordableLots("sell", 1_999_999n, 1n, 400, UNITS)).toBe(1n);
  });
});
