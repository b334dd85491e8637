import { Link } from "@tanstack/react-router";
import type { LpPosition } from "@/api/model";
import { percentText, shortAddress, shortAmount } from "@/lib/format";
import { EmptyState } from "@/ui/State";
import { Table } from "@/ui/Table";
import { useVenueNames } from "./venues";

/** Liquidity, shard by shard. */
export function PositionsTable({ positions }: { positions: readonly LpPosition[] }) {
  const venues = useVenueNames();
  if (positions.length === 0) {
    return (
      <EmptyState
        title="No liquidity yet"
        action={
          <Link to="/pools" className="text-accent underline underline-offset-2">
            Look at the pools
          </Link>
        }
      >
        Tokens that you lend to a pool earn a part of each trade's fee.
      </EmptyState>
    );
  }
  return (
    <Table
      label="Liquidity positions"
      rows={positions}
      rowKey={(position) => position.shard}
      columns={[
        {
          key: "pool",
          header: "Pool",
          cell: (position) => (
            <Link
              to="/pools/$pool"
              params={{ pool: position.pool }}
              className="font-medium hover:text-accent"
            >
              {venues.of(position.pool)?.name ?? shortAddress(position.pool)}
              <span className="block font-normal text-muted text-xs">
                Shard {position.shardIndex}
              </span>
            </Link>
          ),
        },
        {
          key: "base",
          header: "Base",
          numeric: true,
          cell: (position) => worth(position, "base"),
        },
        {
          key: "quote",
          header: "Quote",
          numeric: true,
          cell: (position) => worth(position, "quote"),
        },
        {
          key: "part",
          header: "Part of shard",
          numeric: true,
          from: "sm",
          cell: (position) =>
            percentText(Number(position.shares) / Number(position.totalShares), 3),
        },
      ]}
    />
  );

  function worth(position: LpPosition, which: "base" | "quote"): string {
    const token = venues.of(position.pool)?.[which];
    return token ? `${shortAmount(position.value[which], token.decimals)} ${token.symbol}` : "–";
  }
}
