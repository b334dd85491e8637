import { useState } from "react";
import { useHistory } from "@/api/history";
import { usePortfolio } from "@/api/live";
import { usePrepare } from "@/engine/usePrepare";
import { HistoryTable } from "@/features/portfolio/HistoryTable";
import { OrdersTable } from "@/features/portfolio/OrdersTable";
import { useTransact } from "@/transactions/useTransact";
import { Button } from "@/ui/Button";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { Tabs } from "@/ui/Tabs";
import { useWallet, useWalletStore } from "@/wallet/store";
import { LanePanel } from "./LanePanel";
import type { MarketPair } from "./TradePage";
import { useLane } from "./useTicket";

/** What is the connected wallet's in this market. */
export function AccountPanel({ pair }: { pair: MarketPair }) {
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const { data, error } = usePortfolio(wallet?.address);
  const [shown, setShown] = useState<"orders" | "lane" | "fills">("orders");
  if (!wallet) {
    return (
      <EmptyState
        title="Your orders, fills and balances show up here"
        className="min-h-60"
        action={
          <Button size="sm" onClick={() => openWallets(true)}>
            Connect a wallet
          </Button>
        }
      />
    );
  }
  if (!data) {
    return error ? (
      <ErrorState error={error} className="min-h-60" />
    ) : (
      <SkeletonRows rows={4} label="Loading your orders" className="min-h-60 p-3" />
    );
  }
  const lanes = data.lanes.filter((lane) => lane.market === pair.market.address);
  const orders = lanes.flatMap((lane) => lane.orders);
  return (
    <Tabs
      label="Your orders, lane and fills"
      value={shown}
      onChange={setShown}
      className="min-h-60"
      contentClassName="data-[state=inactive]:hidden"
      actions={<CancelAll pair={pair} count={orders.length} />}
      tabs={[
        {
          value: "orders",
          label: `Open orders (${orders.length})`,
          content: <OrdersTable orders={orders} />,
        },
        { value: "lane", label: "Lane", content: <LanePanel pair={pair} /> },
        { value: "fills", label: "Fills", content: <Fills pair={pair} /> },
      ]}
    />
  );
}

function CancelAll({ pair, count }: { pair: MarketPair; count: number }) {
  const lane = useLane(pair);
  const prepare = usePrepare();
  const { run, stage } = useTransact();
  if (!lane || count === 0) {
    return null;
  }
  return (
    <Button
      size="xs"
      tone="danger"
      busy={stage !== null}
      onClick={() =>
        void run({
          title: `Cancel ${count} ${count === 1 ? "order" : "orders"}`,
          prepare: () => prepare([{ kind: "cancel_all", lane: lane.address, side: null }]),
        })
      }
    >
      Cancel all
    </Button>
  );
}

const FILL_KINDS = new Set(["fill", "take", "swap", "cross"]);

function Fills({ pair }: { pair: MarketPair }) {
  const wallet = useWallet();
  const history = useHistory(wallet?.address);
  const entries = history.data?.pages
    .flat()
    .filter((entry) => entry.venue === pair.market.address && FILL_KINDS.has(entry.kind));
  if (!entries) {
    return history.error ? (
      <ErrorState error={history.error} retry={() => void history.refetch()} />
    ) : (
      <SkeletonRows rows={4} label="Loading fills" className="p-3" />
    );
  }
  return entries.length === 0 ? (
    <EmptyState title="No fills yet">What you trade in this market is listed here.</EmptyState>
  ) : (
    <HistoryTable entries={entries} />
  );
}
