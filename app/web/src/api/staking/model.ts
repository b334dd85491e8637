/** What the app knows about stake pools, farms and what is staked there. Weights are in ten-thousandths
 * of a staked unit, times Unix seconds. */

import type { Address, Token } from "../model";

/** Time in pieces of equal length. */
export interface Epochs {
  /** When epoch 0 began. */
  start: number;
  seconds: number;
}

export interface LockTerms {
  /** Ten-thousandths that each epoch a lock has left adds to the weight. */
  boostBps: number;
  /** The longest lock; 0: no locks. */
  maxEpochs: number;
}

/** One of the tokens that a farm pays. */
export interface Reward {
  index: number;
  mint: Address;
  decimals: number;
  /** From when and until when it is paid. */
  start: number;
  end: number;
  funded: bigint;
  /** What closed epochs got. */
  allotted: bigint;
  /** Units a day as it stands, for all stakes together. */
  perDay: bigint;
  /** The same in whole tokens of the farm's price; null where there is no price. */
  perDayWorth: number | null;
  /** What a stake without a lock earns in a year; null without a price or a stake. */
  aprBps: number | null;
}

export interface FarmShard {
  address: Address;
  index: number;
  staked: bigint;
}

export interface Farm {
  address: Address;
  /** Given by whoever runs the gateway. */
  name: string | null;
  stakeMint: Address;
  stakeDecimals: number;
  stakeProgram: Token["program"];
  /** Of which pool's shard the staked token is the liquidity; null where it is none. */
  liquidity: { pool: Address; shardIndex: number } | null;
  /** Whose makers earn here by what they trade, and nobody stakes; null of other farms. */
  market: Address | null;
  /** Of one whole staked token, in whole tokens of `priceMint`. */
  price: number | null;
  priceMint: Address | null;
  authority: Address;
  paused: string[];
  epochs: Epochs;
  lock: LockTerms;
  cooldownSeconds: number;
  /** How long an epoch's rewards can be claimed at least. */
  graceSeconds: number;
  staked: bigint;
  weight: bigint;
  /** What all of it is worth. */
  tvl: number | null;
  shards: FarmShard[];
  rewards: Reward[];
  /** Of all rewards together, without a lock. */
  aprBps: number | null;
}

/** What an epoch paid. */
export interface EpochPaid {
  epoch: number;
  endsAt: number;
  signature: string;
  /** By the rewards' indices. */
  rewards: bigint[];
}

export interface Pending {
  reward: number;
  mint: Address;
  decimals: number;
  /** Of epochs that are over. */
  amount: bigint;
  /** What the present epoch will bring if nothing changes. */
  accruing: bigint;
}

/** One owner's stake in a farm. */
export interface StakePosition {
  address: Address;
  farm: Address;
  index: number;
  shardIndex: number;
  amount: bigint;
  weight: bigint;
  /** In ten-thousandths. */
  multiplier: number;
  /** The first epoch in which it is free; null without a lock. */
  lockUntil: number | null;
  /** Unstaked, and not withdrawn yet. */
  cooling: bigint;
  cooledAt: number | null;
  /** Who may vote with its weight besides the owner. */
  delegate: Address | null;
  pending: Pending[];
  /** Epochs that are over and were not claimed. */
  claimableEpochs: number;
  /** Its weight at the beginning of the present epoch. */
  votingPower: bigint;
}
