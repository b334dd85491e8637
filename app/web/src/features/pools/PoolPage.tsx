import { useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { Address } from "@/api/model";
import { usePool } from "@/api/queries";
import { PagePending, useTitle } from "@/app/PageStates";
import { priceStep } from "@/features/swap/PairChart";
import { bpsText, compactAmount, compactNumber, pipsText, priceText } from "@/lib/format";
import { CopyableAddress } from "@/ui/Copy";
import { Panel, Stat } from "@/ui/Panel";
import { ErrorState, Notice, Skeleton } from "@/ui/State";
import { PairIcon } from "@/ui/TokenIcon";
import { FarmsPanel } from "./FarmsPanel";
import { LiquidityPanel } from "./LiquidityPanel";
import { curveText, feeText, type PoolPair, pausedText, usePairs } from "./names";
import { PoolTrades } from "./PoolTrades";
import { ShardsTable } from "./ShardsTable";

const CandlePanel = lazy(() =>
  import("@/charts/CandlePanel").then((module) => ({ default: module.CandlePanel })),
);

export function PoolPage() {
  const { pool: address } = useParams({ from: "/pools/$pool" });
  const { data, error, refetch } = usePool(address as Address);
  const [pair] = usePairs(data && [data]);
  useTitle(pair ? `${pair.base.symbol}/${pair.quote.symbol} pool` : "Pool");
  if (pair) {
    return <PairPage pair={pair} />;
  }
  return error ? (
    <ErrorState error={error} retry={() => void refetch()} className="flex-1" />
  ) : (
    <PagePending />
  );
}

function PairPage({ pair }: { pair: PoolPair }) {
  const { pool, base, quote } = pair;
  const paused = pausedText(pool);
  return (
    <div className="mx-auto grid w-full max-w-6xl flex-1 content-start gap-4 p-3 sm:p-5 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <PoolHeader pair={pair} />
      {paused && (
        <Notice tone="warn" className="lg:col-span-2">
          The pool's authority has paused: {paused}. Withdrawing in proportion can never be paused.
        </Notice>
      )}
      <div className="flex min-w-0 flex-col gap-4">
        <Panel label="Price chart" className="h-80" bodyClassName="flex flex-col">
          <Suspense fallback={<Skeleton className="m-2 flex-1" />}>
            <CandlePanel
              venue={pool.address}
              name={`${base.symbol} in ${quote.symbol}`}
              baseDecimals={base.decimals}
              minMove={priceStep(pool.price ?? 1)}
              className="flex-1"
            />
          </Suspense>
        </Panel>
        <Panel title="Shards" bodyClassName="">
          <ShardsTable pair={pair} />
        </Panel>
        <Panel title="Latest swaps" bodyClassName="">
          <PoolTrades pair={pair} />
        </Panel>
      </div>
      <div className="row-start-2 flex min-w-0 flex-col gap-4 lg:row-start-auto">
        <LiquidityPanel pair={pair} />
        <FarmsPanel pair={pair} />
        <FeesPanel pair={pair} />
      </div>
    </div>
  );
}

function PoolHeader({ pair: { pool, base, quote } }: { pair: PoolPair }) {
  return (
    <section
      aria-label="Pool"
      className="flex flex-wrap items-center gap-x-8 gap-y-3 rounded-card border border-line bg-surface p-3 sm:p-4 lg:col-span-2"
    >
      <div className="flex items-center gap-3">
        <PairIcon base={base} quote={quote} size="lg" />
        <div>
          <h1 className="font-semibold text-lg">
            {base.symbol}/{quote.symbol}
          </h1>
          <p className="text-muted text-xs">
            {curveText(pool)} · <CopyableAddress address={pool.address} label="pool" />
          </p>
        </div>
      </div>
      <dl className="grid flex-1 grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-4">
        <Stat name="Price">
          {pool.price === null ? "–" : priceText(pool.price)}{" "}
          <span className="text-muted">{quote.symbol}</span>
        </Stat>
        <Stat name="TVL">
          {compactNumber(pool.tvlQuote)} <span className="text-muted">{quote.symbol}</span>
        </Stat>
        <Stat name="24h volume">
          {compactAmount(pool.volume24h.quote, quote.decimals)}{" "}
          <span className="text-muted">{quote.symbol}</span>
        </Stat>
        <Stat name="APR of the last day">{pool.aprBps === null ? "–" : bpsText(pool.aprBps)}</Stat>
      </dl>
    </section>
  );
}

function FeesPanel({ pair: { pool } }: { pair: PoolPair }) {
  const { fees } = pool;
  const isFlat = fees.minPips === fees.maxPips;
  return (
    <Panel title={`Fee ${feeText(pool)}`}>
      <p className="text-muted text-xs">
        {isFlat
          ? "Every swap pays the same rate of what it buys."
          : `A very small swap pays ${pipsText(fees.maxPips)}; the rate falls with the part of the shard that a swap buys, down to ${pipsText(fees.minPips)}. One swap in one shard is therefore cheaper than the same swap split over several.`}{" "}
        {fees.protocolShareBps > 0
          ? `Of the fee ${bpsText(fees.protocolShareBps)} go to the pool's authority, the rest to liquidity providers.`
          : "All of it goes to liquidity providers."}
      </p>
    </Panel>
  );
}
