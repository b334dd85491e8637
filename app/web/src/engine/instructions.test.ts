import { describe, expect, it } from "vitest";
import type { Address } from "@/api/model";
import type { Exchange, Instruction } from "@/wasm/sealane_wasm";
import { Builder } from "./instructions";
import type { Operation } from "./operations";

const OWNER = "owner" as Address;
const MARKET = "market" as Address;

/** An engine that answers every request with an instruction that tells it. */
function engine(refusals: Record<string, string> = {}): Exchange {
  const told = (method: string, request: unknown): Instruction => {
    const code = refusals[method];
    if (code) {
      throw Object.assign(new Error(code), { name: "SealaneError", code, hint: "" });
    }
    return { programId: method, accounts: [], data: request as Uint8Array };
  };
  const plan = (method: string) => (request: unknown) => ({
    instructions: [told(method, request)],
  });
  return {
    laneAddress: (market: string, owner: string, index: number) => `${market}/${owner}/${index}`,
    bestLanes: (_: string, side: string) => [`${side}1`, `${MARKET}/${OWNER}/2`, `${side}2`],
    openLane: plan("openLane"),
    deposit: plan("deposit"),
    take: plan("take"),
    place: (request: unknown) => told("place", request),
  } as unknown as Exchange;
}

const build = (operation: Operation, refusals?: Record<string, string>) =>
  new Builder(engine(refusals), OWNER).build(operation).map((each) => [each.programId, each.data]);

const LANE = `${MARKET}/${OWNER}/2`;
const OPENED = { market: MARKET, owner: OWNER, index: 2, capacity: 16 };
const ORDER = { market: MARKET, laneIndex: 2, side: "buy", ticks: 15_010n, lots: 7n } as const;
const FUNDING = { capacity: 16, base: 0n, quote: 500n };
const LIMIT: Operation = {
  kind: "take",
  ...ORDER,
  timeInForce: "rest",
  expiresAt: 1_800_000_000,
  funding: FUNDING,
};
const EXPIRY = { slot: 0n, time: 1_800_000_000 };
const DEPOSIT = { lane: LANE, market: MARKET, base: 0n, quote: 500n };

describe("a limit order that trades at once", () => {
  it("is one take, which opens and funds the lane", () => {
    const request = {
      lane: LANE,
      side: "bid",
      limitTicks: 15_010,
      lots: 7n,
      timeInForce: { kind: "rest", expiry: EXPIRY },
      funding: { opened: OPENED, base: 0n, quote: 500n },
    };
    expect(build(LIMIT)).toEqual([["take", request]]);
  });

  it("rests where whoever would have traded is gone", () => {
    const order = {
      side: "bid",
      priceTicks: 15_010,
      lots: 7n,
      postOnly: "off",
      expiry: EXPIRY,
    };
    expect(build(LIMIT, { take: "no_orders" })).toEqual([
      ["openLane", OPENED],
      ["deposit", DEPOSIT],
      ["place", { market: MARKET, lane: LANE, authority: OWNER, orders: [order], shown: [] }],
    ]);
  });

  it("does not rest where all of it was to be traded, or the chain would refuse", () => {
    const whole: Operation = { ...LIMIT, timeInForce: "fill_or_kill" };
    expect(() => build(whole, { take: "no_orders" })).toThrow("No_orders");
    expect(() => build(LIMIT, { take: "insufficient_funds" })).toThrow("Insufficient_funds");
  });
});

describe("a post-only order", () => {
  it("is shown the best lanes of the other side, but not its own", () => {
    const funding = { capacity: null, base: 0n, quote: 0n };
    const operation: Operation = {
      kind: "place",
      ...ORDER,
      postOnly: "reject",
      expiresAt: null,
      funding,
    };
    expect(build(operation)).toMatchObject([
      ["place", { shown: ["ask1", "ask2"], orders: [{ expiry: { slot: 0n, time: 0 } }] }],
    ]);
  });
});
