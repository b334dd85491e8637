import type { OpenOrder } from "@/api/model";
import { useMarkets, useTokenMap } from "@/api/queries";
import { usePrepare } from "@/engine/usePrepare";
import { lotPlaces, tickPlaces } from "@/features/trade/places";
import { dateText, priceText } from "@/lib/format";
import { useTransact } from "@/transactions/useTransact";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/State";
import { type Column, Table } from "@/ui/Table";

/** Resting orders, each of which can be cancelled. */
export function OrdersTable({
  orders,
  showMarket = false,
}: {
  orders: readonly OpenOrder[];
  showMarket?: boolean;
}) {
  const markets = useMarkets().data ?? [];
  const tokens = useTokenMap();
  const marketOf = (order: OpenOrder) => markets.find((market) => market.address === order.market);
  const nameOf = (order: OpenOrder) => {
    const market = marketOf(order);
    const [base, quote] = market ? [tokens.get(market.baseMint), tokens.get(market.quoteMint)] : [];
    return base && quote ? `${base.symbol}/${quote.symbol}` : "–";
  };
  if (orders.length === 0) {
    return (
      <EmptyState title="No open orders">Orders that wait in the book are listed here.</EmptyState>
    );
  }
  const market: Column<OpenOrder> = { key: "market", header: "Market", cell: nameOf };
  const columns: Column<OpenOrder>[] = [
    ...(showMarket ? [market] : []),
    {
      key: "side",
      header: "Side",
      cell: (order) => (
        <span className={order.side === "buy" ? "font-medium text-up" : "font-medium text-down"}>
          {order.side === "buy" ? "Buy" : "Sell"}
        </span>
      ),
    },
    {
      key: "price",
      header: "Price",
      numeric: true,
      cell: (order) => {
        const at = marketOf(order);
        return priceText(order.price, at && tickPlaces(at));
      },
    },
    {
      key: "size",
      header: "Size",
      numeric: true,
      cell: (order) => {
        const at = marketOf(order);
        return priceText(order.size, at && lotPlaces(at));
      },
    },
    {
      key: "value",
      header: "Value",
      numeric: true,
      from: "sm",
      cell: (order) => priceText(order.size * order.price),
    },
    { key: "expiry", header: "Expires", from: "md", cell: expiryText },
    {
      key: "cancel",
      header: <span className="sr-only">Actions</span>,
      numeric: true,
      cell: (order) => <Cancel order={order} />,
    },
  ];
  return (
    <Table
      label="Open orders"
      columns={columns}
      rows={orders}
      rowKey={(order) => `${order.lane}/${order.id}`}
      dense
    />
  );
}

function expiryText(order: OpenOrder): string {
  if (order.expired) {
    return "Expired";
  }
  if (order.expiresAt !== null) {
    return dateText(order.expiresAt);
  }
  return order.expiresSlot === null ? "Until cancelled" : `After slot ${order.expiresSlot}`;
}

function Cancel({ order }: { order: OpenOrder }) {
  const prepare = usePrepare();
  const { run, stage } = useTransact();
  const words = `${order.side} ${order.size} at ${order.price}`;
  return (
    <Button
      size="xs"
      busy={stage !== null}
      aria-label={`Cancel: ${words}`}
      onClick={() =>
        void run({
          title: `Cancel: ${words}`,
          prepare: () => prepare([{ kind: "cancel", lane: order.lane, order: order.id }]),
        })
      }
    >
      Cancel
    </Button>
  );
}
