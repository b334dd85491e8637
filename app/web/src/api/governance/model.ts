/** What the app knows about realms, proposals and votes. Weights are in ten-thousandths of a staked
 * unit, times Unix seconds, deposits lamports. */

import type { Address, Balance } from "../model";

/** Where a proposal is; time alone makes `counting`, `executable` and mostly `expired` of a state. */
export const PROPOSAL_STATES = [
  "draft",
  "voting",
  "counting",
  "succeeded",
  "executable",
  "executing",
  "completed",
  "defeated",
  "vetoed",
  "cancelled",
  "expired",
] as const;

export type ProposalState = (typeof PROPOSAL_STATES)[number];

export interface RealmConfig {
  deposit: bigint;
  votingSeconds: number;
  coolOffSeconds: number;
  timeLockSeconds: number;
  executionSeconds: number;
  quorumBps: number;
  thresholdBps: number;
  /** 0: the community cannot veto. */
  communityVetoBps: number;
  /** 0: the council cannot veto. */
  councilVetoBps: number;
  /** Whether a vote is decided as soon as nobody can change it. */
  early: boolean;
}

export interface Realm {
  address: Address;
  name: string;
  /** The stake pool whose positions vote. */
  communityFarm: Address;
  councilFarm: Address | null;
  config: RealmConfig;
  /** Signs for the realm: what it is the authority of does what proposals say. */
  treasury: Address;
  lamports: bigint;
  balances: Balance[];
}

export interface ProposalOption {
  name: string;
  /** Weight for it. */
  yes: bigint;
  instructions: number;
}

/** The votes of all tally shards, added up. */
export interface Tally {
  /** For any option: each ballot once. */
  approving: bigint;
  no: bigint;
  abstain: bigint;
  veto: bigint;
  councilAbstain: bigint;
  councilVeto: bigint;
}

export interface ProposalSummary {
  address: Address;
  realm: Address;
  author: Address;
  title: string;
  state: ProposalState;
  options: ProposalOption[];
  /** How many options a ballot may choose. */
  mostChoices: number;
  tally: Tally;
  /** All weight at the snapshot. */
  total: bigint;
  councilTotal: bigint;
  config: RealmConfig;
  /** The epoch whose beginning is the snapshot; null in a draft. */
  snapshotEpoch: number | null;
  /** When voting began; null in a draft. */
  votingAt: number | null;
  /** When only votes against are taken any more, and when none are. */
  coolsOffAt: number | null;
  closesAt: number | null;
  decidedAt: number | null;
  executableAt: number | null;
  expiresAt: number | null;
  /** The options that won. */
  winners: number[];
}

/** A part of an instruction by its name. */
export interface NamedValue {
  name: string;
  value: string;
}

/** An instruction with what is known of its meaning. */
export interface DecodedInstruction {
  program: Address;
  /** Such as `sealane-amm`; null of a program that nobody knows here. */
  programName: string | null;
  /** Such as `set_fees`; null where it cannot be read. */
  name: string | null;
  arguments: NamedValue[];
  accounts: { name: string | null; address: Address; isSigner: boolean; isWritable: boolean }[];
  /** As it lies on the chain. */
  data: Uint8Array;
}

export interface ProposedInstruction extends DecodedInstruction {
  address: Address;
  option: number;
  index: number;
  isExecuted: boolean;
}

export interface Proposal extends ProposalSummary {
  description: string;
  instructions: ProposedInstruction[];
  /** What is executed next, once it may be. */
  next: { option: number; index: number } | null;
  /** The deposit that was not taken back yet. */
  deposit: bigint;
  /** Whether nobody who has not voted could change the outcome any more. */
  isSettled: boolean;
}

export type Ballot =
  | { kind: "yes"; options: number[] }
  | { kind: "no" }
  | { kind: "abstain" }
  | { kind: "veto" };

export type Body = "community" | "council";

/** A position's vote. */
export interface VoteRecord {
  proposal: Address;
  position: Address;
  weight: bigint;
  body: Body;
  /** Null where it was taken back. */
  ballot: Ballot | null;
  /** Who cast it. */
  by: "owner" | "delegate";
}

/** A position that somebody may vote with. */
export interface VotingPower {
  position: Address;
  owner: Address;
  body: Body;
  /** At the snapshot. */
  weight: bigint;
  /** Whether it is somebody else's. */
  isDelegated: boolean;
  vote: VoteRecord | null;
}
