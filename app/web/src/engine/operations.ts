/** What the app can do on the exchange. Several operations make one transaction, in their order. */

import type { Address, Side } from "@/api/model";

/** What becomes of a post-only order that would trade: `slide` moves it to one tick from the best price. */
export type PostOnly = "off" | "reject" | "slide";

/** How long a taker's order lasts: `rest` leaves in the book what did not trade. */
export type TimeInForce = "rest" | "immediate_or_cancel" | "fill_or_kill";

/** What a lane is given first, in the same transaction. */
export interface LaneFunding {
  /** How many orders a side it is opened with; null where it is there already. */
  capacity: number | null;
  base: bigint;
  quote: bigint;
}

/** An owner's lane in a market, which may not be there yet. */
interface FundedLane {
  market: Address;
  laneIndex: number;
  funding: LaneFunding;
}

export type Operation =
  | ({ kind: "fund_lane" } & FundedLane)
  | { kind: "withdraw"; lane: Address; base: bigint; quote: bigint }
  | { kind: "close_lane"; lane: Address }
  | ({
      kind: "place";
      side: Side;
      ticks: bigint;
      lots: bigint;
      postOnly: PostOnly;
      /** Unix second; null: until it is cancelled. */
      expiresAt: number | null;
    } & FundedLane)
  | ({
      kind: "take";
      side: Side;
      /** The worst price. */
      ticks: bigint;
      lots: bigint;
      timeInForce: TimeInForce;
      /** Until when what rests does: a Unix second; null: until it is cancelled. */
      expiresAt: number | null;
    } & FundedLane)
  | {
      kind: "take_from_wallet";
      market: Address;
      side: Side;
      ticks: bigint;
      lots: bigint;
      /** All or nothing. */
      whole: boolean;
    }
  | { kind: "cancel"; lane: Address; order: string }
  | { kind: "cancel_all"; lane: Address; side: Side | null }
  | {
      kind: "add_liquidity";
      pool: Address;
      shard: number;
      maximumBase: bigint;
      maximumQuote: bigint;
      slippageBps: number;
    }
  | {
      kind: "add_single_sided";
      pool: Address;
      shard: number;
      /** The token that is deposited. */
      mint: Address;
      amount: bigint;
      slippageBps: number;
    }
  | { kind: "remove_liquidity"; pool: Address; shard: number; shares: bigint; slippageBps: number }
  | {
      kind: "remove_single_sided";
      pool: Address;
      shard: number;
      /** The token that is wanted. */
      mint: Address;
      shares: bigint;
      slippageBps: number;
    };
