import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { usePortfolio } from "@/api/live";
import type { Portfolio } from "@/api/model";
import { useFarms } from "@/api/staking/live";
import { useTitle } from "@/app/PageStates";
import { useFarmViews } from "@/features/earn/farms";
import { exactAmount, priceText } from "@/lib/format";
import { Button } from "@/ui/Button";
import { CopyableAddress } from "@/ui/Copy";
import { Panel, Stat } from "@/ui/Panel";
import { EmptyState, ErrorState, Notice, SkeletonRows } from "@/ui/State";
import { Tabs } from "@/ui/Tabs";
import { useWallet, useWalletStore } from "@/wallet/store";
import { BalancesTable } from "./BalancesTable";
import { FaucetButton } from "./FaucetButton";
import { HistoryTab } from "./HistoryTab";
import { LanesTable } from "./LanesTable";
import { OrdersTable } from "./OrdersTable";
import { PositionsTable } from "./PositionsTable";
import { StakesTable } from "./StakesTable";
import { VotesTable } from "./VotesTable";
import { stakedOf, totalOf, useValuation } from "./valuation";
import { useVenueNames } from "./venues";

export function PortfolioPage() {
  useTitle("Portfolio");
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const { data, error } = usePortfolio(wallet?.address);
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-4 p-3 sm:p-5">
      <div className="flex flex-wrap items-center gap-3">
        <div className="mr-auto">
          <h1 className="font-semibold text-xl">Portfolio</h1>
          <p className="min-h-5 text-muted text-sm">
            {wallet && <CopyableAddress address={wallet.address} label="your address" />}
          </p>
        </div>
        {wallet && <FaucetButton owner={wallet.address} />}
      </div>
      {!wallet ? (
        <Panel label="No wallet">
          <EmptyState
            title="Connect a wallet to see what is yours"
            className="min-h-80"
            action={
              <Button tone="primary" onClick={() => openWallets(true)}>
                Connect a wallet
              </Button>
            }
          >
            Balances, liquidity, stakes, lanes, orders, votes and history of your address.
          </EmptyState>
        </Panel>
      ) : data ? (
        <Holdings portfolio={data} />
      ) : error ? (
        <Panel label="Portfolio">
          <ErrorState error={error} className="min-h-80" />
        </Panel>
      ) : (
        <Panel label="Portfolio">
          <SkeletonRows rows={8} label="Loading your portfolio" className="min-h-80" />
        </Panel>
      )}
    </div>
  );
}

type Shown = "balances" | "liquidity" | "stakes" | "lanes" | "orders" | "votes" | "history";

/** What all of it is worth, and where it lies. */
function Totals({ portfolio }: { portfolio: Portfolio }) {
  const valuation = useValuation();
  const venues = useVenueNames();
  const { reference } = valuation;
  const farms = useFarmViews(useFarms().data);
  const totals = totalOf(portfolio, valuation, venues.of);
  const staked = stakedOf(portfolio.stakes, farms, valuation);
  const worth = (value: number) => (
    <>
      {reference ? priceText(value, 2) : "–"}{" "}
      <span className="text-muted">{reference?.symbol}</span>
    </>
  );
  return (
    <dl className="grid grid-cols-2 gap-4 rounded-card border border-line bg-surface p-4 sm:grid-cols-3 lg:grid-cols-6">
      <Stat name="Worth, about">
        {worth(totals.wallet + totals.liquidity + totals.lanes + staked)}
      </Stat>
      <Stat name="In the wallet">{worth(totals.wallet)}</Stat>
      <Stat name="In pools">{worth(totals.liquidity)}</Stat>
      <Stat name="In lanes">{worth(totals.lanes)}</Stat>
      <Stat name="Staked and earned">{worth(staked)}</Stat>
      <Stat name="SOL for fees">{exactAmount(portfolio.lamports, 9)}</Stat>
    </dl>
  );
}

/** Less than this does not pay for many transactions. */
const LOW_LAMPORTS = 5_000_000n;

function Holdings({ portfolio }: { portfolio: Portfolio }) {
  const [shown, setShown] = useState<Shown>("balances");
  const orders = portfolio.lanes.flatMap((lane) => lane.orders);
  const { lamports, balances, positions, lanes, stakes, votes } = portfolio;
  return (
    <>
      <Totals portfolio={portfolio} />
      {lamports < LOW_LAMPORTS && (
        <Notice tone="warn">
          Your wallet has hardly any SOL: transactions need some for the network's fee.
        </Notice>
      )}
      <Panel label="Holdings" bodyClassName="">
        <Tabs
          label="Holdings"
          value={shown}
          onChange={setShown}
          contentClassName="min-h-80 data-[state=inactive]:hidden"
          tabs={[
            {
              value: "balances",
              label: "Balances",
              content: <BalancesTable balances={balances} />,
            },
            {
              value: "liquidity",
              label: `Liquidity (${positions.length})`,
              content: <PositionsTable positions={positions} />,
            },
            {
              value: "stakes",
              label: `Stakes (${stakes.length})`,
              content: <StakesTable stakes={stakes} />,
            },
            {
              value: "lanes",
              label: `Lanes (${lanes.length})`,
              content: <LanesTable lanes={lanes} />,
            },
            {
              value: "orders",
              label: `Orders (${orders.length})`,
              content: <OrdersTable orders={orders} showMarket />,
            },
            {
              value: "votes",
              label: `Votes (${votes.length})`,
              content: <VotesTable votes={votes} />,
            },
            { value: "history", label: "History", content: <HistoryTab owner={portfolio.owner} /> },
          ]}
        />
      </Panel>
      <p className="text-faint text-xs">
        What is in a lane, a shard or a stake is yours alone to withdraw.{" "}
        <Link to="/how-it-works" className="text-accent underline underline-offset-2">
          How it works
        </Link>
      </p>
    </>
  );
}
