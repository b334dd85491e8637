import { describe, expect, it } from "vitest";
import { fillOf, grouped, groupSteps, spreadOf, withTotals } from "./depth";

const level = (price: number, size: number) => ({ price, size, orders: 1 });

describe("grouped", () => {
  it("never shows an order at a better price than its own", () => {
    expect(grouped([level(150.04, 1), level(149.98, 2)], 0.05, "bids")).toEqual([
      level(150, 1),
      level(149.95, 2),
    ]);
    expect(grouped([level(150.01, 1), level(150.06, 2)], 0.05, "asks")).toEqual([
      level(150.05, 1),
      level(150.1, 2),
    ]);
  });

  it("adds up what falls together and keeps what lies on a step", () => {
    expect(grouped([level(150.1, 1), level(150.13, 2)], 0.05, "bids")).toEqual([
      { price: 150.1, size: 3, orders: 2 },
    ]);
    // 0.3 / 0.1 is a little less than 3 in binary.
    expect(grouped([level(0.3, 1)], 0.1, "bids")).toEqual([level(0.3, 1)]);
  });

  it("keeps all size", () => {
    const levels = Array.from({ length: 200 }, (_, at) => level(150 - at * 0.01, at + 1));
    const sum = (list: { size: number }[]) => list.reduce((total, next) => total + next.size, 0);
    for (const step of groupSteps(0.01)) {
      expect(sum(grouped(levels, step, "bids"))).toBe(sum(levels));
    }
  });
});

describe("withTotals", () => {
  it("adds up from the best price", () => {
    expect(withTotals([level(2, 1), level(1, 3)]).map((each) => each.total)).toEqual([1, 4]);
  });
});

describe("spreadOf", () => {
  it("needs both sides", () => {
    expect(spreadOf([level(1, 1)], [])).toBeNull();
    expect(spreadOf([level(99, 1)], [level(101, 1)])).toEqual({
      bid: 99,
      ask: 101,
      mid: 100,
      spread: 2,
      bps: 200,
    });
  });
});

describe("fillOf", () => {
  const asks = [level(100, 1), level(101, 2), level(103, 5)];

  it("walks the book to the worst price", () => {
    expect(fillOf(asks, 2, () => true)).toEqual({ filled: 2, average: 100.5 });
    expect(fillOf(asks, 9, (price) => price <= 101)).toEqual({ filled: 3, average: 302 / 3 });
    expect(fillOf(asks, 1, (price) => price < 100)).toBeNull();
  });
});
