/** What the app can do on the exchange. Several operations make one transaction, in their order. */

import type { Ballot } from "@/api/governance/model";
import type { Address, PoolFees, Side } from "@/api/model";

/** What becomes of a post-only order that would trade: `slide` moves it to one tick from the best price. */
export type PostOnly = "off" | "reject" | "slide";

/** How long a taker's order lasts: `rest` leaves in the book what did not trade. */
export type TimeInForce = "rest" | "immediate_or_cancel" | "fill_or_kill";

/** What a lane is given first, in the same transaction. */
export interface LaneFunding {
  /** How many orders a side it is opened with; null where it is there already. */
  capacity: number | null;
  base: bigint;
  quote: bigint;
}

/** An owner's lane in a market, which may not be there yet. */
interface FundedLane {
  market: Address;
  laneIndex: number;
  funding: LaneFunding;
}

export type Operation =
  | ({ kind: "fund_lane" } & FundedLane)
  | { kind: "withdraw"; lane: Address; base: bigint; quote: bigint }
  | { kind: "close_lane"; lane: Address }
  | ({
      kind: "place";
      side: Side;
      ticks: bigint;
      lots: bigint;
      postOnly: PostOnly;
      /** Unix second; null: until it is cancelled. */
      expiresAt: number | null;
    } & FundedLane)
  | ({
      kind: "take";
      side: Side;
      /** The worst price. */
      ticks: bigint;
      lots: bigint;
      timeInForce: TimeInForce;
      /** Until when what rests does: a Unix second; null: until it is cancelled. */
      expiresAt: number | null;
    } & FundedLane)
  | {
      kind: "take_from_wallet";
      market: Address;
      side: Side;
      ticks: bigint;
      lots: bigint;
      /** All or nothing. */
      whole: boolean;
    }
  | { kind: "cancel"; lane: Address; order: string }
  | { kind: "cancel_all"; lane: Address; side: Side | null }
  | {
      kind: "add_liquidity";
      pool: Address;
      shard: number;
      maximumBase: bigint;
      maximumQuote: bigint;
      slippageBps: number;
    }
  | {
      kind: "add_single_sided";
      pool: Address;
      shard: number;
      /** The token that is deposited. */
      mint: Address;
      amount: bigint;
      slippageBps: number;
    }
  | { kind: "remove_liquidity"; pool: Address; shard: number; shares: bigint; slippageBps: number }
  | {
      kind: "remove_single_sided";
      pool: Address;
      shard: number;
      /** The token that is wanted. */
      mint: Address;
      shares: bigint;
      slippageBps: number;
    };

/** What the app can do in farms. One of them may take several transactions. */
export type StakeOperation =
  | {
      kind: "stake";
      farm: Address;
      /** Tells the owner's positions in the farm apart. */
      index: number;
      /** Whether the position has to be opened first. */
      isNew: boolean;
      amount: bigint;
      /** The first epoch in which it is free; null leaves the lock as it is. */
      lockUntil: number | null;
    }
  /** Without a stake: in a trading farm, for the lane of this index. */
  | { kind: "open_position"; farm: Address; index: number }
  | { kind: "lock"; position: Address; until: number }
  | {
      kind: "unstake";
      position: Address;
      /** Null for all that is staked. */
      amount: bigint | null;
      /** Whether it is withdrawn at once: where there is no cool-down. */
      isWithdrawn: boolean;
    }
  | { kind: "withdraw_stake"; position: Address }
  /** All rewards of all epochs that are over. */
  | { kind: "claim"; position: Address }
  /** The same, and stakes what is paid in the staked token. */
  | { kind: "restake"; position: Address; reward: number }
  | { kind: "delegate"; position: Address; delegate: Address | null }
  | { kind: "close_position"; position: Address };

/** An instruction that a proposal has the realm execute. */
export interface ProposedCall {
  option: number;
  programId: string;
  accounts: { address: string; isSigner: boolean; isWritable: boolean }[];
  data: Uint8Array;
}

/** What the app can do with proposals. One of them may take several transactions. */
export type GovernOperation =
  | {
      kind: "vote";
      proposal: Address;
      /** Those that vote, or change their vote. */
      positions: readonly Address[];
      ballot: Ballot;
    }
  | { kind: "withdraw_vote"; proposal: Address; positions: readonly Address[] }
  | {
      kind: "propose";
      realm: Address;
      title: string;
      description: string;
      options: readonly string[];
      mostChoices: number;
      calls: readonly ProposedCall[];
    }
  | {
      kind:
        | "sign_off"
        | "cancel_proposal"
        | "finalize"
        | "decide_early"
        | "execute"
        | "expire"
        | "take_deposit";
      proposal: Address;
    };

/** What the app knows to propose. */
export type CallRequest =
  | { kind: "fees"; pool: Address; fees: PoolFees }
  /** Of a pool, a market or a farm: these actions, and no others, are paused from then on. */
  | { kind: "pause"; venue: Address; actions: readonly string[] }
  /** Null is SOL. */
  | { kind: "transfer"; realm: Address; mint: Address | null; amount: bigint; to: Address };
