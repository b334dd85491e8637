import type { HistoryEntry } from "@/api/model";
import { useConfig } from "@/api/queries";
import { dateText, priceText, shortAmount } from "@/lib/format";
import { ExplorerLink } from "@/transactions/ExplorerLink";
import { type Column, Table } from "@/ui/Table";
import { useVenueNames, type VenueNames } from "./venues";

/** What an entry is called. */
export const KIND_NAMES: Record<string, string> = {
  swap: "Swap",
  take: "Trade",
  fill: "Order filled",
  add_liquidity: "Added liquidity",
  remove_liquidity: "Removed liquidity",
  deposit: "Deposit",
  withdraw: "Withdrawal",
  place: "Order placed",
  cancel: "Order cancelled",
  reduce: "Order reduced",
  replace: "Orders replaced",
  open_lane: "Lane opened",
  close_lane: "Lane closed",
  cross: "Crossed",
  reap: "Expired orders removed",
};

export function kindName(entry: HistoryEntry): string {
  const name = KIND_NAMES[entry.kind] ?? entry.kind;
  return entry.side ? `${name}, ${entry.side}` : name;
}

/** What an address did, newest first. */
export function HistoryTable({ entries }: { entries: readonly HistoryEntry[] }) {
  const config = useConfig().data;
  const venues = useVenueNames();
  const columns: Column<HistoryEntry>[] = [
    {
      key: "time",
      header: "Time",
      cell: (entry) => <span className="num text-muted">{dateText(entry.time)}</span>,
    },
    { key: "kind", header: "What", cell: (entry) => <Kind entry={entry} /> },
    {
      key: "venue",
      header: "Where",
      from: "sm",
      cell: (entry) => venues.of(entry.venue)?.name ?? "–",
    },
    {
      key: "base",
      header: "Base",
      numeric: true,
      from: "sm",
      cell: (entry) => side(entry, venues, "base"),
    },
    {
      key: "quote",
      header: "Quote",
      numeric: true,
      from: "sm",
      cell: (entry) => side(entry, venues, "quote"),
    },
    {
      key: "price",
      header: "Price",
      numeric: true,
      from: "md",
      cell: (entry) => (entry.price === null ? "–" : priceText(entry.price)),
    },
    {
      key: "signature",
      header: "Transaction",
      numeric: true,
      cell: (entry) => <ExplorerLink config={config} signature={entry.signature} />,
    },
  ];
  return (
    <Table
      label="History"
      columns={columns}
      rows={entries}
      rowKey={(entry) => String(entry.id)}
      dense
    />
  );
}

function Kind({ entry }: { entry: HistoryEntry }) {
  const tone = entry.side === "buy" ? "text-up" : entry.side === "sell" ? "text-down" : "text-text";
  return <span className={tone}>{kindName(entry)}</span>;
}

function side(entry: HistoryEntry, venues: VenueNames, which: "base" | "quote"): string {
  const token = venues.of(entry.venue)?.[which];
  const amount = entry[which];
  // A deposit of one token says zero of the other.
  return token && amount !== null && amount > 0n
    ? `${shortAmount(amount, token.decimals)} ${token.symbol}`
    : "–";
}
