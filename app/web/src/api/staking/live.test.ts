import { describe, expect, it } from "vitest";
import type { WireFarm, WirePosition } from "../wire";
import * as decode from "./decode";
import { applyFarms } from "./live";

const wire = (farm: string, staked: string): WireFarm => ({
  farm,
  id: 0,
  creator: "creator",
  authority: "authority",
  stake_mint: "SEAL",
  stake_decimals: 6,
  stake_token_program: "spl_token",
  paused: [],
  epochs: { start: 100, seconds: 90, now: 4, ends_at: 550, next_to_close: 4 },
  lock: { boost_bps: 200, max_epochs: 200 },
  cooldown_seconds: 60,
  grace_seconds: 2_592_000,
  staked,
  cooling: "0",
  weight: `${staked}0000`,
  price: "0.05",
  price_mint: "USDC",
  shards: [],
  rewards: [
    {
      index: 0,
      mint: "SEAL",
      decimals: 6,
      start: 130,
      end: 999,
      funded: "18446744073709551615",
      allotted: "1",
      paid: "0",
      per_day: "86400",
      per_day_quote: null,
      apr_bps: null,
    },
  ],
  apr_bps: 1_234,
  slot: 7,
});

describe("applyFarms", () => {
  it("puts changed farms in their place, and new ones behind", () => {
    const before = applyFarms([], [wire("a", "1"), wire("b", "2")]);
    const after = applyFarms(before, [wire("c", "3"), wire("a", "9")]);
    expect(after.map(({ address, staked }) => [address, staked])).toEqual([
      ["a", 9n],
      ["b", 2n],
      ["c", 3n],
    ]);
  });

  it("keeps amounts to the unit, and says what is not known", () => {
    const [farm] = applyFarms([], [wire("a", "18446744073709551615")]);
    expect(farm?.staked).toBe(2n ** 64n - 1n);
    expect(farm?.weight).toBe((2n ** 64n - 1n) * 10_000n);
    expect(farm?.rewards[0]).toMatchObject({ funded: 2n ** 64n - 1n, aprBps: null });
    expect(farm).toMatchObject({ liquidity: null, market: null, tvl: null, price: 0.05 });
  });
});

describe("a position", () => {
  it("has no lock where none is told", () => {
    const position = {
      position: "p",
      farm: "a",
      index: 1,
      shard: "s",
      shard_index: 3,
      owner: "o",
      amount: "5",
      weight: "50000",
      multiplier_bps: 10_000,
      cooling: "0",
      pending: [{ reward: 0, mint: "SEAL", decimals: 6, amount: "7", accruing: "1" }],
      claim_from: 2,
      claimable_epochs: 2,
      voting_power: "50000",
      slot: 1,
    } as WirePosition;
    expect(decode.position(position)).toMatchObject({
      amount: 5n,
      lockUntil: null,
      cooledAt: null,
      delegate: null,
      pending: [{ reward: 0, mint: "SEAL", decimals: 6, amount: 7n, accruing: 1n }],
    });
  });
});
