import { describe, expect, it } from "vitest";
import type { Reward } from "@/api/staking/model";
import { partOfWeight, rewardState, yieldAt } from "./rewards";

const reward = (changed: Partial<Reward> = {}): Reward =>
  ({ start: 0, end: 100, funded: 1_000n, allotted: 0n, ...changed }) as Reward;

describe("rewardState", () => {
  it("tells what is still to come", () => {
    expect(rewardState(reward({ start: 5 }), 4)).toBe("upcoming");
    expect(rewardState(reward(), 5)).toBe("running");
    expect(rewardState(reward(), 100)).toBe("ended");
    expect(rewardState(reward({ funded: 0n }), 5)).toBe("unfunded");
    expect(rewardState(reward({ allotted: 1_000n }), 101)).toBe("ended");
  });
});

describe("partOfWeight", () => {
  it("is rounded down, and nothing of nothing", () => {
    expect(partOfWeight(100n, 1n, 3n)).toBe(33n);
    expect(partOfWeight(100n, 1n, 0n)).toBe(0n);
  });
});

describe("yieldAt", () => {
  it("grows with the multiplier and falls as others share", () => {
    expect(yieldAt(1_200, 25_000, { before: 10n, after: 10n })).toBe(3_000);
    expect(yieldAt(1_200, 10_000, { before: 10n, after: 30n })).toBeCloseTo(400);
    expect(yieldAt(1_200, 10_000, { before: 0n, after: 0n })).toBe(1_200);
  });
});
