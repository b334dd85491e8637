import { useState } from "react";
import { useTokenMap } from "@/api/queries";
import type { StakePosition } from "@/api/staking/model";
import type { StakeOperation } from "@/engine/operations";
import { usePlan } from "@/engine/usePlan";
import { dateText, exactAmount, shortAddress, shortAmount } from "@/lib/format";
import { durationText, useNow } from "@/lib/time";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button } from "@/ui/Button";
import { Fact, Panel } from "@/ui/Panel";
import { DelegateDialog } from "./DelegateDialog";
import type { FarmView } from "./farms";
import { beginOf, epochAt, lockLeft, multiplierText } from "./lock";

/** A position as it is now, and what can be taken out of it. */
export function PositionPanel({ view, position }: { view: FarmView; position: StakePosition }) {
  const { farm, token } = view;
  const now = useNow();
  const left = lockLeft(position, epochAt(farm.epochs, now));
  const isEmpty =
    position.amount === 0n &&
    position.cooling === 0n &&
    position.pending.every(({ amount, accruing }) => amount === 0n && accruing === 0n);
  return (
    <Panel title={`Your position ${position.index}`} bodyClassName="flex flex-col gap-3 p-3 sm:p-4">
      <dl>
        <Fact name="Staked">
          {exactAmount(position.amount, farm.stakeDecimals)} {token.symbol}
        </Fact>
        {farm.lock.maxEpochs > 0 && (
          <>
            <Fact name="Weight">
              {position.amount > 0n ? multiplierText(position.multiplier) : "–"}
            </Fact>
            <Fact name="Lock">
              {left === 0
                ? "None"
                : `${durationText(beginOf(farm.epochs, position.lockUntil ?? 0) - now)}, until ${dateText(beginOf(farm.epochs, position.lockUntil ?? 0))}`}
            </Fact>
          </>
        )}
        <Fact name="Shard">{position.shardIndex}</Fact>
      </dl>
      <Cooling view={view} position={position} now={now} />
      <Rewards view={view} position={position} />
      {farm.lock.maxEpochs > 0 && <Delegate position={position} />}
      {isEmpty && (
        <Act
          title="Close the position"
          label="Close, and get its deposit back"
          operation={{ kind: "close_position", position: position.address }}
        />
      )}
    </Panel>
  );
}

/** A button that does one thing to a position. */
function Act({
  title,
  label,
  operation,
  isDisabled = false,
  tone = "secondary",
}: {
  title: string;
  label: string;
  operation: StakeOperation;
  isDisabled?: boolean;
  tone?: "primary" | "secondary";
}) {
  const plan = usePlan();
  const { run, isBusy, progress } = useTransactAll();
  return (
    <Button
      size="sm"
      tone={tone}
      className="flex-auto"
      disabled={isDisabled}
      busy={isBusy}
      onClick={() => void run({ title, plan: () => plan(operation) })}
    >
      {progress ?? label}
    </Button>
  );
}

/** What was unstaked, until it can be had. */
function Cooling({
  view: { farm, token, name },
  position,
  now,
}: {
  view: FarmView;
  position: StakePosition;
  now: number;
}) {
  if (position.cooling === 0n) {
    return null;
  }
  const left = (position.cooledAt ?? now) - now;
  return (
    <section aria-label="Cooling down" className="rounded-xl border border-line p-3">
      <dl>
        <Fact name="Unstaked">
          {exactAmount(position.cooling, farm.stakeDecimals)} {token.symbol}
        </Fact>
        <Fact name="Can be withdrawn">{left > 0 ? `in ${durationText(left)}` : "now"}</Fact>
      </dl>
      <div className="mt-2 flex">
        <Act
          title={`Withdraw from ${name}`}
          label="Withdraw"
          tone="primary"
          isDisabled={left > 0}
          operation={{ kind: "withdraw_stake", position: position.address }}
        />
      </div>
    </section>
  );
}

function Rewards({ view, position }: { view: FarmView; position: StakePosition }) {
  const tokens = useTokenMap();
  const { farm, token, name } = view;
  const own = position.pending.find(({ mint, amount }) => mint === farm.stakeMint && amount > 0n);
  const hasRewards = position.pending.some(({ amount }) => amount > 0n);
  const epochs = position.claimableEpochs;
  const accruing = position.pending
    .filter((reward) => reward.accruing > 0n)
    .map(
      (reward) =>
        `${shortAmount(reward.accruing, reward.decimals)} ${tokens.get(reward.mint)?.symbol ?? ""}`,
    );
  return (
    <section aria-label="Pending rewards" className="rounded-xl border border-line p-3">
      <h3 className="mb-1 flex justify-between text-muted text-xs">
        Pending rewards
        <span>{epochs === 0 ? "" : `of ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`}</span>
      </h3>
      <dl>
        {position.pending.map(({ reward, mint, decimals, amount }) => (
          <Fact key={reward} name={tokens.get(mint)?.symbol ?? shortAddress(mint)}>
            {exactAmount(amount, decimals)}
          </Fact>
        ))}
      </dl>
      <p className="mb-2 min-h-4 text-2xs text-faint">
        {accruing.length > 0
          ? `When this epoch ends, about ${accruing.join(" and ")} more.`
          : "An epoch's rewards are here once it is over."}
      </p>
      <div className="flex flex-wrap gap-2">
        <Act
          title={`Claim from ${name}`}
          label="Claim"
          tone="primary"
          isDisabled={!hasRewards}
          operation={{ kind: "claim", position: position.address }}
        />
        {farm.rewards.some(({ mint }) => mint === farm.stakeMint) && (
          <Act
            title={`Claim and stake in ${name}`}
            label={`Claim and stake ${token.symbol}`}
            isDisabled={own === undefined || farm.paused.includes("stake")}
            operation={{
              kind: "restake",
              position: position.address,
              reward: own?.reward ?? 0,
            }}
          />
        )}
      </div>
    </section>
  );
}

function Delegate({ position }: { position: StakePosition }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="flex items-center justify-between gap-3 text-xs">
      <span className="text-muted">
        Votes: you{position.delegate ? ` or ${shortAddress(position.delegate)}` : " alone"}
      </span>
      <Button size="xs" onClick={() => setOpen(true)}>
        {position.delegate ? "Change delegate" : "Delegate"}
      </Button>
      <DelegateDialog position={position} open={open} onOpenChange={setOpen} />
    </div>
  );
}
