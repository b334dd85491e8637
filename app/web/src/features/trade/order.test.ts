import { describe, expect, it } from "vitest";
import type { Address, Lane, Market } from "@/api/model";
import { crosses, type Funding, LANE_CAPACITY, type OrderDraft, planOrder } from "./order";

const address = (name: string) => name as Address;

/** Lots of 0.001 base at ticks of 0.01 quote; takers pay 0.04%, makers get 0.01%. */
const MARKET: Market = {
  address: address("market"),
  baseMint: address("base"),
  quoteMint: address("quote"),
  baseDecimals: 9,
  quoteDecimals: 6,
  baseLot: 1_000_000n,
  tick: 10n,
  tickSize: "0.01",
  lotSize: "0.001",
  fees: { takerPips: 400, makerPips: -100 },
  paused: [],
  bestBid: 149.9,
  bestAsk: 150.1,
  mid: 150,
  last: null,
  change24hBps: null,
  volume24h: { base: 0n, quote: 0n },
  trades24h: 0,
  lanes: 3,
  orders: 30,
};

const DRAFT: OrderDraft = {
  type: "limit",
  side: "buy",
  ticks: 14_900n,
  lots: 1_000n,
  expiresAt: null,
  from: "wallet",
};

const FUNDING: Funding = {
  lane: null,
  wallet: { base: 5_000_000_000n, quote: 1_000_000_000n },
  transferFeeBps: { base: 0, quote: 0 },
  opposite: 15_010n,
};

function lane(free: { base: bigint; quote: bigint }, index = 0): Lane {
  return {
    address: address(`lane${index}`),
    market: MARKET.address,
    index,
    free,
    locked: { base: 0n, quote: 0n },
    orders: [],
    capacity: 16,
  };
}

describe("the first order", () => {
  it("opens the lane, funds it and places", () => {
    const plan = planOrder(DRAFT, MARKET, FUNDING);
    expect(plan.operation).toMatchObject({
      kind: "place",
      funding: { capacity: LANE_CAPACITY, base: 0n, quote: 149_000_000n },
    });
    expect(plan.deposited).toBe(149_000_000n);
    expect(plan.fee).toBe(0n);
    expect(plan.missing).toBe(0n);
    expect(plan.opensLane).toBe(true);
  });

  it("says what is missing", () => {
    const poor = { ...FUNDING, wallet: { base: 0n, quote: 100_000_000n } };
    expect(planOrder(DRAFT, MARKET, poor).missing).toBe(49_000_000n);
  });
});

describe("an order with a lane", () => {
  it("moves only what the lane lacks", () => {
    const plan = planOrder(DRAFT, MARKET, {
      ...FUNDING,
      lane: lane({ base: 0n, quote: 140_000_000n }),
    });
    const funding = { capacity: null, base: 0n, quote: 9_000_000n };
    expect(plan.operation).toMatchObject({ kind: "place", funding });
    expect(plan.deposited).toBe(9_000_000n);
  });

  it("moves nothing where the lane has enough", () => {
    const rich = { ...FUNDING, lane: lane({ base: 0n, quote: 149_000_000n }) };
    const funding = { capacity: null, base: 0n, quote: 0n };
    expect(planOrder(DRAFT, MARKET, rich).operation).toMatchObject({ kind: "place", funding });
  });

  it("sells base tokens", () => {
    const plan = planOrder({ ...DRAFT, side: "sell", ticks: 15_100n }, MARKET, {
      ...FUNDING,
      lane: lane({ base: 400_000_000n, quote: 0n }, 3),
      opposite: 14_990n,
    });
    expect(plan.pays).toBe("base");
    expect(plan.operation).toMatchObject({
      laneIndex: 3,
      funding: { capacity: null, base: 600_000_000n, quote: 0n },
    });
  });
});

describe("an order that trades at once", () => {
  const CROSSING: OrderDraft = { ...DRAFT, ticks: 15_010n, expiresAt: 1_800_000_000 };

  it("is a take whose rest waits, and pays the taker's fee", () => {
    const funded = { ...FUNDING, lane: lane({ base: 0n, quote: 200_000_000n }) };
    const plan = planOrder(CROSSING, MARKET, funded);
    expect(plan.operation).toMatchObject({
      kind: "take",
      timeInForce: "rest",
      expiresAt: 1_800_000_000,
      funding: { capacity: null, base: 0n, quote: 0n },
    });
    expect(plan.fee).toBe(60_040n);
    expect(plan.needed).toBe(150_160_040n);
  });

  it("opens and funds the lane in the same transaction", () => {
    expect(planOrder(CROSSING, MARKET, FUNDING).operation).toMatchObject({
      kind: "take",
      funding: { capacity: LANE_CAPACITY, base: 0n, quote: 150_160_040n },
    });
  });

  it("goes straight from the wallet where that is asked for", () => {
    const draft = { ...CROSSING, type: "fill_or_kill" } as const;
    expect(planOrder(draft, MARKET, FUNDING).operation).toEqual({
      kind: "take_from_wallet",
      market: MARKET.address,
      side: "buy",
      ticks: 15_010n,
      lots: 1_000n,
      whole: true,
    });
    // The lane cannot be filled on the way: what it lacks is missing.
    const fromLane = planOrder({ ...draft, from: "lane" }, MARKET, FUNDING);
    expect(fromLane.operation).toMatchObject({ kind: "take", timeInForce: "fill_or_kill" });
    expect(fromLane.missing).toBe(150_160_040n);
  });

  it("never takes when it is post-only", () => {
    const plan = planOrder({ ...CROSSING, type: "post_only" }, MARKET, FUNDING);
    expect(plan.operation).toMatchObject({ kind: "place", postOnly: "reject" });
    expect(plan.fee).toBe(0n);
  });
});

describe("helpers", () => {
  it("knows what crosses", () => {
    expect(crosses({ side: "buy", ticks: 10n }, 10n)).toBe(true);
    expect(crosses({ side: "buy", ticks: 9n }, 10n)).toBe(false);
    expect(crosses({ side: "sell", ticks: 10n }, 10n)).toBe(true);
    expect(crosses({ side: "sell", ticks: 11n }, 10n)).toBe(false);
    expect(crosses({ side: "sell", ticks: 11n }, null)).toBe(false);
  });
});
