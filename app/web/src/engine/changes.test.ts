import { describe, expect, it } from "vitest";
import type { MarketInfo, PoolInfo } from "@/wasm/sealane_wasm";
import { changesBetween } from "./changes";

const FEES = { minPips: 1_000, maxPips: 12_000, slopePips: 5, protocolShareBps: 1_000 };
const pool = (changed: Partial<PoolInfo>) =>
  ({
    pool: "pool",
    fees: FEES,
    paused: [],
    authority: "a",
    curve: { kind: "constant_product" },
    ...changed,
  }) as unknown as PoolInfo;
const market = (changed: Partial<MarketInfo>) =>
  ({
    market: "market",
    takerFeePips: 400,
    makerFeePips: -100,
    referrerShareBps: 0,
    paused: [],
    authority: "a",
    ...changed,
  }) as unknown as MarketInfo;
const venues = (pools: PoolInfo[], markets: MarketInfo[] = []) => ({
  pools: () => pools,
  markets: () => markets,
});

describe("changesBetween", () => {
  it("tells what changes, and nothing else", () => {
    const before = venues([pool({})], [market({})]);
    expect(changesBetween(before, before)).toEqual([]);
    const fees = { ...FEES, minPips: 500 };
    expect(changesBetween(before, venues([pool({ fees })], [market({})]))).toEqual([
      { venue: "pool", name: "Largest swap pays", before: "0.1%", after: "0.05%" },
    ]);
  });

  it("names what is paused, and a new authority", () => {
    const after = venues([pool({ paused: ["add_liquidity"], authority: "b" })]);
    expect(changesBetween(venues([pool({})]), after)).toEqual([
      { venue: "pool", name: "Paused", before: "nothing", after: "add liquidity" },
      { venue: "pool", name: "Authority", before: "a", after: "b" },
    ]);
    const markets = venues([], [market({ paused: ["place", "take"] })]);
    expect(changesBetween(venues([], [market({})]), markets)).toEqual([
      { venue: "market", name: "Paused", before: "nothing", after: "place, take" },
    ]);
  });

  it("does not know what was not there", () => {
    expect(changesBetween(venues([]), venues([pool({})]))).toEqual([]);
  });
});
