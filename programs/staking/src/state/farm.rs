//! `Farm`: the configuration that all positions of a stake pool or farm share.

use anchor_lang::{address_eq, prelude::*};
use sealane_core::stake::{Epochs, LockTerms, MAX_REWARDS, Moment, StakeError};

use crate::errors::StakingError;

/// Seed prefix of farm addresses: `["farm", creator, stake mint, id as u16 LE]`.
pub const FARM_SEED: &[u8] = b"farm";
/// The shortest grace period, in seconds: 30 days.
pub const MIN_GRACE_SECONDS: u32 = 30 * 86_400;
/// The longest cool-down, in seconds: 90 days.
pub const MAX_COOLDOWN_SECONDS: u32 = 90 * 86_400;
/// No epoch: the farm never had rewards, so none has to be closed.
pub const NO_REWARDS: u32 = u32::MAX;
/// No order book: the farm counts stakes.
pub const NO_MARKET: Address = Address::new_from_array([0; 32]);

/// Actions that a farm's authority can pause, one bit each in [`Farm::paused`].
///
/// Unstaking, withdrawing and claiming have no bit: an authority can never lock anybody in.
pub mod pause {
    /// New stakes and locks, and restaking what was claimed.
    pub const STAKE: u8 = 1 << 0;
    /// Funding.
    pub const FUND: u8 = 1 << 1;
    /// Every bit that means something.
    pub const ALL: u8 = STAKE | FUND;
}

/// Configuration of a farm. Read-only for stakers; written when created or administered.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `creator` |
/// | 40 | 32 | `authority` |
/// | 72 | 32 | `pending_authority` |
/// | 104 | 64 | `stake_mint`, `stake_token_program` |
/// | 168 | 160 | `reward_mints` |
/// | 328 | 160 | `reward_token_programs` |
/// | 488 | 8 | `start` |
/// | 496 | 12 | `epoch_seconds`, `cooldown_seconds`, `grace_seconds` |
/// | 508 | 4 | `rewards_from` |
/// | 512 | 4 | `lock_boost`, `id` |
/// | 516 | 5 | `lock_max_epochs`, `shard_count`, `reward_count`, `paused`, `stake_decimals` |
/// | 521 | 5 | `reward_decimals` |
/// | 526 | 1 | `bump` |
/// | 527 | 32 | `market` |
/// | 559 | 33 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Farm {
    /// Who created the farm and paid for it. Part of the address; has no rights.
    pub creator: Address,
    /// Who may add shards and rewards, extend and sweep rewards, pause actions.
    pub authority: Address,
    /// The authority proposed by the present one, until it accepts. All zero: none.
    pub pending_authority: Address,
    /// Mint of what is staked: an LP token, or the governance token.
    pub stake_mint: Address,
    /// Token program that owns the staked mint: SPL Token or Token-2022.
    pub stake_token_program: Address,
    /// Mints of the rewards; the first `reward_count` are there.
    pub reward_mints: [Address; 5],
    /// Token programs that own the reward mints.
    pub reward_token_programs: [Address; 5],
    /// When epoch 0 began, Unix seconds.
    pub start: i64,
    /// Seconds of an epoch. Never changes.
    pub epoch_seconds: u32,
    /// Seconds from unstaking to withdrawing. Never changes.
    pub cooldown_seconds: u32,
    /// Seconds from the end of an epoch for which its rewards can be claimed at least. Never changes.
    pub grace_seconds: u32,
    /// The first epoch that has to be closed since there may be rewards for it; the highest number:
    /// none so far.
    pub rewards_from: u32,
    /// What each epoch that a lock has left adds to the weight, in ten-thousandths. Never changes.
    pub lock_boost: u16,
    /// Tells apart farms of one creator and mint. Part of the address.
    pub id: u16,
    /// The longest lock in epochs; 0: no locks. Never changes.
    pub lock_max_epochs: u8,
    /// Shards created so far; their indices are `0..shard_count`.
    pub shard_count: u8,
    /// Reward tokens so far.
    pub reward_count: u8,
    /// Bits of [`pause`] that are switched off.
    pub paused: u8,
    /// Decimals of the staked mint.
    pub stake_decimals: u8,
    /// Decimals of the reward mints.
    pub reward_decimals: [u8; 5],
    /// Bump of the farm's address.
    pub bump: u8,
    /// The order book whose makers' volume the farm counts; all zero: it counts stakes. Set before
    /// there are shards, and never changed.
    pub market: Address,
    /// Zero; room for later versions.
    pub reserved: [u8; 33],
}

const _: () = assert!(core::mem::size_of::<Farm>() == 592 - 8);
const _: () = assert!(MAX_REWARDS == 5);

impl Farm {
    /// When epochs begin and end; checked when the farm was created.
    #[inline]
    pub fn epochs(&self) -> Epochs {
        Epochs::from_checked_parts(self.start, self.epoch_seconds)
    }

    /// What locks are worth; checked when the farm was created.
    #[inline]
    pub fn terms(&self) -> LockTerms {
        LockTerms::from_checked_parts(self.lock_boost, self.lock_max_epochs)
    }

    /// The present moment.
    ///
    /// # Errors
    /// None on the chain's clock: it does not go backwards.
    #[inline]
    pub fn moment(&self, now: i64) -> core::result::Result<Moment, StakeError> {
        self.epochs().moment(now)
    }

    /// Whether the farm ever had rewards.
    #[inline]
    pub fn has_rewards(&self) -> bool {
        self.rewards_from != NO_REWARDS
    }

    /// Whether positions earn by their lanes' volume. Nobody stakes then.
    #[inline]
    pub fn is_trading(&self) -> bool {
        !address_eq(&self.market, &NO_MARKET)
    }

    /// Until when an epoch's rewards can be claimed at least, Unix seconds: until then its record
    /// cannot be deleted.
    #[inline]
    pub fn claimable_until(&self, epoch: u32) -> i64 {
        self.epochs()
            .end(epoch)
            .saturating_add(i64::from(self.grace_seconds))
    }

    /// Fails with [`StakingError::Paused`] if any of the actions in `bits` is paused.
    #[inline]
    pub fn require_active(&self, bits: u8) -> core::result::Result<(), StakingError> {
        if self.paused & bits == 0 {
            Ok(())
        } else {
            Err(StakingError::Paused)
        }
    }

    /// The index of a reward that the farm has.
    #[inline]
    pub fn reward(&self, index: u8) -> core::result::Result<usize, StakingError> {
        if index < self.reward_count && index < MAX_REWARDS as u8 {
            Ok(usize::from(index))
        } else {
            Err(StakingError::UnknownReward)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_pauses_its_action() {
        let actions = [pause::STAKE, pause::FUND];
        assert_eq!(actions.iter().sum::<u8>(), pause::ALL);
        for paused in actions {
            let farm = Farm {
                paused,
                ..bytemuck::Zeroable::zeroed()
            };
            for action in actions {
                assert_eq!(farm.require_active(action).is_ok(), action != paused);
            }
        }
    }

    #[test]
    fn only_rewards_that_were_added_are_known() {
        let mut farm: Farm = bytemuck::Zeroable::zeroed();
        assert_eq!(farm.reward(0), Err(StakingError::UnknownReward));
        farm.reward_count = 5;
        assert_eq!(farm.reward(4), Ok(4));
        assert_eq!(farm.reward(5), Err(StakingError::UnknownReward));
    }
}
