//! Whom an account concerns.

use anchor_lang::Discriminator as _;
use sealane_sdk::{
    accounts::{decode_epoch_record, decode_position, decode_vote_record},
    amm,
    governance::{
        self,
        state::{Realm, VoteRecord},
    },
    orderbook,
    staking::{
        self,
        state::{EpochRecord, Farm, Position},
    },
    subscribe::AccountState,
};
use solana_pubkey::Pubkey;

/// Whom an account concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Everybody: mints, vaults, the clock.
    Shared,
    /// Who looks at a pool, a market, a farm, a realm or a proposal.
    Venue(Pubkey),
    /// Who has not claimed an epoch of a farm.
    Record {
        /// The farm.
        farm: Pubkey,
        /// The epoch.
        epoch: u32,
    },
    /// Who owns a position in a farm, or may vote with it.
    Position {
        /// The farm.
        farm: Pubkey,
        /// The owner.
        owner: Pubkey,
        /// The delegate now, and the one before, who has to learn of it.
        delegates: [Pubkey; 2],
        /// The first epoch that was not claimed.
        claim_from: u32,
    },
    /// Who has voted, or may with the position.
    Vote {
        /// The position that voted.
        position: Pubkey,
        /// The one who did, and the position's owner and delegate.
        wallets: [Pubkey; 3],
    },
}

/// Where accounts of a venue name it: behind the discriminator.
const VENUE: std::ops::Range<usize> = 8..40;

/// An address in an account.
pub(super) fn address_at(data: &[u8], range: std::ops::Range<usize>) -> Option<Pubkey> {
    let bytes: [u8; 32] = data.get(range)?.try_into().ok()?;
    Some(Pubkey::new_from_array(bytes))
}

impl Kind {
    /// Of an account.
    pub(super) fn of(state: &AccountState) -> Self {
        let data = &state.data;
        let is_venue = match state.owner {
            owner if owner == amm::ID => data.starts_with(amm::state::Pool::DISCRIMINATOR),
            owner if owner == orderbook::ID => {
                data.starts_with(orderbook::state::Market::DISCRIMINATOR)
            }
            owner if owner == staking::ID => match Self::of_staking(data) {
                Some(kind) => return kind,
                None => data.starts_with(Farm::DISCRIMINATOR),
            },
            owner if owner == governance::ID => match Self::of_vote(data) {
                Some(kind) => return kind,
                None => data.starts_with(Realm::DISCRIMINATOR),
            },
            _ => return Self::Shared,
        };
        match is_venue {
            true => Self::Venue(state.address),
            false => address_at(data, VENUE).map_or(Self::Shared, Self::Venue),
        }
    }

    /// Of the staking program's accounts those that do not concern all who look at a farm.
    fn of_staking(data: &[u8]) -> Option<Self> {
        if data.starts_with(Position::DISCRIMINATOR) {
            let position = decode_position(data).ok()?;
            return Some(Self::Position {
                farm: position.farm,
                owner: position.owner,
                delegates: [position.delegate; 2],
                claim_from: position.claim_from,
            });
        }
        if data.starts_with(EpochRecord::DISCRIMINATOR) {
            let record = decode_epoch_record(data).ok()?;
            return Some(Self::Record {
                farm: record.farm,
                epoch: record.epoch,
            });
        }
        None
    }

    /// The record of a vote.
    fn of_vote(data: &[u8]) -> Option<Self> {
        if !data.starts_with(VoteRecord::DISCRIMINATOR) {
            return None;
        }
        let vote = decode_vote_record(data).ok()?;
        Some(Self::Vote {
            position: vote.position,
            wallets: [vote.voter; 3],
        })
    }

    /// The position that voted, if it is the record of a vote.
    pub(super) fn voting_position(&self) -> Option<Pubkey> {
        match self {
            Self::Vote { position, .. } => Some(*position),
            _ => None,
        }
    }

    /// The same, knowing the position that voted.
    pub(super) fn with_position(mut self, position: Option<&Self>) -> Self {
        if let (
            Self::Vote { wallets, .. },
            Some(Self::Position {
                owner, delegates, ..
            }),
        ) = (&mut self, position)
        {
            (wallets[1], wallets[2]) = (*owner, delegates[0]);
        }
        self
    }

    /// The same, knowing what it was before.
    pub(super) fn after(mut self, before: Option<&Self>) -> Self {
        if let (
            Self::Position { delegates, .. },
            Some(Self::Position {
                delegates: [before, _],
                ..
            }),
        ) = (&mut self, before)
        {
            delegates[1] = *before;
        }
        self
    }

    /// The pool, the market, the farm, the realm, or the proposal.
    pub(super) fn venue(&self) -> Option<Pubkey> {
        match self {
            Self::Shared | Self::Vote { .. } => None,
            Self::Venue(venue) => Some(*venue),
            Self::Record { farm, .. } | Self::Position { farm, .. } => Some(*farm),
        }
    }

    /// Who owns the position, and who may vote with it, could or has.
    pub(super) fn wallets(&self) -> Vec<Pubkey> {
        match self {
            Self::Vote { wallets, .. } => wallets.to_vec(),
            Self::Position {
                owner, delegates, ..
            } => [&[*owner], &delegates[..]].concat(),
            _ => Vec::new(),
        }
    }

    /// Whether it is a position that somebody owns or may vote with, or its vote.
    pub(super) fn is_of(&self, wallet: &Pubkey) -> bool {
        self.wallets().contains(wallet)
    }
}

#[cfg(test)]
mod tests {
    use sealane_sdk::engine::fixtures::account_bytes;

    use super::*;

    fn state(data: Vec<u8>) -> AccountState {
        AccountState {
            address: Pubkey::new_from_array([1; 32]),
            owner: staking::ID,
            slot: 1,
            data,
        }
    }

    fn zeroed<T: bytemuck::Zeroable>() -> T {
        T::zeroed()
    }

    #[test]
    fn accounts_of_farms_name_their_farm() {
        let farm = Pubkey::new_from_array([7; 32]);
        let mut shard: staking::state::Shard = zeroed();
        shard.farm = farm;
        let told = state(account_bytes(&shard));
        assert_eq!(Kind::of(&told), Kind::Venue(farm));
        let mut record: EpochRecord = zeroed();
        (record.farm, record.epoch) = (farm, 3);
        let told = state(account_bytes(&record));
        assert_eq!(Kind::of(&told), Kind::Record { farm, epoch: 3 });
        let told = state(account_bytes(&zeroed::<Farm>()));
        assert_eq!(Kind::of(&told), Kind::Venue(told.address));
    }

    #[test]
    fn a_delegate_learns_that_it_is_one_no_more() {
        let wallets = [2, 3, 4].map(|byte| Pubkey::new_from_array([byte; 32]));
        let mut position: Position = zeroed();
        (position.owner, position.delegate) = (wallets[0], wallets[1]);
        let first = Kind::of(&state(account_bytes(&position)));
        assert!(first.is_of(&wallets[0]) && first.is_of(&wallets[1]));
        position.delegate = wallets[2];
        let second = Kind::of(&state(account_bytes(&position))).after(Some(&first));
        assert!(wallets.iter().all(|wallet| second.is_of(wallet)));
        let third = Kind::of(&state(account_bytes(&position))).after(Some(&second));
        assert!(!third.is_of(&wallets[1]));
    }
}
