import { useState } from "react";
import type { StakePosition } from "@/api/staking/model";
import { usePlan } from "@/engine/usePlan";
import { exactAmount } from "@/lib/format";
import { useNow } from "@/lib/time";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button } from "@/ui/Button";
import { Fact } from "@/ui/Panel";
import { EmptyState } from "@/ui/State";
import type { FarmView } from "./farms";
import { LockSlider } from "./LockSlider";
import { epochAt, lockChoice, lockLeft, multiplierText } from "./lock";

/** Locks what is staked, or locks it longer. */
export function LockForm({
  view,
  position,
}: {
  view: FarmView;
  position: StakePosition | undefined;
}) {
  const { farm } = view;
  const now = useNow();
  const [wanted, setWanted] = useState(0);
  const plan = usePlan();
  const { run, isBusy, progress } = useTransactAll();
  if (!position || position.amount === 0n) {
    return <EmptyState title="Nothing is staked here yet">Stake first, then lock.</EmptyState>;
  }
  const held = lockLeft(position, epochAt(farm.epochs, now));
  const lock = lockChoice(farm, Math.max(held, wanted), now);
  const before = lockChoice(farm, held, now);
  const isLonger = lock.left > held;
  const label = isLonger
    ? "Lock"
    : held === farm.lock.maxEpochs
      ? "Locked for the longest time"
      : "Choose how long";
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={async (event) => {
        event.preventDefault();
        const operation = { kind: "lock", position: position.address, until: lock.until } as const;
        await run({ title: `Lock in ${view.name}`, plan: () => plan(operation) });
      }}
    >
      <LockSlider farm={farm} lock={lock} least={held} now={now} onChange={setWanted} />
      <dl>
        <Fact name="Staked">
          {exactAmount(position.amount, farm.stakeDecimals)} {view.token.symbol}
        </Fact>
        <Fact name="Multiplier">
          {multiplierText(before.multiplier)}
          {isLonger && ` → ${multiplierText(lock.multiplier)}`}
        </Fact>
      </dl>
      <Button
        type="submit"
        tone="primary"
        size="lg"
        disabled={!isLonger || farm.paused.includes("stake")}
        busy={isBusy}
      >
        {progress ?? label}
      </Button>
    </form>
  );
}
