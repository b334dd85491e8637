/** What states of proposals are called, and how they are grouped. */

import type { Ballot, ProposalOption, ProposalState } from "@/api/governance/model";

export const STATE_NAMES: Record<ProposalState, string> = {
  draft: "Draft",
  voting: "Voting",
  counting: "To be counted",
  succeeded: "Passed, time-lock",
  executable: "To be executed",
  executing: "Being executed",
  completed: "Completed",
  defeated: "Defeated",
  vetoed: "Vetoed",
  cancelled: "Cancelled",
  expired: "Expired",
};

export const FILTERS = ["all", "open", "passed", "failed", "draft"] as const;
export type Filter = (typeof FILTERS)[number];

export const FILTER_NAMES: Record<Filter, string> = {
  all: "All",
  open: "Open",
  passed: "Passed",
  failed: "Not passed",
  draft: "Drafts",
};

const GROUPS: Record<ProposalState, Exclude<Filter, "all">> = {
  draft: "draft",
  voting: "open",
  counting: "open",
  succeeded: "passed",
  executable: "passed",
  executing: "passed",
  completed: "passed",
  defeated: "failed",
  vetoed: "failed",
  cancelled: "failed",
  expired: "failed",
};

export function isIn(filter: Filter, state: ProposalState): boolean {
  return filter === "all" || GROUPS[state] === filter;
}

export type Tone = "accent" | "good" | "bad" | "warn" | "quiet";

export function toneOf(state: ProposalState): Tone {
  switch (state) {
    case "voting":
      return "accent";
    case "counting":
    case "executable":
    case "executing":
      return "warn";
    case "succeeded":
    case "completed":
      return "good";
    case "defeated":
    case "vetoed":
      return "bad";
    default:
      return "quiet";
  }
}

/** A ballot in few words. */
export function ballotText(ballot: Ballot | null, options: readonly ProposalOption[]): string {
  switch (ballot?.kind) {
    case undefined:
      return "Taken back";
    case "yes":
      return options.length === 1
        ? "Yes"
        : ballot.options.map((option) => options[option]?.name ?? `Option ${option}`).join(", ");
    case "no":
      return "No";
    case "abstain":
      return "Abstain";
    case "veto":
      return "Veto";
  }
}
