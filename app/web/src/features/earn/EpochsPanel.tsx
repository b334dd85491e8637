import { useState } from "react";
import { useTokenMap } from "@/api/queries";
import { useEpochs } from "@/api/staking/live";
import type { EpochPaid, Reward } from "@/api/staking/model";
import { approximate } from "@/lib/amount";
import { clockText, dateText, shortAddress, shortAmount } from "@/lib/format";
import { Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { EmptyState, ErrorState, Skeleton } from "@/ui/State";
import type { FarmView } from "./farms";

/** What epochs paid, of one reward at a time. */
export function EpochsPanel({ view: { farm } }: { view: FarmView }) {
  const { data, error, refetch } = useEpochs(farm.address);
  const tokens = useTokenMap();
  const [shown, setShown] = useState("0");
  const reward = farm.rewards.find(({ index }) => String(index) === shown);
  const nameOf = ({ mint }: Reward) => tokens.get(mint)?.symbol ?? shortAddress(mint);
  return (
    <Panel
      title="What epochs paid"
      className="min-h-64"
      bodyClassName="flex flex-col p-3 sm:p-4"
      actions={
        farm.rewards.length > 1 && (
          <Segmented
            label="Reward"
            value={shown}
            onChange={setShown}
            options={farm.rewards.map((each) => ({
              value: String(each.index),
              label: nameOf(each),
            }))}
          />
        )
      }
    >
      {!data ? (
        error ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton className="min-h-40 flex-1" />
        )
      ) : data.length === 0 || !reward ? (
        <EmptyState title="No epoch has paid yet" className="flex-1">
          When an epoch with rewards is over, what it paid is shown here.
        </EmptyState>
      ) : (
        <Bars epochs={data} reward={reward} symbol={nameOf(reward)} />
      )}
    </Panel>
  );
}

/** A bar, at most. */
const WIDEST_REM = 2.5;

interface BarsProps {
  /** Oldest first. */
  epochs: readonly EpochPaid[];
  reward: Reward;
  symbol: string;
}

function Bars({ epochs, reward, symbol }: BarsProps) {
  const paid = (epoch: EpochPaid) => epoch.rewards[reward.index] ?? 0n;
  const most = epochs.reduce((top, epoch) => (paid(epoch) > top ? paid(epoch) : top), 0n);
  const text = (amount: bigint) => `${shortAmount(amount, reward.decimals)} ${symbol}`;
  const tallest = approximate(most, reward.decimals);
  const [first, last] = [epochs[0], epochs.at(-1)];
  const isShort = first && last && last.endsAt - first.endsAt < 86_400;
  const timeText = isShort ? clockText : dateText;
  return (
    <figure
      className="flex w-full min-w-64 flex-1 flex-col gap-2"
      // Few bars are no wider than many.
      style={{ maxWidth: `${WIDEST_REM * epochs.length}rem` }}
    >
      <div className="num flex justify-between text-2xs text-faint">
        <span>{text(most)}</span>
        <span>Last: {last ? text(paid(last)) : "–"}</span>
      </div>
      <div aria-hidden className="flex h-36 items-end gap-px border-line border-b sm:gap-0.5">
        {epochs.map((epoch) => (
          <span
            key={epoch.epoch}
            title={`Epoch ${epoch.epoch}, ${dateText(epoch.endsAt)}: ${text(paid(epoch))}`}
            className="min-w-0 flex-1 rounded-t-sm bg-accent hover:bg-accent-fill-hover"
            style={{
              height:
                tallest > 0
                  ? `${(approximate(paid(epoch), reward.decimals) / tallest) * 100}%`
                  : "0",
            }}
          />
        ))}
      </div>
      <div aria-hidden className="num flex justify-between text-2xs text-faint">
        <span>{first && `Epoch ${first.epoch} · ${timeText(first.endsAt)}`}</span>
        <span>{last && last !== first && `Epoch ${last.epoch} · ${timeText(last.endsAt)}`}</span>
      </div>
      <table className="sr-only">
        <caption>What epochs paid</caption>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            <th scope="col">Ended</th>
            <th scope="col">Paid</th>
          </tr>
        </thead>
        <tbody>
          {epochs.map((epoch) => (
            <tr key={epoch.epoch}>
              <td>{epoch.epoch}</td>
              <td>{dateText(epoch.endsAt)}</td>
              <td>{text(paid(epoch))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
