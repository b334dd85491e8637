import { useTrades } from "@/api/live";
import { useConfig } from "@/api/queries";
import { clockText, priceText, shortAmount } from "@/lib/format";
import { ExplorerLink } from "@/transactions/ExplorerLink";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { Table } from "@/ui/Table";
import type { PoolPair } from "./names";

const SHOWN = 12;

/** The latest swaps of a pool. */
export function PoolTrades({ pair }: { pair: PoolPair }) {
  const { pool, base, quote } = pair;
  const config = useConfig().data;
  const { data, error } = useTrades(pool.address);
  if (!data) {
    return error ? (
      <ErrorState error={error} />
    ) : (
      <SkeletonRows rows={4} label="Loading swaps" className="p-4" />
    );
  }
  if (data.length === 0) {
    return <EmptyState title="No swaps yet" />;
  }
  return (
    <Table
      label="Latest swaps"
      dense
      rows={data.slice(0, SHOWN)}
      rowKey={(trade) => String(trade.id)}
      columns={[
        {
          key: "time",
          header: "Time",
          cell: (trade) => <span className="num text-muted">{clockText(trade.time)}</span>,
        },
        {
          key: "side",
          header: "What",
          cell: (trade) => (
            <span className={trade.side === "buy" ? "text-up" : "text-down"}>
              {trade.side === "buy" ? "Bought" : "Sold"} {base.symbol}
            </span>
          ),
        },
        {
          key: "base",
          header: base.symbol,
          numeric: true,
          cell: (trade) => shortAmount(trade.base, base.decimals),
        },
        {
          key: "quote",
          header: quote.symbol,
          numeric: true,
          from: "sm",
          cell: (trade) => shortAmount(trade.quote, quote.decimals),
        },
        { key: "price", header: "Price", numeric: true, cell: (trade) => priceText(trade.price) },
        {
          key: "signature",
          header: "Transaction",
          numeric: true,
          from: "md",
          cell: (trade) => <ExplorerLink config={config} signature={trade.signature} />,
        },
      ]}
    />
  );
}
