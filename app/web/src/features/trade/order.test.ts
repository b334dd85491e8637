import { describe, expect, it } from "vitest";
import type { Address, Lane, Market } from "@/api/model";
import {
  crosses,
  type Funding,
  freeLaneIndex,
  type OrderDraft,
  type OrderPlan,
  planOrder,
} from "./order";

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

const kindsOf = (plan: OrderPlan) => plan.transactions.flat().map((operation) => operation.kind);

const kinds = (draft: OrderDraft, funding: Funding) =>
  planOrder(draft, MARKET, funding).transactions.map((each) =>
    each.map((operation) => operation.kind),
  );

describe("the first order", () => {
  it("opens the lane, funds it and places, in one transaction", () => {
    const plan = planOrder(DRAFT, MARKET, FUNDING);
    expect(kindsOf(plan)).toEqual(["open_lane", "deposit", "place"]);
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
    expect(kindsOf(plan)).toEqual(["deposit", "place"]);
    expect(plan.deposited).toBe(9_000_000n);
  });

  it("moves nothing where the lane has enough", () => {
    expect(kinds(DRAFT, { ...FUNDING, lane: lane({ base: 0n, quote: 149_000_000n }) })).toEqual([
      ["place"],
    ]);
  });

  it("sells base tokens", () => {
    const plan = planOrder({ ...DRAFT, side: "sell", ticks: 15_100n }, MARKET, {
      ...FUNDING,
      lane: lane({ base: 400_000_000n, quote: 0n }, 3),
      opposite: 14_990n,
    });
    expect(plan.pays).toBe("base");
    expect(plan.transactions[0]?.[0]).toEqual({
      kind: "deposit",
      market: MARKET.address,
      laneIndex: 3,
      base: 600_000_000n,
      quote: 0n,
    });
  });
});

describe("an order that trades at once", () => {
  it("is a take whose rest waits, and pays the taker's fee", () => {
    const funded = { ...FUNDING, lane: lane({ base: 0n, quote: 200_000_000n }) };
    const plan = planOrder({ ...DRAFT, ticks: 15_010n }, MARKET, funded);
    expect(plan.transactions).toMatchObject([[{ kind: "take", timeInForce: "rest" }]]);
    expect(plan.fee).toBe(60_040n);
    expect(plan.needed).toBe(150_160_040n);
  });

  it("funds the lane in a transaction before, where it lacks the means", () => {
    expect(kinds({ ...DRAFT, ticks: 15_010n }, FUNDING)).toEqual([
      ["open_lane", "deposit"],
      ["take"],
    ]);
  });

  it("goes straight from the wallet where that is asked for", () => {
    const draft = { ...DRAFT, type: "fill_or_kill", ticks: 15_010n } as const;
    expect(planOrder(draft, MARKET, FUNDING).transactions.flat()).toEqual([
      {
        kind: "take_from_wallet",
        market: MARKET.address,
        side: "buy",
        ticks: 15_010n,
        lots: 1_000n,
        whole: true,
      },
    ]);
    // The lane cannot be filled on the way: what it lacks is missing.
    const fromLane = planOrder({ ...draft, from: "lane" }, MARKET, FUNDING);
    expect(fromLane.transactions.flat()).toMatchObject([
      { kind: "take", timeInForce: "fill_or_kill" },
    ]);
    expect(fromLane.missing).toBe(150_160_040n);
  });

  it("never takes when it is post-only", () => {
    const plan = planOrder({ ...DRAFT, type: "post_only", ticks: 15_010n }, MARKET, FUNDING);
    expect(plan.transactions.flat().at(-1)).toMatchObject({ kind: "place", postOnly: "reject" });
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

  it("finds an index for another lane", () => {
    const free = { base: 0n, quote: 0n };
    expect(freeLaneIndex([])).toBe(0);
    expect(freeLaneIndex([lane(free, 0), lane(free, 2)])).toBe(1);
  });
});
