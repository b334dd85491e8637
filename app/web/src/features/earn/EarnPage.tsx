import { Link } from "@tanstack/react-router";
import { usePortfolio } from "@/api/live";
import { useFarms } from "@/api/staking/live";
import type { Farm, StakePosition } from "@/api/staking/model";
import { useTitle } from "@/app/PageStates";
import { useValuation } from "@/features/portfolio/valuation";
import { bpsText, compactAmount, compactNumber, shortAmount } from "@/lib/format";
import { durationText, useNow } from "@/lib/time";
import { Stat } from "@/ui/Panel";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { type Column, Table } from "@/ui/Table";
import { useWallet } from "@/wallet/store";
import { FarmIcon, kindText } from "./FarmName";
import { type FarmView, sumOf, useFarmViews, worthOf } from "./farms";
import { beginOf, epochAt, multiplierOf, WHOLE } from "./lock";
import { RewardAmounts } from "./RewardAmounts";

interface Row {
  view: FarmView;
  positions: StakePosition[];
}

const COLUMNS: readonly Column<Row>[] = [
  { key: "farm", header: "Farm", cell: FarmName },
  { key: "staked", header: "Staked", numeric: true, from: "sm", cell: StakedCell },
  { key: "apr", header: "APR", numeric: true, cell: ({ view }) => <Apr farm={view.farm} /> },
  {
    key: "pays",
    header: "Pays a day",
    numeric: true,
    from: "md",
    cell: ({ view }) => (
      <RewardAmounts
        amounts={view.farm.rewards.map(({ mint, perDay }) => [mint, perDay] as const)}
        empty="Nothing now"
      />
    ),
  },
  {
    key: "epoch",
    header: "Epoch ends in",
    numeric: true,
    from: "md",
    cell: ({ view }) => <EpochEnd view={view} />,
  },
  {
    key: "mine",
    header: "Your stake",
    numeric: true,
    from: "sm",
    cell: ({ view, positions }) => {
      const { amount } = sumOf(positions);
      return amount > 0n ? shortAmount(amount, view.farm.stakeDecimals) : "–";
    },
  },
  {
    key: "pending",
    header: "Pending",
    numeric: true,
    from: "sm",
    cell: ({ positions }) => <RewardAmounts amounts={sumOf(positions).pending} />,
  },
];

function FarmName({ view, positions }: Row) {
  const { amount } = sumOf(positions);
  return (
    <Link
      to="/earn/$farm"
      params={{ farm: view.farm.address }}
      className="flex items-center gap-2.5 rounded font-medium hover:text-accent"
    >
      <FarmIcon view={view} />
      <span className="min-w-0 whitespace-normal">
        <span className="block">{view.name}</span>
        <span className="block font-normal text-muted text-xs">
          {kindText(view)}
          {view.farm.paused.length > 0 && <span className="text-warn"> · paused</span>}
        </span>
        {amount > 0n && (
          <span className="num block font-normal text-xs sm:hidden">
            Yours: {shortAmount(amount, view.farm.stakeDecimals)} {view.token.symbol}
          </span>
        )}
      </span>
    </Link>
  );
}

function StakedCell({ view: { farm, token, reference, book } }: Row) {
  if (book) {
    return <>–</>;
  }
  return (
    <>
      <span className="block">
        {compactAmount(farm.staked, farm.stakeDecimals)}{" "}
        <span className="text-muted">{token.symbol}</span>
      </span>
      <span className="block text-faint text-xs">
        {farm.tvl === null ? "–" : `${compactNumber(farm.tvl)} ${reference?.symbol ?? ""}`}
      </span>
    </>
  );
}

/** From what an unlocked stake earns to what the longest lock does. */
function Apr({ farm: { aprBps, lock } }: { farm: Farm }) {
  if (aprBps === null) {
    return <>–</>;
  }
  const most = multiplierOf(lock, lock.maxEpochs);
  return (
    <span className="text-up">
      {bpsText(aprBps)}
      {most > WHOLE && <span className="block text-xs">to {bpsText((aprBps * most) / WHOLE)}</span>}
    </span>
  );
}

function EpochEnd({ view: { farm } }: { view: FarmView }) {
  const now = useNow();
  return <>{durationText(beginOf(farm.epochs, epochAt(farm.epochs, now) + 1) - now)}</>;
}

export function EarnPage() {
  useTitle("Earn");
  const { data, error } = useFarms();
  const wallet = useWallet();
  const stakes = usePortfolio(wallet?.address).data?.stakes ?? [];
  const rows = useFarmViews(data).map((view) => ({
    view,
    positions: stakes.filter((position) => position.farm === view.farm.address),
  }));
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-4 p-3 sm:p-5">
      <div>
        <h1 className="font-semibold text-xl">Earn</h1>
        <p className="text-muted text-sm">
          Stake tokens or liquidity, and share what an epoch pays by amount, lock and time.
        </p>
      </div>
      <Totals rows={rows} />
      <section
        aria-label="Farms"
        className="overflow-hidden rounded-card border border-line bg-surface"
      >
        {data ? (
          rows.length > 0 ? (
            <Table
              label="All farms"
              columns={COLUMNS}
              rows={rows}
              rowKey={({ view }) => view.farm.address}
            />
          ) : (
            <EmptyState title="There is no farm yet" className="min-h-60">
              Anybody may create one for any token: see the command line's help.
            </EmptyState>
          )
        ) : error ? (
          <ErrorState error={error} className="min-h-60" />
        ) : (
          <SkeletonRows rows={5} label="Loading farms" className="min-h-60 p-4" />
        )}
      </section>
    </div>
  );
}

function Totals({ rows }: { rows: readonly Row[] }) {
  const { of } = useValuation();
  const reference = rows.find(({ view }) => view.reference)?.view.reference;
  const sum = (values: (number | null)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const staked = sum(rows.map(({ view }) => view.farm.tvl));
  const mine = sum(rows.map(({ view, positions }) => worthOf(view, sumOf(positions).amount)));
  const pending = sumOf(rows.flatMap(({ positions }) => positions)).pending;
  const earned = sum([...pending].map(([mint, amount]) => of(mint, amount)));
  const worth = (value: number) => (
    <>
      {reference ? compactNumber(value) : "–"}{" "}
      <span className="text-muted">{reference?.symbol}</span>
    </>
  );
  return (
    <dl className="grid grid-cols-2 gap-4 rounded-card border border-line bg-surface p-4 sm:grid-cols-3">
      <Stat name="Staked, about">{worth(staked)}</Stat>
      <Stat name="Your stake, about">{worth(mine)}</Stat>
      <Stat name="Pending, about">{worth(earned)}</Stat>
    </dl>
  );
}
