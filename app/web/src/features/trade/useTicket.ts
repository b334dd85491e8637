/** What is in the order ticket, and what follows from it. */

import { useEffect, useMemo, useState } from "react";
import { useBook, usePortfolio } from "@/api/live";
import type { Book, Lane, Side } from "@/api/model";
import { useSettings } from "@/app/settings";
import { useBalances } from "@/tokens/balances";
import { useWallet } from "@/wallet/store";
import { fillOf } from "./depth";
import {
  type Funding,
  isTaker,
  type OrderDraft,
  type OrderPlan,
  type OrderType,
  planOrder,
} from "./order";
import { tickPlaces } from "./places";
import { useTicketState } from "./state";
import type { MarketPair } from "./TradePage";
import {
  affordableLots,
  type Parsed,
  parsePrice,
  parseSize,
  partOfLots,
  priceOfTicks,
  sizeOfLots,
} from "./units";

export const EXPIRIES = [
  { value: "none", label: "Until cancelled", seconds: null },
  { value: "10m", label: "10 minutes", seconds: 600 },
  { value: "1h", label: "1 hour", seconds: 3_600 },
  { value: "1d", label: "1 day", seconds: 86_400 },
  { value: "7d", label: "7 days", seconds: 604_800 },
] as const;
export type Expiry = (typeof EXPIRIES)[number]["value"];

/** The wallet's first lane in a market. */
export function useLane({ market }: MarketPair): Lane | null {
  const wallet = useWallet();
  const { data } = usePortfolio(wallet?.address);
  return useMemo(() => {
    const lanes = (data?.lanes ?? []).filter((lane) => lane.market === market.address);
    return lanes.sort((one, other) => one.index - other.index)[0] ?? null;
  }, [data, market.address]);
}

/** A number's nearest tick that is not worse than it for whoever pays up to it. */
function ticksOf(price: number, pair: MarketPair, round: (ticks: number) => number): bigint {
  const ticks = round(Number((price / Number(pair.market.tickSize)).toPrecision(12)));
  return BigInt(Math.max(1, Math.min(ticks, 2 ** 32 - 1)));
}

export interface Ticket {
  side: Side;
  setSide: (side: Side) => void;
  type: OrderType;
  setType: (type: OrderType) => void;
  price: string;
  setPrice: (price: string) => void;
  size: string;
  setSize: (size: string) => void;
  /** Sets the size to a part of what can be paid for. */
  setPart: (percent: number) => void;
  expiry: Expiry;
  setExpiry: (expiry: Expiry) => void;
  from: "wallet" | "lane";
  setFrom: (from: "wallet" | "lane") => void;
  priceError: string | null;
  sizeError: string | null;
  /** What can be paid with, in the token that pays. */
  available: bigint | undefined;
  lane: Lane | null;
  /** The order as it would be placed now; null while the ticket is not filled in. */
  plan: OrderPlan | null;
  draft: OrderDraft | null;
  /** What would trade at once. */
  fill: { filled: number; average: number } | null;
  reset: () => void;
}

export function useTicket(pair: MarketPair): Ticket {
  const { market, base, quote } = pair;
  const [side, setSide] = useState<Side>("buy");
  const [type, setType] = useState<OrderType>("limit");
  const [price, setPrice] = useState("");
  const [size, setSize] = useState("");
  const [expiry, setExpiry] = useState<Expiry>("none");
  const [from, setFrom] = useState<"wallet" | "lane">("wallet");
  const slippageBps = useSettings((settings) => settings.slippageBps);
  const lane = useLane(pair);
  const balances = useBalances();
  const book = useBook(market.address).data;

  const picked = useTicketState((state) => state.picked);
  useEffect(() => {
    if (picked) {
      setPrice(picked.price);
      setType((current) => (current === "market" ? "limit" : current));
    }
  }, [picked]);

  const best = side === "buy" ? book?.asks[0]?.price : book?.bids[0]?.price;
  const opposite = best === undefined ? null : ticksOf(best, pair, Math.round);
  const funding: Funding = {
    lane,
    wallet: { base: balances.of(base.mint) ?? 0n, quote: balances.of(quote.mint) ?? 0n },
    transferFeeBps: { base: base.transferFeeBps, quote: quote.transferFeeBps },
    opposite,
  };

  const worst =
    best === undefined ? null : best * (1 + ((side === "buy" ? 1 : -1) * slippageBps) / 10_000);
  const marketTicks =
    worst === null ? null : ticksOf(worst, pair, side === "buy" ? Math.floor : Math.ceil);
  const parsedPrice: Parsed<bigint> =
    type === "market"
      ? marketTicks === null
        ? { ok: false, message: "Nobody offers the other side" }
        : { ok: true, value: marketTicks }
      : parsePrice(price, market);
  const parsedSize = parseSize(size, market);
  const draft: OrderDraft | null =
    parsedPrice.ok && parsedSize.ok
      ? {
          type,
          side,
          ticks: parsedPrice.value,
          lots: parsedSize.value,
          expiresAt: expiresAt(expiry),
          from,
        }
      : null;

  const pays = side === "buy" ? "quote" : "base";
  const isFromWallet = isTaker(type) && from === "wallet";
  const inLane = isFromWallet ? 0n : (lane?.free[pays] ?? 0n);
  const held = balances.of(pays === "base" ? base.mint : quote.mint);
  const available = held === undefined ? undefined : held + inLane;

  return {
    side,
    setSide,
    type,
    setType,
    price,
    setPrice,
    size,
    setSize,
    setPart: (percent) => {
      const ticks = parsedPrice.ok ? parsedPrice.value : opposite;
      if (available !== undefined && ticks !== null) {
        const rate = Math.max(market.fees.takerPips, market.fees.makerPips);
        const lots = affordableLots(side, available, ticks, rate, market);
        setSize(sizeOfLots(partOfLots(lots, percent), market));
        if (price === "" && type !== "market" && best !== undefined) {
          setPrice(best.toFixed(tickPlaces(market)));
        }
      }
    },
    expiry,
    setExpiry,
    from,
    setFrom,
    priceError: price !== "" && !parsedPrice.ok ? parsedPrice.message : null,
    sizeError: size !== "" && !parsedSize.ok ? parsedSize.message : null,
    available,
    lane,
    draft,
    fill: draft && book ? fillNow(draft, book, pair) : null,
    plan: draft ? planOrder(draft, market, funding) : null,
    reset: () => setSize(""),
  };
}

/** What an order would trade at once; nothing if it may only wait. */
function fillNow({ type, side, ticks, lots }: OrderDraft, book: Book, { market }: MarketPair) {
  if (type === "post_only" || type === "post_only_slide") {
    return null;
  }
  const worst = Number(priceOfTicks(ticks, market));
  const size = Number(sizeOfLots(lots, market));
  return side === "buy"
    ? fillOf(book.asks, size, (price) => price <= worst)
    : fillOf(book.bids, size, (price) => price >= worst);
}

function expiresAt(expiry: Expiry): number | null {
  const seconds = EXPIRIES.find((choice) => choice.value === expiry)?.seconds ?? null;
  return seconds === null ? null : Math.floor(Date.now() / 1000) + seconds;
}
