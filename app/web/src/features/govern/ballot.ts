/** What can be voted, by whom, and what a form says of it. */

import type { Ballot, Body, Proposal, VotingPower } from "@/api/governance/model";
import { isCoolOff } from "./measure";

export const CHOICES = ["yes", "no", "abstain", "veto"] as const;
export type Choice = (typeof CHOICES)[number];

export const CHOICE_NAMES: Record<Choice, string> = {
  yes: "Yes",
  no: "No",
  abstain: "Abstain",
  veto: "Veto",
};

/** What a body may vote now: a council only abstains or vetoes, and a cool-off only takes what is against. */
export function choicesOf(proposal: Proposal, body: Body, now: number): Choice[] {
  const { communityVetoBps, councilVetoBps } = proposal.config;
  const all: Choice[] =
    body === "council"
      ? councilVetoBps > 0
        ? ["abstain", "veto"]
        : []
      : communityVetoBps > 0
        ? ["yes", "no", "abstain", "veto"]
        : ["yes", "no", "abstain"];
  const isLate = isCoolOff(proposal, now);
  return all.filter((choice) => !isLate || choice === "no" || choice === "veto");
}

/** Chooses an option, or lets go of it; with one choice the new one takes the old one's place. */
export function toggled(chosen: readonly number[], option: number, most: number): number[] {
  if (most === 1) {
    return [option];
  }
  return chosen.includes(option)
    ? chosen.filter((each) => each !== option)
    : [...chosen, option].sort((one, other) => one - other);
}

/** The ballot of a form; a text where it is not complete. */
export function ballotOf(
  proposal: Proposal,
  choice: Choice | null,
  chosen: readonly number[],
): Ballot | string {
  if (choice === null) {
    return "Choose how to vote";
  }
  if (choice !== "yes") {
    return { kind: choice };
  }
  if (proposal.options.length === 1) {
    return { kind: "yes", options: [0] };
  }
  if (chosen.length === 0) {
    return "Choose an option";
  }
  return chosen.length > proposal.mostChoices
    ? `At most ${proposal.mostChoices} options`
    : { kind: "yes", options: [...chosen] };
}

/** An owner overrides a delegate, never the other way round. */
export function isOverruled({ isDelegated, vote }: VotingPower): boolean {
  return isDelegated && vote?.by === "owner" && vote.ballot !== null;
}

/** Whether every one of these positions has voted just so. */
export function isVotedAlready(powers: readonly VotingPower[], ballot: Ballot): boolean {
  const key = JSON.stringify(ballot);
  return powers.length > 0 && powers.every(({ vote }) => JSON.stringify(vote?.ballot) === key);
}
