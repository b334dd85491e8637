/** From what the gateway sends of farms to what the app knows. */

import type { Address } from "../model";
import { maybeNumber } from "../values";
import type { WireEpoch, WireFarm, WirePosition, WireReward } from "../wire";
import type { EpochPaid, Farm, Reward, StakePosition } from "./model";

function reward(wire: WireReward): Reward {
  return {
    index: wire.index,
    mint: wire.mint as Address,
    decimals: wire.decimals,
    start: wire.start,
    end: wire.end,
    funded: BigInt(wire.funded),
    allotted: BigInt(wire.allotted),
    perDay: BigInt(wire.per_day),
    perDayWorth: maybeNumber(wire.per_day_quote),
    aprBps: wire.apr_bps ?? null,
  };
}

export function farm(wire: WireFarm): Farm {
  return {
    address: wire.farm as Address,
    name: wire.name ?? null,
    stakeMint: wire.stake_mint as Address,
    stakeDecimals: wire.stake_decimals,
    stakeProgram: wire.stake_token_program === "token_2022" ? "token_2022" : "spl_token",
    liquidity: wire.lp ? { pool: wire.lp.pool as Address, shardIndex: wire.lp.shard_index } : null,
    market: (wire.market ?? null) as Address | null,
    price: maybeNumber(wire.price),
    priceMint: (wire.price_mint ?? null) as Address | null,
    authority: wire.authority as Address,
    paused: wire.paused,
    epochs: { start: wire.epochs.start, seconds: wire.epochs.seconds },
    lock: { boostBps: wire.lock.boost_bps, maxEpochs: wire.lock.max_epochs },
    cooldownSeconds: wire.cooldown_seconds,
    graceSeconds: wire.grace_seconds,
    staked: BigInt(wire.staked),
    weight: BigInt(wire.weight),
    tvl: maybeNumber(wire.tvl_quote),
    shards: wire.shards.map((shard) => ({
      address: shard.shard as Address,
      index: shard.index,
      staked: BigInt(shard.staked),
    })),
    rewards: wire.rewards.map(reward),
    aprBps: wire.apr_bps ?? null,
  };
}

export function epoch(wire: WireEpoch): EpochPaid {
  return {
    epoch: wire.epoch,
    endsAt: wire.ends_at,
    signature: wire.signature,
    rewards: wire.rewards.map(BigInt),
  };
}

export function position(wire: WirePosition): StakePosition {
  return {
    address: wire.position as Address,
    farm: wire.farm as Address,
    index: wire.index,
    shardIndex: wire.shard_index,
    amount: BigInt(wire.amount),
    weight: BigInt(wire.weight),
    multiplier: wire.multiplier_bps,
    lockUntil: wire.lock_until ?? null,
    cooling: BigInt(wire.cooling),
    cooledAt: wire.cooled_at ?? null,
    delegate: (wire.delegate ?? null) as Address | null,
    pending: wire.pending.map((held) => ({
      reward: held.reward,
      mint: held.mint as Address,
      decimals: held.decimals,
      amount: BigInt(held.amount),
      accruing: BigInt(held.accruing),
    })),
    claimableEpochs: wire.claimable_epochs,
    votingPower: BigInt(wire.voting_power),
  };
}
