import { describe, expect, it } from "vitest";
import type { WireProposal, WireProposalDetail, WireVote } from "../wire";
import * as decode from "./decode";
import { applyProposals } from "./live";

const RULES = {
  deposit: "1000000000",
  voting_seconds: 300,
  cool_off_seconds: 60,
  time_lock_seconds: 60,
  execution_seconds: 86_400,
  quorum_bps: 1_000,
  threshold_bps: 2_500,
  community_veto_bps: 4_000,
  council_veto_bps: 10_000,
  early: true,
};

/** More than any number holds exactly. */
const HUGE = "340282366920938463463374607431768211455";

const wire = (proposal: string, votingAt: number | null, state = "voting"): WireProposal => ({
  proposal,
  realm: "realm",
  author: "author",
  id: 0,
  title: null,
  state,
  options: [{ name: null, yes: HUGE, instructions: 1 }],
  most_choices: 1,
  tally: {
    approving: HUGE,
    no: "0",
    abstain: "0",
    veto: "0",
    council_abstain: "0",
    council_veto: "0",
  },
  config: RULES,
  total: votingAt === null ? null : HUGE,
  council_total: null,
  voting_at: votingAt,
  winners: [],
  slot: 1,
});

describe("proposals", () => {
  it("keep weights to the unit, and name what has no name", () => {
    const [proposal] = applyProposals([], [wire("a", 10)]);
    expect(proposal?.total).toBe(2n ** 128n - 1n);
    expect(proposal?.options[0]).toEqual({
      name: "Option 1",
      yes: 2n ** 128n - 1n,
      instructions: 1,
    });
    expect(proposal).toMatchObject({ title: "", councilTotal: 0n, closesAt: null });
  });

  it("come newest first, drafts before all", () => {
    const before = applyProposals([], [wire("a", 10), wire("b", 30), wire("c", null, "draft")]);
    const after = applyProposals(before, [wire("d", 20), wire("a", 40)]);
    expect(after.map(({ address }) => address)).toEqual(["c", "a", "b", "d"]);
  });

  it("in a state that nobody here knows can be looked at", () => {
    const [proposal] = applyProposals([], [wire("a", 10, "pondering")]);
    expect(proposal?.state).toBe("expired");
  });

  it("carry their instructions as bytes and as words", () => {
    const detail: WireProposalDetail = {
      ...wire("a", 10),
      description: null,
      instructions: [
        {
          address: "i",
          option: 0,
          index: 0,
          program: "p",
          program_name: "amm",
          name: "set_fees",
          arguments: [{ name: "min_pips", value: "0.05%" }],
          accounts: [{ name: "pool", address: "x", signer: false, writable: true }],
          data: "AwD/",
          executed: false,
        },
      ],
      deposit: "5",
      tally_shards: 4,
      open_tally_shards: 1,
      summed: [],
      settled: true,
    };
    const proposal = decode.proposal(detail);
    expect(proposal).toMatchObject({ description: "", next: null, deposit: 5n, isSettled: true });
    expect(proposal.instructions[0]).toMatchObject({
      name: "set_fees",
      data: Uint8Array.of(3, 0, 255),
      accounts: [{ name: "pool", address: "x", isSigner: false, isWritable: true }],
    });
  });
});

type WireBallot = NonNullable<WireVote["ballot"]> | null;

describe("a vote", () => {
  const vote = (ballot: WireBallot, by: string, body: string): WireVote => ({
    proposal: "a",
    position: "p",
    owner: null,
    voter: "v",
    weight: "7",
    body,
    ballot,
    by,
    shard: 0,
  });

  it("is a ballot, or was taken back", () => {
    expect(decode.vote(vote({ kind: "yes", options: [1] }, "owner", "community"))).toMatchObject({
      ballot: { kind: "yes", options: [1] },
      by: "owner",
      body: "community",
      weight: 7n,
    });
    expect(decode.vote(vote({ kind: "veto" }, "delegate", "council"))).toMatchObject({
      ballot: { kind: "veto" },
      by: "delegate",
      body: "council",
    });
    expect(decode.vote(vote(null, "owner", "community")).ballot).toBeNull();
  });
});
