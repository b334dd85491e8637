/** From what is in the ticket to what is done: one transaction, with the lane opened and funded in it. */

import type { Both, Lane, Market, Side } from "@/api/model";
import type { LaneFunding, Operation, PostOnly } from "@/engine/operations";
import { beforeTransferFee } from "@/lib/transferFee";
import { feeOf, quoteValue } from "./units";

export type OrderType =
  | "limit"
  | "market"
  | "post_only"
  | "post_only_slide"
  | "immediate_or_cancel"
  | "fill_or_kill";

export const ORDER_TYPES: readonly { value: OrderType; label: string; help: string }[] = [
  {
    value: "limit",
    label: "Limit",
    help: "Trades at your price or better; the rest waits in the book.",
  },
  {
    value: "market",
    label: "Market",
    help: "Trades now with the best orders, within your slippage tolerance.",
  },
  {
    value: "post_only",
    label: "Post only",
    help: "Waits in the book; refused if it would trade at once.",
  },
  {
    value: "post_only_slide",
    label: "Post only, slide",
    help: "Waits in the book; if it would trade at once, it moves to one tick from the best price.",
  },
  {
    value: "immediate_or_cancel",
    label: "Immediate or cancel",
    help: "Trades now what it can at your price or better; the rest is dropped.",
  },
  {
    value: "fill_or_kill",
    label: "Fill or kill",
    help: "Trades all of it now at your price or better, or nothing.",
  },
];

/** Orders that each side of a new lane has room for. */
export const LANE_CAPACITY = 16;

/** Whether an order trades at once or not at all. */
export function isTaker(type: OrderType): boolean {
  return type === "market" || type === "immediate_or_cancel" || type === "fill_or_kill";
}

export interface OrderDraft {
  type: OrderType;
  side: Side;
  /** The price, or the worst one. */
  ticks: bigint;
  lots: bigint;
  expiresAt: number | null;
  /** Where a taker pays from. Orders that wait are always paid from the lane. */
  from: "wallet" | "lane";
}

export interface Funding {
  /** The connected wallet's lane in the market. */
  lane: Lane | null;
  wallet: Both;
  /** What the token programs take of a transfer. */
  transferFeeBps: { base: number; quote: number };
  /** The best price on the other side, in ticks. */
  opposite: bigint | null;
}

export interface OrderPlan {
  operation: Operation;
  /** Which token pays. */
  pays: "base" | "quote";
  /** How much it takes, fees included. */
  needed: bigint;
  /** What is moved from the wallet to the lane first. */
  deposited: bigint;
  /** How much is missing from wallet and lane. */
  missing: bigint;
  fee: bigint;
  value: bigint;
  opensLane: boolean;
}

/** Whether an order would trade at once. */
export function crosses(
  draft: Pick<OrderDraft, "side" | "ticks">,
  opposite: bigint | null,
): boolean {
  if (opposite === null) {
    return false;
  }
  return draft.side === "buy" ? draft.ticks >= opposite : draft.ticks <= opposite;
}

/** What an order costs and the operation that brings it about. */
export function planOrder(draft: OrderDraft, market: Market, funding: Funding): OrderPlan {
  const value = quoteValue(draft.lots, draft.ticks, market);
  const trades =
    isTaker(draft.type) || (draft.type === "limit" && crosses(draft, funding.opposite));
  const rate = trades
    ? Math.max(market.fees.takerPips, market.fees.makerPips)
    : market.fees.makerPips;
  const fee = feeOf(value, rate);
  const pays = draft.side === "buy" ? "quote" : "base";
  const needed = draft.side === "buy" ? value + fee : draft.lots * market.baseLot;
  const common = { value, fee, pays, needed } as const;
  const isFromWallet = isTaker(draft.type) && draft.from === "wallet";
  const held = funding.wallet[pays];

  if (isFromWallet) {
    const sent = beforeTransferFee(needed, funding.transferFeeBps[pays]);
    const { side, ticks, lots } = draft;
    const take: Operation = {
      kind: "take_from_wallet",
      market: market.address,
      side,
      ticks,
      lots,
      whole: draft.type === "fill_or_kill",
    };
    const missing = sent > held ? sent - held : 0n;
    return {
      ...common,
      needed: sent,
      operation: take,
      deposited: 0n,
      missing,
      opensLane: false,
    };
  }

  const free = funding.lane?.free[pays] ?? 0n;
  const short = needed > free ? needed - free : 0n;
  if (isTaker(draft.type)) {
    // Paid from what the lane has.
    const own = { capacity: null, base: 0n, quote: 0n };
    const operation = orderOperation(draft, market, funding.lane, own, true);
    return { ...common, operation, deposited: 0n, missing: short, opensLane: false };
  }
  const deposited = short > 0n ? beforeTransferFee(short, funding.transferFeeBps[pays]) : 0n;
  const opensLane = !funding.lane;
  const given: LaneFunding = {
    capacity: opensLane ? LANE_CAPACITY : null,
    base: pays === "base" ? deposited : 0n,
    quote: pays === "quote" ? deposited : 0n,
  };
  const missing = deposited > held ? deposited - held : 0n;
  const operation = orderOperation(draft, market, funding.lane, given, trades);
  return { ...common, operation, deposited, missing, opensLane };
}

const POST_ONLY: Partial<Record<OrderType, PostOnly>> = {
  post_only: "reject",
  post_only_slide: "slide",
};

function orderOperation(
  draft: OrderDraft,
  market: Market,
  lane: Lane | null,
  funding: LaneFunding,
  trades: boolean,
): Operation {
  const { side, ticks, lots, expiresAt } = draft;
  const common = { market: market.address, laneIndex: lane?.index ?? 0, side, ticks, lots };
  if (trades) {
    const timeInForce =
      draft.type === "limit"
        ? "rest"
        : draft.type === "fill_or_kill"
          ? "fill_or_kill"
          : "immediate_or_cancel";
    return { kind: "take", ...common, timeInForce, expiresAt, funding };
  }
  const postOnly = POST_ONLY[draft.type] ?? "off";
  return { kind: "place", ...common, postOnly, expiresAt, funding };
}
