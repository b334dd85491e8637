import { useTrades } from "@/api/live";
import { approximate } from "@/lib/amount";
import { clockText, priceText } from "@/lib/format";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { lotPlaces, tickPlaces } from "./places";
import type { MarketPair } from "./TradePage";

/** The latest trades, newest first. */
export function Tape({ pair }: { pair: MarketPair }) {
  const { market, base, quote } = pair;
  const { data, error } = useTrades(market.address);
  if (!data) {
    return error ? (
      <ErrorState error={error} className="flex-1" />
    ) : (
      <SkeletonRows rows={12} label="Loading trades" className="p-2" />
    );
  }
  if (data.length === 0) {
    return <EmptyState title="No trades yet" className="flex-1" />;
  }
  return (
    <section
      aria-label="Latest trades"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="scroll-thin min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
    >
      <table className="num w-full text-xs">
        <thead className="sticky top-0 bg-surface text-2xs text-muted">
          <tr>
            <th scope="col" className="px-2 py-1 text-left font-normal">
              Price {quote.symbol}
            </th>
            <th scope="col" className="px-2 py-1 text-right font-normal">
              Size {base.symbol}
            </th>
            <th scope="col" className="px-2 py-1 text-right font-normal">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {data.map((trade) => (
            <tr key={trade.id} className="h-5">
              <td className={trade.side === "buy" ? "px-2 text-up" : "px-2 text-down"}>
                {priceText(trade.price, tickPlaces(market))}
                <span className="sr-only"> {trade.side === "buy" ? "bought" : "sold"}</span>
              </td>
              <td className="px-2 text-right">
                {priceText(approximate(trade.base, base.decimals), lotPlaces(market))}
              </td>
              <td className="px-2 text-right text-muted">{clockText(trade.time)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
