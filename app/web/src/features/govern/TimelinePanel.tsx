import type { Proposal } from "@/api/governance/model";
import { dateText } from "@/lib/format";
import { durationText } from "@/lib/time";
import { cx } from "@/ui/cx";
import { Panel } from "@/ui/Panel";

interface Milestone {
  what: string;
  at: number;
}

/** When what happened, and what is still to come. */
function milestones(proposal: Proposal): Milestone[] {
  const { votingAt, coolsOffAt, closesAt, decidedAt, executableAt, expiresAt, state } = proposal;
  const isWon = ["succeeded", "executable", "executing", "completed", "expired"].includes(state);
  const hasCoolOff = coolsOffAt !== closesAt;
  const planned: [string, number | null, boolean][] = [
    ["Voting began", votingAt, true],
    ["Only votes against", coolsOffAt, hasCoolOff],
    ["Voting closes", closesAt, true],
    ["Decided", decidedAt, true],
    ["Can be executed", executableAt, isWon],
    ["Until", expiresAt, isWon],
  ];
  return planned
    .flatMap(([what, at, isShown]) => (at !== null && isShown ? [{ what, at }] : []))
    .sort((one, other) => one.at - other.at);
}

export function TimelinePanel({ proposal, now }: { proposal: Proposal; now: number }) {
  const shown = milestones(proposal);
  if (shown.length === 0) {
    return null;
  }
  return (
    <Panel title="Timeline">
      <ol className="flex flex-col gap-2">
        {shown.map(({ what, at }) => {
          const isPast = at <= now;
          return (
            <li key={what} className="flex items-baseline gap-2 text-xs">
              <span
                aria-hidden
                className={cx(
                  "size-2 shrink-0 rounded-full",
                  isPast ? "bg-accent" : "border border-line-strong",
                )}
              />
              <span className={isPast ? "" : "text-muted"}>{what}</span>
              <span className="num ml-auto text-right text-muted">
                {dateText(at)}
                {!isPast && <span className="block text-faint">in {durationText(at - now)}</span>}
              </span>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
