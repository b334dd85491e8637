import { Link } from "@tanstack/react-router";
import type { Balance } from "@/api/model";
import { useTokenMap } from "@/api/queries";
import { exactAmount, priceText, shortAddress } from "@/lib/format";
import { EmptyState } from "@/ui/State";
import { Table } from "@/ui/Table";
import { TokenIcon } from "@/ui/TokenIcon";
import { useValuation } from "./valuation";

/** The wallet's tokens. */
export function BalancesTable({ balances }: { balances: readonly Balance[] }) {
  const tokens = useTokenMap();
  const valuation = useValuation();
  const held = balances.filter((balance) => balance.amount > 0n);
  const symbol = (balance: Balance) =>
    tokens.get(balance.mint)?.symbol ?? shortAddress(balance.mint);
  if (held.length === 0) {
    return (
      <EmptyState title="No tokens in this wallet">
        Send some to it, or use a faucet on a test network.
      </EmptyState>
    );
  }
  return (
    <Table
      label="Balances"
      rows={[...held].sort((one, other) => symbol(one).localeCompare(symbol(other)))}
      rowKey={(balance) => balance.account}
      columns={[
        {
          key: "token",
          header: "Token",
          cell: (balance) => (
            <span className="flex items-center gap-2.5">
              <TokenIcon mint={balance.mint} symbol={symbol(balance)} />
              <span>
                <span className="block font-medium">{symbol(balance)}</span>
                <span className="block text-muted text-xs">
                  {tokens.get(balance.mint)?.name ?? "Unlisted token"}
                  {!balance.associated && " · in another account of yours"}
                </span>
              </span>
            </span>
          ),
        },
        {
          key: "amount",
          header: "Amount",
          numeric: true,
          cell: (balance) => exactAmount(balance.amount, balance.decimals),
        },
        {
          key: "worth",
          header: valuation.reference ? `Worth, ${valuation.reference.symbol}` : "Worth",
          numeric: true,
          cell: (balance) => {
            const worth = valuation.of(balance.mint, balance.amount);
            return worth === null ? "–" : priceText(worth, 2);
          },
        },
        {
          key: "swap",
          header: <span className="sr-only">Actions</span>,
          numeric: true,
          cell: (balance) =>
            tokens.has(balance.mint) && (
              <Link
                to="/swap"
                search={{ from: balance.mint }}
                className="text-accent hover:underline"
                aria-label={`Swap ${symbol(balance)}`}
              >
                Swap
              </Link>
            ),
        },
      ]}
    />
  );
}
