import { describe, expect, it } from "vitest";
import type { Proposal, RealmConfig, Tally } from "@/api/governance/model";
import {
  dueOf,
  isCoolOff,
  least,
  nextChange,
  outcomeOf,
  quorumOf,
  stateAt,
  vetoBars,
} from "./measure";

const CONFIG: RealmConfig = {
  deposit: 0n,
  votingSeconds: 100,
  coolOffSeconds: 50,
  timeLockSeconds: 60,
  executionSeconds: 1_000,
  quorumBps: 4_000,
  thresholdBps: 3_000,
  communityVetoBps: 5_000,
  councilVetoBps: 5_000,
  early: true,
};

const NONE: Tally = {
  approving: 0n,
  no: 0n,
  abstain: 0n,
  veto: 0n,
  councilAbstain: 0n,
  councilVeto: 0n,
};

function proposal(
  yes: bigint[],
  tally: Partial<Tally> = {},
  changed: Partial<Proposal> = {},
): Proposal {
  const approving = yes.reduce((sum, weight) => sum + weight, 0n);
  return {
    state: "voting",
    options: yes.map((weight, at) => ({ name: `${at}`, yes: weight, instructions: 1 })),
    mostChoices: 1,
    tally: { ...NONE, approving, ...tally },
    total: 1_000n,
    councilTotal: 3n,
    config: CONFIG,
    coolsOffAt: 200,
    closesAt: 250,
    executableAt: null,
    expiresAt: null,
    isSettled: false,
    ...changed,
  } as Proposal;
}

describe("least", () => {
  it("rounds up to a whole weight", () => {
    expect(least(1_000n, 3_000)).toBe(300n);
    expect(least(1_001n, 3_000)).toBe(301n);
    expect(least(0n, 3_000)).toBe(0n);
  });
});

describe("the outcome", () => {
  it("needs the quorum, which abstaining helps to reach", () => {
    expect(outcomeOf(proposal([399n]))).toEqual({ kind: "defeated" });
    expect(quorumOf(proposal([399n])).isReached).toBe(false);
    expect(outcomeOf(proposal([399n], { abstain: 1n }))).toEqual({
      kind: "succeeded",
      winners: [0],
    });
  });

  it("needs the threshold, and more for than against, vetoes among them", () => {
    expect(outcomeOf(proposal([299n], { abstain: 200n })).kind).toBe("defeated");
    expect(outcomeOf(proposal([400n], { no: 400n })).kind).toBe("defeated");
    expect(outcomeOf(proposal([400n], { no: 300n, veto: 100n })).kind).toBe("defeated");
    expect(outcomeOf(proposal([401n], { no: 300n, veto: 100n })).kind).toBe("succeeded");
  });

  it("of one choice is the heaviest option, and nothing on a tie", () => {
    expect(outcomeOf(proposal([300n, 310n]))).toEqual({ kind: "succeeded", winners: [1] });
    expect(outcomeOf(proposal([310n, 310n])).kind).toBe("defeated");
  });

  it("of several choices is every option that passes", () => {
    const several = proposal([300n, 310n, 10n], { approving: 500n }, { mostChoices: 2 });
    expect(outcomeOf(several)).toEqual({ kind: "succeeded", winners: [0, 1] });
  });

  it("is a veto before all else, of the community or the council", () => {
    expect(outcomeOf(proposal([490n], { veto: 500n })).kind).toBe("vetoed");
    expect(outcomeOf(proposal([900n], { councilVeto: 2n })).kind).toBe("vetoed");
    expect(outcomeOf(proposal([900n], { councilVeto: 1n })).kind).toBe("succeeded");
    const nobody = proposal([900n], {}, { councilTotal: 0n });
    expect(vetoBars(nobody).council).toBeNull();
  });
});

describe("time", () => {
  it("ends voting and locks", () => {
    const voting = proposal([1n]);
    expect(stateAt(voting, 249)).toBe("voting");
    expect(stateAt(voting, 250)).toBe("counting");
    const won = proposal([1n], {}, { state: "succeeded", executableAt: 400, expiresAt: 500 });
    expect([399, 400, 500].map((now) => stateAt(won, now))).toEqual([
      "succeeded",
      "executable",
      "expired",
    ]);
  });

  it("tells what comes next", () => {
    const voting = proposal([1n]);
    expect(nextChange(voting, 150)?.at).toBe(200);
    expect(nextChange(voting, 200)).toEqual({ what: "Voting ends", at: 250 });
    expect(nextChange(voting, 250)).toBeNull();
    expect([199, 200, 249, 250].map((now) => isCoolOff(voting, now))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe("what is due", () => {
  it("can be done by anybody", () => {
    expect(dueOf(proposal([1n]), 100)).toBeNull();
    expect(dueOf(proposal([1n], {}, { isSettled: true }), 100)).toBe("decide_early");
    expect(dueOf(proposal([1n]), 250)).toBe("finalize");
    const won = proposal([1n], {}, { state: "succeeded", executableAt: 400, expiresAt: 500 });
    expect([399, 400, 500].map((now) => dueOf(won, now))).toEqual([null, "execute", "expire"]);
    expect(dueOf(proposal([1n], {}, { state: "expired" }), 600)).toBeNull();
  });

  it("is not decided early where the realm wants all its time", () => {
    const config = { ...CONFIG, early: false };
    expect(dueOf(proposal([1n], {}, { isSettled: true, config }), 100)).toBeNull();
  });
});
