import { useState } from "react";
import type { StakePosition } from "@/api/staking/model";
import { shortAmount } from "@/lib/format";
import { Panel } from "@/ui/Panel";
import { SelectField } from "@/ui/SelectField";
import { Tabs } from "@/ui/Tabs";
import type { FarmView } from "./farms";
import { LockForm } from "./LockForm";
import { StakeForm } from "./StakeForm";
import { UnstakeForm } from "./UnstakeForm";

interface StakePanelProps {
  view: FarmView;
  positions: readonly StakePosition[];
  /** Of the position that is worked on; it may not be there yet. */
  index: number;
  position: StakePosition | undefined;
  onChoose: (index: number) => void;
}

type Shown = "stake" | "lock" | "unstake";

const LABELS: Record<Shown, string> = { stake: "Stake", lock: "Lock longer", unstake: "Unstake" };

/** Staking, locking and unstaking, one position at a time. */
export function StakePanel({ view, positions, index, position, onChoose }: StakePanelProps) {
  const [shown, setShown] = useState<Shown>("stake");
  const tabs: Shown[] =
    view.farm.lock.maxEpochs > 0 ? ["stake", "lock", "unstake"] : ["stake", "unstake"];
  const form = {
    stake: <StakeForm key={index} view={view} index={index} position={position} />,
    lock: <LockForm key={index} view={view} position={position} />,
    unstake: <UnstakeForm key={index} view={view} position={position} />,
  };
  return (
    <Panel label="Stake" bodyClassName="">
      <Tabs
        label="Stake, lock or unstake"
        value={shown}
        onChange={setShown}
        contentClassName="p-3 sm:p-4 data-[state=inactive]:hidden"
        tabs={tabs.map((value) => ({
          value,
          label: LABELS[value],
          content: (
            <div className="flex flex-col gap-3">
              {positions.length > 0 && (
                <PositionSelect
                  view={view}
                  positions={positions}
                  index={index}
                  onChoose={onChoose}
                />
              )}
              {form[value]}
            </div>
          ),
        }))}
      />
    </Panel>
  );
}

/** Another position has another lock: what is added to a locked one is locked too. */
function PositionSelect({
  view: { farm, token },
  positions,
  index,
  onChoose,
}: Omit<StakePanelProps, "position">) {
  const next = positions.reduce((most, each) => Math.max(most, each.index), -1) + 1;
  return (
    <SelectField
      label="Position"
      value={String(index)}
      onChange={(value) => onChoose(Number(value))}
      options={[
        ...positions.map((each) => ({
          value: String(each.index),
          label: `Position ${each.index}: ${shortAmount(each.amount, farm.stakeDecimals)} ${token.symbol}`,
        })),
        { value: String(next), label: "A new position" },
      ]}
    />
  );
}
