import type { Farm } from "@/api/staking/model";
import { dateText } from "@/lib/format";
import { durationText } from "@/lib/time";
import { Slider } from "@/ui/Slider";
import { type LockChoice, multiplierText } from "./lock";

interface LockSliderProps {
  farm: Farm;
  lock: LockChoice;
  /** Epochs that there are at least: a lock is only ever made longer. */
  least: number;
  now: number;
  onChange: (left: number) => void;
}

/** How long a stake is locked, what that multiplies its weight by, and when it ends. */
export function LockSlider({ farm, lock, least, now, onChange }: LockSliderProps) {
  const epochs = lock.left === 1 ? "1 epoch" : `${lock.left} epochs`;
  return (
    <div>
      <Slider
        label="Lock"
        min={least}
        max={farm.lock.maxEpochs}
        value={lock.left}
        onChange={onChange}
        meaning={lock.left === 0 ? "No lock, 1×" : `${epochs}, ${multiplierText(lock.multiplier)}`}
      />
      <p className="min-h-8 text-2xs text-faint">
        {lock.left === 0
          ? "Can be unstaked at any time. A lock gives it more weight, in rewards and in votes."
          : `Locked until ${dateText(lock.endsAt)}, ${durationText(lock.endsAt - now)} from now. It cannot be ended early.`}
      </p>
    </div>
  );
}
