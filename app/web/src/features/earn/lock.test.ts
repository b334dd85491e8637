import { describe, expect, it } from "vitest";
import type { Farm, StakePosition } from "@/api/staking/model";
import { beginOf, epochAt, lockChoice, lockLeft, multiplierOf, multiplierText } from "./lock";

const epochs = { start: 1_000, seconds: 60 };
const lock = { boostBps: 500, maxEpochs: 80 };
const farm = { epochs, lock } as Farm;

describe("epochs", () => {
  it("begin where the one before ends", () => {
    expect(epochAt(epochs, 1_000)).toBe(0);
    expect(epochAt(epochs, 1_059)).toBe(0);
    expect(epochAt(epochs, 1_060)).toBe(1);
    expect(beginOf(epochs, 1)).toBe(1_060);
    // A clock that is behind the chain's.
    expect(epochAt(epochs, 10)).toBe(0);
  });
});

describe("locks", () => {
  it("multiply by what is left", () => {
    expect(multiplierOf(lock, 0)).toBe(10_000);
    expect(multiplierOf(lock, 80)).toBe(50_000);
    expect(multiplierText(multiplierOf(lock, 27))).toBe("2.35×");
  });

  it("are counted from the present epoch, which is one of them", () => {
    expect(lockChoice(farm, 3, 1_130)).toEqual({
      left: 3,
      until: 5,
      endsAt: 1_300,
      multiplier: 11_500,
    });
    expect(lockLeft({ lockUntil: 5 } as StakePosition, 2)).toBe(3);
    expect(lockLeft({ lockUntil: 5 } as StakePosition, 9)).toBe(0);
    expect(lockLeft({ lockUntil: null } as StakePosition, 2)).toBe(0);
    expect(lockLeft(undefined, 2)).toBe(0);
  });
});
