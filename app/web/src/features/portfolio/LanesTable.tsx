import { Link } from "@tanstack/react-router";
import type { Lane } from "@/api/model";
import { shortAddress, shortAmount } from "@/lib/format";
import { EmptyState } from "@/ui/State";
import { Table } from "@/ui/Table";
import { useVenueNames } from "./venues";

/** The wallet's lanes with their balances. */
export function LanesTable({ lanes }: { lanes: readonly Lane[] }) {
  const venues = useVenueNames();
  if (lanes.length === 0) {
    return (
      <EmptyState
        title="No lanes yet"
        action={
          <Link to="/trade" className="text-accent underline underline-offset-2">
            Go to Trade
          </Link>
        }
      >
        Your first order in a market opens your lane there.
      </EmptyState>
    );
  }
  const amount = (lane: Lane, which: "base" | "quote", part: "free" | "locked") => {
    const token = venues.of(lane.market)?.[which];
    return token ? `${shortAmount(lane[part][which], token.decimals)} ${token.symbol}` : "–";
  };
  const both = (lane: Lane, part: "free" | "locked") => (
    <span>
      <span className="block">{amount(lane, "base", part)}</span>
      <span className="block">{amount(lane, "quote", part)}</span>
    </span>
  );
  return (
    <Table
      label="Lanes"
      rows={lanes}
      rowKey={(lane) => lane.address}
      columns={[
        {
          key: "market",
          header: "Market",
          cell: (lane) => (
            <Link
              to="/trade/$market"
              params={{ market: lane.market }}
              className="font-medium hover:text-accent"
            >
              {venues.of(lane.market)?.name ?? shortAddress(lane.market)}
              <span className="block font-normal text-muted text-xs">
                Lane {lane.index} · {shortAddress(lane.address)}
              </span>
            </Link>
          ),
        },
        { key: "free", header: "Free", numeric: true, cell: (lane) => both(lane, "free") },
        { key: "locked", header: "In orders", numeric: true, cell: (lane) => both(lane, "locked") },
        {
          key: "orders",
          header: "Orders",
          numeric: true,
          from: "sm",
          cell: (lane) => lane.orders.length,
        },
      ]}
    />
  );
}
