/** From what the gateway sends of realms and proposals to what the app knows. */

import type { Address } from "../model";
import type {
  WirePower,
  WireProposal,
  WireProposalDetail,
  WireRealm,
  WireRules,
  WireVote,
} from "../wire";
import type {
  Ballot,
  Body,
  Proposal,
  ProposalState,
  ProposalSummary,
  ProposedInstruction,
  Realm,
  RealmConfig,
  VoteRecord,
  VotingPower,
} from "./model";
import { PROPOSAL_STATES } from "./model";

function config(wire: WireRules): RealmConfig {
  return {
    deposit: BigInt(wire.deposit),
    votingSeconds: wire.voting_seconds,
    coolOffSeconds: wire.cool_off_seconds,
    timeLockSeconds: wire.time_lock_seconds,
    executionSeconds: wire.execution_seconds,
    quorumBps: wire.quorum_bps,
    thresholdBps: wire.threshold_bps,
    communityVetoBps: wire.community_veto_bps,
    councilVetoBps: wire.council_veto_bps,
    early: wire.early,
  };
}

export function realm(wire: WireRealm): Realm {
  return {
    address: wire.realm as Address,
    name: wire.name,
    communityFarm: wire.community_farm as Address,
    councilFarm: (wire.council_farm ?? null) as Address | null,
    config: config(wire.config),
    treasury: wire.treasury as Address,
    lamports: BigInt(wire.lamports),
    balances: wire.tokens.map((held) => ({
      mint: held.mint as Address,
      account: held.account as Address,
      amount: BigInt(held.amount),
      decimals: held.decimals,
      associated: held.associated,
    })),
  };
}

/** A state that a newer gateway may know is none that anything can be done in. */
function state(text: string): ProposalState {
  return PROPOSAL_STATES.find((known) => known === text) ?? "expired";
}

export function summary(wire: WireProposal): ProposalSummary {
  const { tally } = wire;
  return {
    address: wire.proposal as Address,
    realm: wire.realm as Address,
    author: wire.author as Address,
    title: wire.title ?? "",
    state: state(wire.state),
    options: wire.options.map(({ name, yes, instructions }, at) => ({
      name: name ?? `Option ${at + 1}`,
      yes: BigInt(yes),
      instructions,
    })),
    mostChoices: wire.most_choices,
    tally: {
      approving: BigInt(tally.approving),
      no: BigInt(tally.no),
      abstain: BigInt(tally.abstain),
      veto: BigInt(tally.veto),
      councilAbstain: BigInt(tally.council_abstain),
      councilVeto: BigInt(tally.council_veto),
    },
    total: BigInt(wire.total ?? 0),
    councilTotal: BigInt(wire.council_total ?? 0),
    config: config(wire.config),
    snapshotEpoch: wire.snapshot_epoch ?? null,
    votingAt: wire.voting_at ?? null,
    coolsOffAt: wire.cools_off_at ?? null,
    closesAt: wire.closes_at ?? null,
    decidedAt: wire.decided_at ?? null,
    executableAt: wire.executable_at ?? null,
    expiresAt: wire.expires_at ?? null,
    winners: wire.winners,
  };
}

function instruction(wire: WireProposalDetail["instructions"][number]): ProposedInstruction {
  return {
    address: wire.address as Address,
    option: wire.option,
    index: wire.index,
    program: wire.program as Address,
    programName: wire.program_name ?? null,
    name: wire.name ?? null,
    arguments: wire.arguments,
    accounts: wire.accounts.map((account) => ({
      name: account.name ?? null,
      address: account.address as Address,
      isSigner: account.signer,
      isWritable: account.writable,
    })),
    data: Uint8Array.from(atob(wire.data), (symbol) => symbol.charCodeAt(0)),
    isExecuted: wire.executed,
  };
}

export function proposal(wire: WireProposalDetail): Proposal {
  return {
    ...summary(wire),
    description: wire.description ?? "",
    instructions: wire.instructions.map(instruction),
    next: wire.next ?? null,
    deposit: BigInt(wire.deposit),
    isSettled: wire.settled,
  };
}

function ballot(wire: WireVote["ballot"]): Ballot | null {
  switch (wire?.kind) {
    case "yes":
      return { kind: "yes", options: wire.options ?? [] };
    case "no":
    case "abstain":
    case "veto":
      return { kind: wire.kind };
    default:
      return null;
  }
}

const body = (text: string): Body => (text === "council" ? "council" : "community");

export function vote(wire: WireVote): VoteRecord {
  return {
    proposal: wire.proposal as Address,
    position: wire.position as Address,
    weight: BigInt(wire.weight),
    body: body(wire.body),
    ballot: ballot(wire.ballot),
    by: wire.by === "delegate" ? "delegate" : "owner",
  };
}

export function power(wire: WirePower): VotingPower {
  return {
    position: wire.position as Address,
    owner: wire.owner as Address,
    body: body(wire.body),
    weight: BigInt(wire.weight),
    isDelegated: wire.delegated,
    vote: wire.vote ? vote(wire.vote) : null,
  };
}
