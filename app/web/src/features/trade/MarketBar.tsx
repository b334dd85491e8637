import { useNavigate } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useMarkets, useTokenMap } from "@/api/queries";
import { compactAmount, percentText, pipsText, priceText } from "@/lib/format";
import { cx } from "@/ui/cx";
import { Stat } from "@/ui/Panel";
import { PairIcon } from "@/ui/TokenIcon";
import { tickPlaces } from "./places";
import type { MarketPair } from "./TradePage";

/** The market's name and its day. */
export function MarketBar({ pair }: { pair: MarketPair }) {
  const { market, quote } = pair;
  const places = tickPlaces(market);
  const last = market.last ?? market.mid;
  const change = market.change24hBps;
  return (
    <section
      aria-label="Market"
      className="flex flex-wrap items-center gap-x-6 gap-y-2 rounded-card border border-line bg-surface px-3 py-2 sm:px-4"
    >
      <MarketPicker pair={pair} />
      <p className="num font-semibold text-lg">
        <span className="sr-only">Last price </span>
        {last === null ? "–" : priceText(last, places)}
      </p>
      <dl className="grid min-w-0 basis-full grid-cols-3 gap-x-4 gap-y-1 sm:flex sm:flex-1 sm:basis-auto sm:gap-6">
        <Stat name="24h change">
          <span
            className={cx(change !== null && change < 0 ? "text-down" : change ? "text-up" : "")}
          >
            {change === null ? "–" : `${change > 0 ? "+" : ""}${percentText(change / 10_000)}`}
          </span>
        </Stat>
        <Stat name="24h volume">
          {compactAmount(market.volume24h.quote, quote.decimals)}{" "}
          <span className="text-muted">{quote.symbol}</span>
        </Stat>
        <Stat name="Trades">{market.trades24h.toLocaleString("en-US")}</Stat>
        <Stat name="Taker / maker fee">
          {pipsText(market.fees.takerPips)} / {pipsText(market.fees.makerPips)}
        </Stat>
        <Stat name="Lanes">{market.lanes}</Stat>
      </dl>
      {market.paused.length > 0 && (
        <p className="rounded bg-warn-soft px-2 py-1 text-warn text-xs">
          Paused: {market.paused.join(", ")}
        </p>
      )}
    </section>
  );
}

function MarketPicker({ pair }: { pair: MarketPair }) {
  const { data: markets = [] } = useMarkets();
  const tokens = useTokenMap();
  const navigate = useNavigate();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="-ml-1 inline-flex items-center gap-2 rounded-lg px-1.5 py-1 font-semibold text-base hover:bg-hover">
        <PairIcon base={pair.base} quote={pair.quote} />
        <h1>
          {pair.base.symbol}/{pair.quote.symbol}
        </h1>
        <ChevronDown aria-hidden className="size-4 text-muted" />
        <span className="sr-only">, choose another market</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          className="z-50 min-w-64 rounded-xl border border-line bg-surface p-1.5 shadow-panel"
        >
          {markets.map((market) => {
            const [base, quote] = [tokens.get(market.baseMint), tokens.get(market.quoteMint)];
            return base && quote ? (
              <DropdownMenu.Item
                key={market.address}
                onSelect={() =>
                  void navigate({ to: "/trade/$market", params: { market: market.address } })
                }
                className="flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-2 outline-none data-[highlighted]:bg-hover"
              >
                <PairIcon base={base} quote={quote} size="sm" />
                <span className="flex-1 font-medium">
                  {base.symbol}/{quote.symbol}
                </span>
                <span className="num text-muted">
                  {market.mid === null ? "–" : priceText(market.mid, tickPlaces(market))}
                </span>
              </DropdownMenu.Item>
            ) : null;
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
