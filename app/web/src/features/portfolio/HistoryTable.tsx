import type { HistoryEntry } from "@/api/model";
import { useConfig } from "@/api/queries";
import { dateText, priceText, shortAmount } from "@/lib/format";
import { ExplorerLink } from "@/transactions/ExplorerLink";
import { type Column, Table } from "@/ui/Table";
import { type HistoryNames, useHistoryNames } from "./historyNames";

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
  open_position: "Position opened",
  stake: "Staked",
  lock: "Locked",
  unstake: "Unstaked",
  withdraw_stake: "Stake withdrawn",
  claim: "Rewards claimed",
  restake: "Rewards staked",
  delegate: "Vote delegated",
  forfeit: "Rewards given up",
  close_position: "Position closed",
  fund: "Rewards funded",
  sweep: "Rewards swept",
  count_volume: "Volume counted",
};

export function kindName(entry: HistoryEntry): string {
  const name = KIND_NAMES[entry.kind] ?? entry.kind;
  return entry.side ? `${name}, ${entry.side}` : name;
}

/** What an address did, newest first. */
export function HistoryTable({ entries }: { entries: readonly HistoryEntry[] }) {
  const config = useConfig().data;
  const names = useHistoryNames();
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
      cell: (entry) => names.venue(entry) ?? "–",
    },
    {
      key: "base",
      header: "Base",
      numeric: true,
      from: "sm",
      cell: (entry) => side(entry, names, "base"),
    },
    {
      key: "quote",
      header: "Quote",
      numeric: true,
      from: "sm",
      cell: (entry) => side(entry, names, "quote"),
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

function side(entry: HistoryEntry, names: HistoryNames, which: "base" | "quote"): string {
  const named = names.amount(entry, which);
  // A deposit of one token says zero of the other.
  return named && named.amount > 0n
    ? `${shortAmount(named.amount, named.decimals)} ${named.symbol}`
    : "–";
}
