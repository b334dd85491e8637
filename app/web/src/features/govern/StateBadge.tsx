import type { ProposalState } from "@/api/governance/model";
import { cx } from "@/ui/cx";
import { STATE_NAMES, type Tone, toneOf } from "./states";

const TONES: Record<Tone, string> = {
  accent: "bg-accent-soft text-accent",
  good: "bg-up-soft text-up",
  bad: "bg-down-soft text-down",
  warn: "bg-warn-soft text-warn",
  quiet: "bg-raised text-muted",
};

export function StateBadge({ state }: { state: ProposalState }) {
  return (
    <span
      className={cx(
        "inline-flex h-6 shrink-0 items-center rounded-full px-2.5 font-medium text-2xs",
        TONES[toneOf(state)],
      )}
    >
      {STATE_NAMES[state]}
    </span>
  );
}
