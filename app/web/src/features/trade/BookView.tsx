import { useMemo, useState } from "react";
import { useBook, usePortfolio } from "@/api/live";
import type { Level } from "@/api/model";
import { percentText, priceText } from "@/lib/format";
import { cx } from "@/ui/cx";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { useWallet } from "@/wallet/store";
import { type DepthLevel, grouped, groupSteps, spreadOf, withTotals } from "./depth";
import { lotPlaces, tickPlaces } from "./places";
import { useTicketState } from "./state";
import type { MarketPair } from "./TradePage";

/** Levels that are drawn of each side. */
const DEPTH = 24;

/** The order book: asks above, bids below, the spread between them. */
export function BookView({ pair }: { pair: MarketPair }) {
  const { market, base, quote } = pair;
  const { data, error } = useBook(market.address);
  const tick = Number(market.tickSize);
  const [step, setStep] = useState(tick);
  const [bids, asks] = useMemo(() => {
    const side = (levels: readonly Level[], name: "bids" | "asks") =>
      withTotals((step > tick ? grouped(levels, step, name) : levels).slice(0, DEPTH));
    return data ? [side(data.bids, "bids"), side(data.asks, "asks")] : [[], []];
  }, [data, step, tick]);
  const mine = useOwnPrices(pair);
  if (error && !data) {
    return <ErrorState error={error} className="flex-1" />;
  }
  if (!data) {
    return <SkeletonRows rows={12} label="Loading the order book" className="p-2" />;
  }
  const largest = Math.max(bids.at(-1)?.total ?? 0, asks.at(-1)?.total ?? 0);
  const rows = {
    largest,
    places: tickPlaces(market),
    sizePlaces: lotPlaces(market),
    mine,
    step,
    tick,
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col text-xs">
      <div className="grid grid-cols-3 items-center px-2 py-1 text-2xs text-muted">
        <label className="flex items-center gap-1">
          <span className="sr-only">Group prices by</span>
          <select
            value={step}
            onChange={(event) => setStep(Number(event.target.value))}
            className="num rounded border border-line bg-raised px-1 py-0.5 text-text"
          >
            {groupSteps(tick).map((choice) => (
              <option key={choice} value={choice}>
                {choice}
              </option>
            ))}
          </select>
          <span>{quote.symbol}</span>
        </label>
        <span className="text-right">Size {base.symbol}</span>
        <span className="text-right">Total</span>
      </div>
      {data.bids.length + data.asks.length === 0 ? (
        <EmptyState title="The book is empty" className="flex-1">
          Be the first to place an order.
        </EmptyState>
      ) : (
        <>
          <div className="scroll-thin flex min-h-0 flex-1 basis-0 flex-col-reverse overflow-y-auto">
            <LevelTable label="Asks, best first" side="sell" levels={asks} {...rows} />
          </div>
          <Spread bids={data.bids} asks={data.asks} places={rows.places} />
          <div className="scroll-thin min-h-0 flex-1 basis-0 overflow-y-auto">
            <LevelTable label="Bids, best first" side="buy" levels={bids} {...rows} />
          </div>
        </>
      )}
    </div>
  );
}

/** The prices at which the connected wallet has orders. */
function useOwnPrices({ market }: MarketPair): readonly number[] {
  const wallet = useWallet();
  const { data } = usePortfolio(wallet?.address);
  return useMemo(
    () =>
      (data?.lanes ?? [])
        .filter((lane) => lane.market === market.address)
        .flatMap((lane) => lane.orders.map((order) => order.price)),
    [data, market.address],
  );
}

interface LevelTableProps {
  label: string;
  side: "buy" | "sell";
  levels: readonly DepthLevel[];
  largest: number;
  places: number;
  sizePlaces: number;
  mine: readonly number[];
  step: number;
  tick: number;
}

function LevelTable({
  label,
  side,
  levels,
  largest,
  places,
  sizePlaces,
  mine,
  step,
  tick,
}: LevelTableProps) {
  const pick = useTicketState((state) => state.pick);
  const isMine = (price: number) => {
    // A level of a group holds the prices from it towards the middle.
    const [low, high] =
      side === "buy" ? [price, price + step - tick / 2] : [price - step + tick / 2, price];
    return mine.some((own) => own >= low - tick / 2 && own <= high + tick / 2);
  };
  const shown = side === "sell" ? [...levels].reverse() : levels;
  return (
    <ul aria-label={label}>
      {shown.map((level) => (
        <li key={level.price}>
          <button
            type="button"
            onClick={() => pick(level.price.toFixed(places))}
            className="num relative grid h-5 w-full grid-cols-3 items-center px-2 hover:bg-hover focus-visible:-outline-offset-2"
          >
            <span
              aria-hidden
              className={cx(
                "absolute inset-y-px right-0",
                side === "sell" ? "bg-down-soft" : "bg-up-soft",
              )}
              style={{ width: `${(level.total / largest) * 100}%` }}
            />
            <span
              className={cx(
                "relative flex items-center gap-1 text-left",
                side === "sell" ? "text-down" : "text-up",
              )}
            >
              <span className="sr-only">{side === "sell" ? "Ask " : "Bid "}</span>
              {priceText(level.price, places)}
              {isMine(level.price) && (
                <span className="size-1.5 rounded-full bg-accent" title="Your order">
                  <span className="sr-only">, your order</span>
                </span>
              )}
            </span>
            <span className="relative text-right">
              <span className="sr-only">, size </span>
              {priceText(level.size, sizePlaces)}
            </span>
            <span className="relative text-right text-muted">
              <span className="sr-only">, total </span>
              {priceText(level.total, sizePlaces)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function spreadWords(middle: ReturnType<typeof spreadOf>, places: number): string {
  if (!middle) {
    return "One side is empty";
  }
  // Two lanes' orders may cross until somebody settles them.
  return middle.spread < 0
    ? "Crossed: anybody may settle it"
    : `Spread ${priceText(middle.spread, places)} · ${percentText(middle.bps / 10_000, 3)}`;
}

function Spread({
  bids,
  asks,
  places,
}: {
  bids: readonly Level[];
  asks: readonly Level[];
  places: number;
}) {
  const middle = spreadOf(bids, asks);
  return (
    <div className="num flex h-8 shrink-0 items-center justify-between border-line border-y px-2">
      <span className="font-semibold text-sm">
        {middle ? priceText(middle.mid, places + 1) : "–"}
      </span>
      <span className="text-muted text-2xs">{spreadWords(middle, places)}</span>
    </div>
  );
}
