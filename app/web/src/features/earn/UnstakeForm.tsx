import { useState } from "react";
import type { StakePosition } from "@/api/staking/model";
import { usePlan } from "@/engine/usePlan";
import { parseAmount } from "@/lib/amount";
import { dateText } from "@/lib/format";
import { durationText, useNow } from "@/lib/time";
import { AmountPanel } from "@/tokens/AmountPanel";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button } from "@/ui/Button";
import { EmptyState, Notice } from "@/ui/State";
import type { FarmView } from "./farms";
import { beginOf, epochAt, lockLeft } from "./lock";

/** Takes a stake back, by way of the cool-down. */
export function UnstakeForm({
  view,
  position,
}: {
  view: FarmView;
  position: StakePosition | undefined;
}) {
  const { farm, token } = view;
  const now = useNow();
  const [text, setText] = useState("");
  const plan = usePlan();
  const { run, isBusy, progress } = useTransactAll();
  if (!position || position.amount === 0n) {
    return (
      <EmptyState title="Nothing is staked here">What is staked can be unstaked here.</EmptyState>
    );
  }
  const parsed = parseAmount(text, farm.stakeDecimals);
  const amount = parsed.ok ? parsed.amount : 0n;
  const isLocked = lockLeft(position, epochAt(farm.epochs, now)) > 0;
  const endsAt = beginOf(farm.epochs, position.lockUntil ?? 0);
  const error =
    text !== "" && !parsed.ok
      ? parsed.message
      : amount > position.amount
        ? "More than is staked"
        : null;
  if (isLocked) {
    return (
      <Notice>
        Locked until {dateText(endsAt)}, {durationText(endsAt - now)} from now. Until then it earns
        more, and nobody can take it out, you neither.
      </Notice>
    );
  }
  const hasCooldown = farm.cooldownSeconds > 0;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={async (event) => {
        event.preventDefault();
        const operation = {
          kind: "unstake",
          position: position.address,
          amount: amount === position.amount ? null : amount,
          // Without a cool-down it can be had at once.
          isWithdrawn: !hasCooldown,
        } as const;
        if (await run({ title: `Unstake from ${view.name}`, plan: () => plan(operation) })) {
          setText("");
        }
      }}
    >
      <AmountPanel
        label="Amount"
        token={view.token}
        text={text}
        onText={setText}
        balance={position.amount}
        showParts
        error={error}
      />
      <p className="text-muted text-xs">
        {hasCooldown
          ? `Earns nothing and has no vote from now on, and can be withdrawn in ${durationText(farm.cooldownSeconds)}.`
          : "Goes to your wallet at once."}{" "}
        Rewards that it has earned stay yours.
      </p>
      {position.cooling > 0n && (
        <Notice tone="warn">
          What cools down already will wait for the whole time again, together with this: withdraw
          it first, or unstake in another position.
        </Notice>
      )}
      <Button
        type="submit"
        tone="primary"
        size="lg"
        disabled={amount === 0n || error !== null}
        busy={isBusy}
      >
        {progress ?? error ?? (amount > 0n ? "Unstake" : `How many ${token.symbol}?`)}
      </Button>
    </form>
  );
}
