import type { Token } from "@/api/model";
import { useMarkets, usePools, useTokenMap } from "@/api/queries";
import { CandlePanel } from "@/charts/CandlePanel";
import { Panel } from "@/ui/Panel";
import { EmptyState, Skeleton } from "@/ui/State";

/** The price of a pair where it trades most: its order book, or its deepest pool. */
export function PairChart({
  input,
  output,
}: {
  input: Token | undefined;
  output: Token | undefined;
}) {
  const markets = useMarkets().data;
  const pools = usePools().data;
  const tokens = useTokenMap();
  if (!markets || !pools || !input || !output) {
    return <Skeleton className="h-[26rem] w-full rounded-card" />;
  }
  const isPair = (venue: { baseMint: string; quoteMint: string }) =>
    [input.mint, output.mint].every((mint) => mint === venue.baseMint || mint === venue.quoteMint);
  const market = markets.find(isPair);
  const deepest = pools.filter(isPair).sort((one, other) => other.tvlQuote - one.tvlQuote)[0];
  const venue = market ?? deepest;
  const base = venue && tokens.get(venue.baseMint);
  const quote = venue && tokens.get(venue.quoteMint);
  if (!venue || !base || !quote) {
    return (
      <Panel label="Price chart" className="h-[26rem]">
        <EmptyState title="No chart for this pair" className="h-full">
          No pool and no order book trades it directly. A route goes through other tokens.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel
      title={
        <>
          {base.symbol}/{quote.symbol}{" "}
          <span className="font-normal text-muted text-xs">
            {market ? "order book" : "deepest pool"}
          </span>
        </>
      }
      label="Price chart"
      className="h-[26rem]"
      bodyClassName="flex flex-col"
    >
      <CandlePanel
        venue={venue.address}
        name={`${base.symbol} in ${quote.symbol}`}
        baseDecimals={base.decimals}
        minMove={market ? Number(market.tickSize) : priceStep(deepest?.price ?? 1)}
        className="flex-1"
      />
    </Panel>
  );
}

/** A step of prices that leaves about six digits of them. */
export function priceStep(price: number): number {
  return 10 ** Math.max(-10, Math.min(-2, Math.floor(Math.log10(price)) - 5));
}
