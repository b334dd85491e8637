import { usePortfolio } from "@/api/live";
import type { Shard } from "@/api/model";
import { approximate } from "@/lib/amount";
import { compactAmount, percentText, priceText } from "@/lib/format";
import { Table } from "@/ui/Table";
import { useWallet } from "@/wallet/store";
import type { PoolPair } from "./names";

/** A pool's shards side by side. */
export function ShardsTable({ pair }: { pair: PoolPair }) {
  const { pool, base, quote } = pair;
  const wallet = useWallet();
  const positions = usePortfolio(wallet?.address).data?.positions ?? [];
  const total = pool.shards.reduce(
    (sum, shard) => sum + approximate(shard.quoteReserve, quote.decimals),
    0,
  );
  const mine = (shard: Shard) => positions.find((position) => position.shard === shard.address);
  return (
    <Table
      label="Shards"
      rows={pool.shards}
      rowKey={(shard) => shard.address}
      columns={[
        {
          key: "index",
          header: "Shard",
          cell: (shard) => <span className="num">{shard.index}</span>,
        },
        {
          key: "base",
          header: base.symbol,
          numeric: true,
          cell: (shard) => compactAmount(shard.baseReserve, base.decimals),
        },
        {
          key: "quote",
          header: quote.symbol,
          numeric: true,
          cell: (shard) => compactAmount(shard.quoteReserve, quote.decimals),
        },
        {
          key: "price",
          header: "Price",
          numeric: true,
          from: "sm",
          cell: (shard) => (shard.price === null ? "Empty" : priceText(shard.price)),
        },
        {
          key: "part",
          header: "Part of pool",
          numeric: true,
          from: "sm",
          cell: (shard) => (
            <PartBar part={approximate(shard.quoteReserve, quote.decimals) / total} />
          ),
        },
        {
          key: "mine",
          header: "Your part",
          numeric: true,
          cell: (shard) => {
            const position = mine(shard);
            return position
              ? percentText(Number(position.shares) / Number(position.totalShares))
              : "–";
          },
        },
      ]}
    />
  );
}

function PartBar({ part }: { part: number }) {
  return (
    <span className="inline-flex items-center justify-end gap-2">
      <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-raised">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${part * 100}%` }} />
      </span>
      <span className="w-12 text-right">{percentText(part, 1)}</span>
    </span>
  );
}
