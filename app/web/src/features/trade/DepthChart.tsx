import { type ReactNode, useMemo } from "react";
import { useBook } from "@/api/live";
import { compactNumber, percentText, priceText } from "@/lib/format";
import { EmptyState, Skeleton } from "@/ui/State";
import { type DepthLevel, spreadOf, withTotals } from "./depth";
import { tickPlaces } from "./places";
import type { MarketPair } from "./TradePage";

/** Units of the drawing; it is stretched to the room there is. */
const WIDTH = 1000;
const HEIGHT = 400;
/** How far from the middle is shown, as a part of it, at most. */
const MOST_AWAY = 0.1;

/** The outline of one side: a staircase from the best price outwards. */
function staircase(
  levels: readonly DepthLevel[],
  toX: (price: number) => number,
  toY: (total: number) => number,
  edge: number,
): string {
  const first = levels[0];
  if (!first) {
    return "";
  }
  const parts = [`M ${toX(first.price)} ${HEIGHT}`];
  levels.forEach((level, at) => {
    const next = levels[at + 1];
    parts.push(`L ${toX(level.price)} ${toY(level.total)}`);
    parts.push(`L ${next ? toX(next.price) : edge} ${toY(level.total)}`);
  });
  parts.push(`L ${edge} ${HEIGHT} Z`);
  return parts.join(" ");
}

/** What can be bought and sold down to each price. */
export function DepthChart({ pair, actions }: { pair: MarketPair; actions: ReactNode }) {
  const { data } = useBook(pair.market.address);
  const drawing = useMemo(() => {
    const middle = data && spreadOf(data.bids, data.asks);
    if (!data || !middle) {
      return null;
    }
    const away = (price: number) => Math.abs(price - middle.mid);
    const farthest = [...data.bids, ...data.asks].reduce(
      (most, level) => Math.max(most, away(level.price)),
      0,
    );
    const reach = Math.min(farthest, middle.mid * MOST_AWAY) || middle.mid * 0.01;
    const near = (levels: typeof data.bids) =>
      withTotals(levels.filter((level) => away(level.price) <= reach));
    const [bids, asks] = [near(data.bids), near(data.asks)];
    const tallest = Math.max(bids.at(-1)?.total ?? 0, asks.at(-1)?.total ?? 0);
    const toX = (price: number) => ((price - middle.mid) / reach + 1) * (WIDTH / 2);
    const toY = (total: number) => HEIGHT - (total / tallest) * HEIGHT * 0.92;
    return {
      bidPath: staircase(bids, toX, toY, 0),
      askPath: staircase(asks, toX, toY, WIDTH),
      from: middle.mid - reach,
      to: middle.mid + reach,
      middle,
      bidTotal: bids.at(-1)?.total ?? 0,
      askTotal: asks.at(-1)?.total ?? 0,
    };
  }, [data]);
  if (!data || !drawing) {
    return (
      <div className="flex min-h-0 flex-1 flex-col">
        <div className="flex h-9 items-center justify-end px-2">{actions}</div>
        {data ? (
          <EmptyState title="No depth to draw" className="flex-1">
            There are orders on one side only, or none.
          </EmptyState>
        ) : (
          <Skeleton className="m-2 flex-1" />
        )}
      </div>
    );
  }
  const places = tickPlaces(pair.market);
  const { middle } = drawing;
  return (
    <figure className="flex min-h-0 flex-1 flex-col px-2 pb-1">
      <figcaption className="num flex h-9 shrink-0 items-center gap-3 text-muted text-xs">
        <span>
          Mid <span className="text-text">{priceText(middle.mid, places + 1)}</span>
        </span>
        <span>
          Spread <span className="text-text">{percentText(middle.bps / 10_000, 3)}</span>
        </span>
        <span className="ml-auto">{actions}</span>
      </figcaption>
      <div className="relative min-h-0 flex-1">
        <svg
          role="img"
          aria-label={`Depth: bids for ${compactNumber(drawing.bidTotal)} and asks of ${compactNumber(drawing.askTotal)} ${pair.base.symbol} between ${priceText(drawing.from, places)} and ${priceText(drawing.to, places)}`}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
        >
          <path
            d={drawing.bidPath}
            className="fill-up/20 stroke-up"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
          <path
            d={drawing.askPath}
            className="fill-down/20 stroke-down"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        <span className="num absolute top-1 left-1 text-2xs text-up">
          {compactNumber(drawing.bidTotal)} {pair.base.symbol}
        </span>
        <span className="num absolute top-1 right-1 text-2xs text-down">
          {compactNumber(drawing.askTotal)} {pair.base.symbol}
        </span>
      </div>
      <div aria-hidden className="num flex h-6 items-center justify-between text-2xs text-muted">
        <span>{priceText(drawing.from, places)}</span>
        <span>{priceText(middle.mid, places)}</span>
        <span>{priceText(drawing.to, places)}</span>
      </div>
    </figure>
  );
}
