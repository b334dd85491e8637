import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Market, Token } from "@/api/model";
import { useMarkets, useTokenMap } from "@/api/queries";
import { PagePending, useTitle } from "@/app/PageStates";
import { Panel } from "@/ui/Panel";
import { EmptyState, ErrorState } from "@/ui/State";
import { Tabs } from "@/ui/Tabs";
import { AccountPanel } from "./AccountPanel";
import { BookView } from "./BookView";
import { ChartPanel } from "./ChartPanel";
import { MarketBar } from "./MarketBar";
import { Tape } from "./Tape";
import { Ticket } from "./Ticket";

/** A market with its two tokens. */
export interface MarketPair {
  market: Market;
  base: Token;
  quote: Token;
}

export function TradePage() {
  const { market: wanted } = useParams({ strict: false });
  const { data: markets, error, refetch } = useMarkets();
  const tokens = useTokenMap();
  const market = wanted ? markets?.find((candidate) => candidate.address === wanted) : markets?.[0];
  const base = market && tokens.get(market.baseMint);
  const quote = market && tokens.get(market.quoteMint);
  useTitle(base && quote ? `${base.symbol}/${quote.symbol}` : "Trade");
  if (error && !markets) {
    return <ErrorState error={error} retry={() => void refetch()} className="flex-1" />;
  }
  if (markets && !market) {
    return (
      <EmptyState
        title={wanted ? "There is no such market" : "There is no market yet"}
        className="flex-1"
      >
        Markets appear here once somebody has created one.
      </EmptyState>
    );
  }
  if (!market || !base || !quote) {
    return <PagePending />;
  }
  return <MarketPage key={market.address} pair={{ market, base, quote }} />;
}

function MarketPage({ pair }: { pair: MarketPair }) {
  return (
    <div className="grid w-full flex-1 grid-cols-1 content-start gap-2 p-2 lg:grid-cols-[minmax(0,1fr)_19rem] xl:grid-cols-[minmax(0,1fr)_18rem_20rem] xl:grid-rows-[auto_minmax(24rem,1fr)_15rem]">
      <div className="lg:col-span-2 xl:col-span-3">
        <MarketBar pair={pair} />
      </div>
      <MobileViews pair={pair} />
      <Panel
        label="Chart"
        className="hidden h-[28rem] lg:flex xl:h-auto"
        bodyClassName="flex flex-col"
      >
        <ChartPanel pair={pair} />
      </Panel>
      <BookAndTape pair={pair} />
      <Panel
        label="Order ticket"
        className="lg:col-start-2 lg:row-span-2 lg:row-start-3 xl:col-start-3 xl:row-span-2 xl:row-start-2"
      >
        <Ticket pair={pair} />
      </Panel>
      <Panel
        label="Your orders and balances"
        className="min-w-0 lg:col-start-1 xl:col-span-2"
        bodyClassName=""
      >
        <AccountPanel pair={pair} />
      </Panel>
    </div>
  );
}

/** Book and tape side by side in one frame, one of them shown. */
function BookAndTape({ pair }: { pair: MarketPair }) {
  const [shown, setShown] = useState<"book" | "trades">("book");
  return (
    <Panel
      label="Order book and trades"
      className="hidden h-[28rem] lg:flex xl:h-auto"
      bodyClassName="flex flex-col min-h-0"
    >
      <Tabs
        label="Order book or trades"
        value={shown}
        onChange={setShown}
        className="min-h-0 flex-1"
        contentClassName="flex flex-col overflow-hidden data-[state=inactive]:hidden"
        tabs={[
          { value: "book", label: "Order book", content: <BookView pair={pair} /> },
          { value: "trades", label: "Trades", content: <Tape pair={pair} /> },
        ]}
      />
    </Panel>
  );
}

/** On phones: chart, book and tape take turns. */
function MobileViews({ pair }: { pair: MarketPair }) {
  const [shown, setShown] = useState<"chart" | "book" | "trades">("chart");
  return (
    <Panel label="Market" className="h-[24rem] lg:hidden" bodyClassName="flex flex-col min-h-0">
      <Tabs
        label="Chart, order book or trades"
        value={shown}
        onChange={setShown}
        className="min-h-0 flex-1"
        contentClassName="flex flex-col overflow-hidden data-[state=inactive]:hidden"
        tabs={[
          { value: "chart", label: "Chart", content: <ChartPanel pair={pair} /> },
          { value: "book", label: "Order book", content: <BookView pair={pair} /> },
          { value: "trades", label: "Trades", content: <Tape pair={pair} /> },
        ]}
      />
    </Panel>
  );
}
