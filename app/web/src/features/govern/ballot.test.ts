import { describe, expect, it } from "vitest";
import type { Ballot, Proposal, VotingPower } from "@/api/governance/model";
import { ballotOf, choicesOf, isOverruled, isVotedAlready, toggled } from "./ballot";

const proposal = (options: number, mostChoices: number, vetoBps = 5_000): Proposal =>
  ({
    state: "voting",
    options: Array.from({ length: options }, (_, at) => ({ name: `Option ${at}` })),
    mostChoices,
    coolsOffAt: 100,
    closesAt: 200,
    config: { communityVetoBps: vetoBps, councilVetoBps: vetoBps },
  }) as Proposal;

describe("choicesOf", () => {
  it("are all of the community's, and the council's two", () => {
    expect(choicesOf(proposal(1, 1), "community", 0)).toEqual(["yes", "no", "abstain", "veto"]);
    expect(choicesOf(proposal(1, 1), "council", 0)).toEqual(["abstain", "veto"]);
  });

  it("have no veto where there is none", () => {
    expect(choicesOf(proposal(1, 1, 0), "community", 0)).toEqual(["yes", "no", "abstain"]);
    expect(choicesOf(proposal(1, 1, 0), "council", 0)).toEqual([]);
  });

  it("are only against in the cool-off", () => {
    expect(choicesOf(proposal(1, 1), "community", 100)).toEqual(["no", "veto"]);
    expect(choicesOf(proposal(1, 1), "council", 100)).toEqual(["veto"]);
  });
});

describe("a ballot", () => {
  it("is whole, or says what it lacks", () => {
    expect(ballotOf(proposal(1, 1), null, [])).toBe("Choose how to vote");
    expect(ballotOf(proposal(1, 1), "yes", [])).toEqual({ kind: "yes", options: [0] });
    expect(ballotOf(proposal(3, 1), "yes", [])).toBe("Choose an option");
    expect(ballotOf(proposal(3, 2), "yes", [0, 2])).toEqual({ kind: "yes", options: [0, 2] });
    expect(ballotOf(proposal(3, 2), "yes", [0, 1, 2])).toBe("At most 2 options");
    expect(ballotOf(proposal(3, 2), "veto", [0, 1, 2])).toEqual({ kind: "veto" });
  });

  it("chooses one option or several", () => {
    expect(toggled([0], 2, 1)).toEqual([2]);
    expect(toggled([2], 0, 2)).toEqual([0, 2]);
    expect(toggled([0, 2], 0, 2)).toEqual([2]);
  });
});

describe("a vote", () => {
  const power = (ballot: Ballot | null) => ({ vote: { ballot } }) as VotingPower;

  it("is the same only if all positions cast it", () => {
    const yes: Ballot = { kind: "yes", options: [1] };
    expect(isVotedAlready([power(yes), power(yes)], { kind: "yes", options: [1] })).toBe(true);
    expect(isVotedAlready([power(yes), power(null)], yes)).toBe(false);
    expect(isVotedAlready([power(yes)], { kind: "yes", options: [0] })).toBe(false);
    expect(isVotedAlready([{ vote: null } as VotingPower], { kind: "no" })).toBe(false);
    expect(isVotedAlready([], { kind: "no" })).toBe(false);
  });
});

describe("a delegate", () => {
  it("does not override the owner", () => {
    const power = (isDelegated: boolean, by: "owner" | "delegate", kind: "no" | null) =>
      ({ isDelegated, vote: { by, ballot: kind && { kind } } }) as VotingPower;
    expect(isOverruled(power(true, "owner", "no"))).toBe(true);
    expect(isOverruled(power(true, "owner", null))).toBe(false);
    expect(isOverruled(power(true, "delegate", "no"))).toBe(false);
    expect(isOverruled(power(false, "owner", "no"))).toBe(false);
  });
});
