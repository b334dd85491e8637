import { Link } from "@tanstack/react-router";
import { useFarms } from "@/api/staking/live";
import type { StakePosition } from "@/api/staking/model";
import { type FarmView, sumOf, useFarmViews } from "@/features/earn/farms";
import { beginOf, epochAt, lockLeft, multiplierText } from "@/features/earn/lock";
import { RewardAmounts } from "@/features/earn/RewardAmounts";
import { shortAddress, shortAmount } from "@/lib/format";
import { durationText, useNow } from "@/lib/time";
import { EmptyState } from "@/ui/State";
import { Table } from "@/ui/Table";

interface Row {
  position: StakePosition;
  view: FarmView | undefined;
}

/** What is staked in farms, and what it has earned. */
export function StakesTable({ stakes }: { stakes: readonly StakePosition[] }) {
  const views = useFarmViews(useFarms().data);
  const rows: Row[] = stakes.map((position) => ({
    position,
    view: views.find(({ farm }) => farm.address === position.farm),
  }));
  if (stakes.length === 0) {
    return (
      <EmptyState
        title="Nothing is staked"
        action={
          <Link to="/earn" className="text-accent underline underline-offset-2">
            Look at the farms
          </Link>
        }
      >
        Stakes earn a part of what each epoch pays, and vote.
      </EmptyState>
    );
  }
  return (
    <Table
      label="Stakes"
      rows={rows}
      rowKey={({ position }) => position.address}
      columns={[
        {
          key: "farm",
          header: "Farm",
          cell: ({ position, view }) => (
            <Link
              to="/earn/$farm"
              params={{ farm: position.farm }}
              className="font-medium hover:text-accent"
            >
              {view?.name ?? shortAddress(position.farm)}
              <span className="block font-normal text-muted text-xs">
                Position {position.index}
                {position.multiplier > 10_000 && ` · ${multiplierText(position.multiplier)}`}
              </span>
            </Link>
          ),
        },
        { key: "staked", header: "Staked", numeric: true, cell: Staked },
        { key: "free", header: "Locked", from: "sm", cell: Locked },
        {
          key: "pending",
          header: "Pending",
          numeric: true,
          cell: ({ position }) => <RewardAmounts amounts={sumOf([position]).pending} />,
        },
      ]}
    />
  );
}

function Staked({ position, view }: Row) {
  const decimals = view?.farm.stakeDecimals ?? 0;
  return (
    <>
      {shortAmount(position.amount, decimals)}{" "}
      <span className="text-muted">{view?.token.symbol}</span>
      {position.cooling > 0n && (
        <span className="block text-faint text-xs">
          {shortAmount(position.cooling, decimals)} unstaked
        </span>
      )}
    </>
  );
}

function Locked({ position, view }: Row) {
  const now = useNow();
  if (!view) {
    return <>–</>;
  }
  const { epochs } = view.farm;
  return lockLeft(position, epochAt(epochs, now)) > 0 ? (
    <span className="num">{durationText(beginOf(epochs, position.lockUntil ?? 0) - now)}</span>
  ) : (
    <span className="text-muted">No</span>
  );
}
