import { percentText } from "@/lib/format";
import { cx } from "@/ui/cx";
import { type Bar, shareOf } from "./measure";

const TONES = { up: "bg-up", down: "bg-down", accent: "bg-accent", quiet: "bg-line-strong" };

interface WeightBarProps {
  name: string;
  bar: Bar;
  tone: keyof typeof TONES;
  /** What reaching the mark means, such as `quorum`; without it there is no mark. */
  mark?: string;
}

/** A weight as a part of all there was, with a mark where it is enough. */
export function WeightBar({ name, bar, tone, mark }: WeightBarProps) {
  const share = shareOf(bar.weight, bar.total);
  const needed = shareOf(bar.needed, bar.total);
  const text = percentText(share, 2);
  return (
    <div className="flex flex-col gap-1 text-xs">
      <div className="flex items-baseline justify-between gap-3">
        <span className="min-w-0 break-words text-muted">{name}</span>
        <span className="num shrink-0">
          {text}
          {mark && (
            <span className={bar.isReached ? "text-up" : "text-faint"}>
              {" "}
              of {percentText(needed, 2)} {mark}
              {bar.isReached ? ", reached" : ""}
            </span>
          )}
        </span>
      </div>
      <div aria-hidden className="relative h-2 rounded-full bg-raised">
        <span
          className={cx("absolute inset-y-0 left-0 rounded-full", TONES[tone])}
          style={{ width: `${Math.min(share, 1) * 100}%` }}
        />
        {mark && (
          <span
            className="-inset-y-0.5 absolute w-0.5 bg-text"
            style={{ left: `min(${needed * 100}%, calc(100% - 2px))` }}
          />
        )}
      </div>
    </div>
  );
}
