import { useTokenMap } from "@/api/queries";
import type { StakePosition } from "@/api/staking/model";
import {
  bpsText,
  compactNumber,
  dateText,
  priceText,
  shortAddress,
  shortAmount,
} from "@/lib/format";
import { useNow } from "@/lib/time";
import { Fact, Panel } from "@/ui/Panel";
import { EmptyState } from "@/ui/State";
import { Table } from "@/ui/Table";
import { type FarmView, worthOf } from "./farms";
import { multiplierText, WHOLE } from "./lock";
import { rewardState } from "./rewards";

/** Where the APR comes from: each reward by day, over what is staked, times the multiplier. */
export function RewardsPanel({
  view,
  position,
}: {
  view: FarmView;
  position: StakePosition | undefined;
}) {
  const now = useNow();
  const tokens = useTokenMap();
  const { farm, reference } = view;
  if (farm.rewards.length === 0) {
    return (
      <Panel title="Rewards">
        <EmptyState title="No rewards yet">The farm's authority can add up to five.</EmptyState>
      </Panel>
    );
  }
  const weighed = worthOf(view, farm.weight / BigInt(WHOLE));
  const own = position && position.amount > 0n ? position.multiplier : null;
  return (
    <Panel title="Rewards, and where the APR comes from" bodyClassName="">
      <Table
        label="Rewards"
        rows={farm.rewards}
        rowKey={({ index }) => String(index)}
        columns={[
          {
            key: "token",
            header: "Reward",
            cell: ({ mint }) => tokens.get(mint)?.symbol ?? shortAddress(mint),
          },
          {
            key: "day",
            header: "Pays a day",
            numeric: true,
            cell: ({ perDay, decimals }) => shortAmount(perDay, decimals),
          },
          {
            key: "worth",
            header: `Worth, ${reference?.symbol ?? ""}`,
            numeric: true,
            from: "sm",
            cell: ({ perDayWorth }) => (perDayWorth === null ? "–" : priceText(perDayWorth, 2)),
          },
          {
            key: "until",
            header: "Until",
            from: "sm",
            cell: (reward) => <Until reward={reward} now={now} />,
          },
          {
            key: "apr",
            header: "APR at 1×",
            numeric: true,
            cell: ({ aprBps }) => (aprBps === null ? "–" : bpsText(aprBps)),
          },
        ]}
      />
      <dl className="border-line border-t p-3 sm:p-4">
        <Fact name="All that is staked, with multipliers">
          {weighed === null ? "No price" : `${compactNumber(weighed)} ${reference?.symbol ?? ""}`}
        </Fact>
        <Fact name="APR without a lock">{farm.aprBps === null ? "–" : bpsText(farm.aprBps)}</Fact>
        {own !== null && (
          <Fact name={`Your APR, at ${multiplierText(own)}`}>
            {farm.aprBps === null ? "–" : bpsText((farm.aprBps * own) / WHOLE)}
          </Fact>
        )}
      </dl>
      <p className="px-3 pb-3 text-2xs text-faint sm:px-4">
        A year of today's rewards over the worth of what shares them. Prices are those of the pools
        and books here; all of it changes with what others stake.
      </p>
    </Panel>
  );
}

function Until({ reward, now }: { reward: FarmView["farm"]["rewards"][number]; now: number }) {
  switch (rewardState(reward, now)) {
    case "unfunded":
      return <span className="text-muted">Not funded</span>;
    case "upcoming":
      return <span className="text-muted">From {dateText(reward.start)}</span>;
    case "ended":
      return <span className="text-muted">Has ended</span>;
    case "running":
      return <>{dateText(reward.end)}</>;
  }
}
