import { lazy, Suspense, useState } from "react";
import { Segmented } from "@/ui/Segmented";
import { Skeleton } from "@/ui/State";
import { DepthChart } from "./DepthChart";
import type { MarketPair } from "./TradePage";

const CandlePanel = lazy(() =>
  import("@/charts/CandlePanel").then((module) => ({ default: module.CandlePanel })),
);

/** Candles or depth. */
export function ChartPanel({ pair }: { pair: MarketPair }) {
  const [shown, setShown] = useState<"price" | "depth">("price");
  const { market, base, quote } = pair;
  const choice = (
    <Segmented
      label="Chart"
      size="xs"
      value={shown}
      onChange={setShown}
      className="shrink-0"
      options={[
        { value: "price", label: "Price" },
        { value: "depth", label: "Depth" },
      ]}
    />
  );
  return shown === "price" ? (
    <Suspense fallback={<Skeleton className="m-2 flex-1" />}>
      <CandlePanel
        venue={market.address}
        name={`${base.symbol} in ${quote.symbol}`}
        baseDecimals={base.decimals}
        minMove={Number(market.tickSize)}
        actions={choice}
        className="flex-1"
      />
    </Suspense>
  ) : (
    <DepthChart pair={pair} actions={choice} />
  );
}
