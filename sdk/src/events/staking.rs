//! What happened in stake pools and farms.

use sealane_staking::events::{
    AuthorityChanged, AuthorityProposed, Claimed, DelegateSet, EpochClosed, EpochExpired,
    EpochsSkipped, FarmCreated, Forfeited, Funded, LockSet, MarketBound, PauseChanged,
    PositionClosed, PositionOpened, RewardAdded, RewardVaultAdded, RewardsBalanced, ShardAdded,
    Staked, Swept, Unstaked, VolumeCounted, Withdrawn,
};

use crate::staking;

events! {
    /// Something that happened in a stake pool or farm.
    StakingEvent of staking::ID {
        Staked, Unstaked, LockSet, Withdrawn, Claimed, EpochClosed, PositionOpened, PositionClosed,
        DelegateSet, Forfeited, Funded, VolumeCounted, EpochsSkipped, EpochExpired,
        RewardsBalanced, Swept, FarmCreated, ShardAdded, RewardAdded, RewardVaultAdded, MarketBound,
        PauseChanged, AuthorityProposed, AuthorityChanged,
    }
}

#[cfg(test)]
mod tests {
    use anchor_lang::Event as _;
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    use solana_pubkey::Pubkey;

    use super::*;

    #[test]
    fn only_the_programs_own_words_count() {
        let staked = Staked {
            position: Pubkey::new_unique(),
            amount: 1,
            staked: 2,
            lock_until: 3,
            epoch: 4,
        };
        let data = format!("Program data: {}", BASE64_STANDARD.encode(staked.data()));
        let (own, other) = (staking::ID, Pubkey::new_unique());
        let logs = [
            format!("Program {other} invoke [1]"),
            data.clone(),
            format!("Program {own} invoke [2]"),
            data.clone(),
            format!("Program {own} success"),
            data.clone(),
            format!("Program {other} success"),
        ];
        assert_eq!(from_logs(&logs), [StakingEvent::Staked(staked)]);
        // Pools have events of the same names, told apart by the program that wrote the line.
        assert!(crate::events::from_logs(&logs).is_empty());
    }
}
