import type { ProposalSummary } from "@/api/governance/model";
import { dateText } from "@/lib/format";
import { durationText } from "@/lib/time";
import { nextChange } from "./measure";

/** What comes next and how soon, ticking. */
export function TimeLeft({ proposal, now }: { proposal: ProposalSummary; now: number }) {
  const next = nextChange(proposal, now);
  if (!next) {
    return null;
  }
  return (
    <span className="num text-muted text-xs">
      {next.what} in{" "}
      <time dateTime={new Date(next.at * 1000).toISOString()} title={dateText(next.at)}>
        {durationText(next.at - now)}
      </time>
    </span>
  );
}
