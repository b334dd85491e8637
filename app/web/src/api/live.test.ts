import { describe, expect, it } from "vitest";
import { applyCandles, applyLevels, withoutGaps } from "./live";

const wire = (price: string, size: string) => ({ price, size, orders: 1 });
const level = (price: number, size: number) => ({ price, size, orders: 1 });

describe("applyLevels", () => {
  it("changes, adds and removes, and keeps the best first", () => {
    const bids = [level(3, 5), level(2, 7), level(1, 1)];
    const after = applyLevels(bids, [wire("4", "2"), wire("1", "6"), wire("2.00", "0")], -1);
    expect(after).toEqual([level(4, 2), level(3, 5), level(1, 6)]);
    expect(applyLevels([level(1, 1)], [wire("0.5", "1")], 1)).toEqual([level(0.5, 1), level(1, 1)]);
  });

  it("leaves a side without changes as it is", () => {
    const asks = [level(1, 1)];
    expect(applyLevels(asks, [], 1)).toBe(asks);
  });
});

describe("candles", () => {
  const raw = (time: number, close: string) => ({
    time,
    open: close,
    high: close,
    low: close,
    close,
    base: "1",
    quote: "1",
    trades: 1,
  });

  it("replaces the one that goes on and adds the next", () => {
    const after = applyCandles([raw(60, "1"), raw(120, "2")], [raw(120, "3"), raw(180, "4")]);
    expect(after.map((candle) => [candle.time, candle.close])).toEqual([
      [60, "1"],
      [120, "3"],
      [180, "4"],
    ]);
  });

  it("fills quiet intervals with the last price", () => {
    const candle = (time: number, close: number) => ({
      time,
      open: close,
      high: close,
      low: close,
      close,
      volume: 2,
    });
    const filled = withoutGaps([candle(0, 1), candle(180, 5)], 60, 10);
    expect(filled.map((each) => [each.time, each.close, each.volume])).toEqual([
      [0, 1, 2],
      [60, 1, 0],
      [120, 1, 0],
      [180, 5, 2],
    ]);
    expect(withoutGaps([candle(0, 1), candle(60_000_000, 5)], 60, 10)).toHaveLength(10);
  });
});
