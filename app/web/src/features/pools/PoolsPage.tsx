import { Link } from "@tanstack/react-router";
import { Plus, Search } from "lucide-react";
import { useState } from "react";
import { usePools } from "@/api/queries";
import { useTitle } from "@/app/PageStates";
import { bpsText, compactAmount, compactNumber } from "@/lib/format";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { type Column, Table } from "@/ui/Table";
import { PairIcon } from "@/ui/TokenIcon";
import { curveText, feeText, type PoolPair, pausedText, usePairs } from "./names";

const COLUMNS: readonly Column<PoolPair>[] = [
  { key: "pool", header: "Pool", cell: (row) => <PoolName row={row} /> },
  {
    key: "tvl",
    header: "TVL",
    numeric: true,
    cell: ({ pool, quote }) => (
      <>
        {compactNumber(pool.tvlQuote)} <span className="text-muted">{quote.symbol}</span>
      </>
    ),
  },
  {
    key: "volume",
    header: "24h volume",
    numeric: true,
    from: "sm",
    cell: ({ pool, quote }) => (
      <>
        {compactAmount(pool.volume24h.quote, quote.decimals)}{" "}
        <span className="text-muted">{quote.symbol}</span>
      </>
    ),
  },
  { key: "fee", header: "Fee", numeric: true, from: "md", cell: ({ pool }) => feeText(pool) },
  {
    key: "apr",
    header: "APR",
    numeric: true,
    cell: ({ pool }) =>
      pool.aprBps === null ? "–" : <span className="text-up">{bpsText(pool.aprBps)}</span>,
  },
  {
    key: "shards",
    header: "Shards",
    numeric: true,
    from: "md",
    cell: ({ pool }) => pool.shards.length,
  },
];

function PoolName({ row: { pool, base, quote } }: { row: PoolPair }) {
  const paused = pausedText(pool);
  return (
    <Link
      to="/pools/$pool"
      params={{ pool: pool.address }}
      className="flex items-center gap-2.5 rounded font-medium hover:text-accent"
    >
      <PairIcon base={base} quote={quote} />
      <span className="min-w-0">
        <span className="block">
          {base.symbol}/{quote.symbol}
        </span>
        <span className="block font-normal text-muted text-xs">
          {curveText(pool)}
          {paused && <span className="text-warn"> · paused: {paused}</span>}
        </span>
      </span>
    </Link>
  );
}

export function PoolsPage() {
  useTitle("Pools");
  const { data, error, refetch } = usePools();
  const pairs = usePairs(data);
  const [search, setSearch] = useState("");
  const words = search.trim().toLowerCase();
  const shown = pairs.filter(({ pool, base, quote }) =>
    [`${base.symbol}/${quote.symbol}`, base.name, quote.name, pool.address].some((name) =>
      name.toLowerCase().includes(words),
    ),
  );
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-4 p-3 sm:p-5">
      <div className="flex flex-wrap items-center gap-3">
        <div className="mr-auto">
          <h1 className="font-semibold text-xl">Pools</h1>
          <p className="text-muted text-sm">
            Lend both tokens of a pair and earn the fees of its trades.
          </p>
        </div>
        <label className="flex h-10 min-w-0 items-center gap-2 rounded-lg border border-line bg-surface px-3 focus-within:border-accent max-sm:flex-1">
          <Search aria-hidden className="size-4 text-muted" />
          <span className="sr-only">Search pools</span>
          <input
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            placeholder="Token or address"
            className="min-w-0 flex-1 bg-transparent outline-none sm:w-48"
          />
        </label>
        <Link
          to="/pools/create"
          className="inline-flex h-10 items-center gap-2 rounded-lg bg-accent-fill px-4 font-medium text-on-accent hover:bg-accent-fill-hover"
        >
          <Plus aria-hidden className="size-4" /> Create
        </Link>
      </div>
      <section
        aria-label="Pools"
        className="overflow-hidden rounded-card border border-line bg-surface"
      >
        {data ? (
          shown.length > 0 ? (
            <Table
              label="All pools"
              columns={COLUMNS}
              rows={shown}
              rowKey={({ pool }) => pool.address}
            />
          ) : (
            <EmptyState
              title={words ? "No pool matches" : "There is no pool yet"}
              className="min-h-60"
            >
              {words ? "Try another symbol or an address." : "Create the first one: anybody may."}
            </EmptyState>
          )
        ) : error ? (
          <ErrorState error={error} retry={() => void refetch()} className="min-h-60" />
        ) : (
          <SkeletonRows rows={5} label="Loading pools" className="min-h-60 p-4" />
        )}
      </section>
    </div>
  );
}
