//! Accounts from their bytes. The layouts are the program's own types.

mod governance;
mod mint;

use anchor_lang::{AccountDeserialize, Discriminator};
use sealane_amm::state::{Pool, Shard};
use sealane_orderbook::state::{Lane, Market, VaultShard};
use sealane_staking::state as staking;
use solana_clock::Clock;
use solana_pubkey::Pubkey;
use spl_token_2022_interface::{
    extension::StateWithExtensions,
    state::{Account as TokenAccount, AccountState},
};
use thiserror::Error;

use crate::{
    address::{TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    book::LaneSnapshot,
};

pub use governance::{
    ProposalText, ProposedCall, decode_proposal, decode_proposal_text, decode_proposed_instruction,
    decode_realm, decode_tally_shard, decode_vote_record,
};
pub use mint::{MintInfo, decode_mint};

/// Why bytes are not the account that they were taken for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Fewer bytes than the account has.
    #[error("{len} bytes are too few for {account}; check the address")]
    TooShort {
        /// What was expected.
        account: &'static str,
        /// How many bytes there are.
        len: usize,
    },
    /// The first bytes are those of another account type.
    #[error("this is not {account}: its first bytes name another type; check the address")]
    WrongType {
        /// What was expected.
        account: &'static str,
    },
    /// A mint or token account that no token program owns.
    #[error("{owner} is not a token program, so this is not {account}; check the address")]
    NotATokenProgram {
        /// What was expected.
        account: &'static str,
        /// Who owns the account.
        owner: Pubkey,
    },
    /// The bytes do not decode.
    #[error("the bytes are not those of {account}, or it is not initialized; check the address")]
    Malformed {
        /// What was expected.
        account: &'static str,
    },
}

/// Decodes a pool.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a pool's.
pub fn decode_pool(data: &[u8]) -> Result<Pool, DecodeError> {
    decode("a pool", data)
}

/// Decodes a shard.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a shard's.
pub fn decode_shard(data: &[u8]) -> Result<Shard, DecodeError> {
    decode("a shard", data)
}

/// Decodes a market.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a market's.
pub fn decode_market(data: &[u8]) -> Result<Market, DecodeError> {
    decode("a market", data)
}

/// Decodes a vault shard.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a vault shard's.
pub fn decode_vault_shard(data: &[u8]) -> Result<VaultShard, DecodeError> {
    decode("a vault shard", data)
}

/// Decodes a lane with its orders.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a lane's.
pub fn decode_lane(data: &[u8]) -> Result<LaneSnapshot, DecodeError> {
    const ACCOUNT: &str = "a lane";
    let Some(lane) = data.strip_prefix(Lane::DISCRIMINATOR) else {
        return Err(DecodeError::WrongType { account: ACCOUNT });
    };
    LaneSnapshot::from_bytes(lane).map_err(|_| DecodeError::Malformed { account: ACCOUNT })
}

/// Decodes a stake pool or farm.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a farm's.
pub fn decode_farm(data: &[u8]) -> Result<staking::Farm, DecodeError> {
    decode("a farm", data)
}

/// Decodes a farm's budget.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a budget's.
pub fn decode_budget(data: &[u8]) -> Result<staking::Budget, DecodeError> {
    decode("a farm's budget", data)
}

/// Decodes a farm's shard.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a farm shard's.
pub fn decode_farm_shard(data: &[u8]) -> Result<staking::Shard, DecodeError> {
    decode("a farm's shard", data)
}

/// Decodes a stake position.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a position's.
pub fn decode_position(data: &[u8]) -> Result<staking::Position, DecodeError> {
    decode("a stake position", data)
}

/// Decodes the record of an epoch.
///
/// # Errors
/// [`DecodeError`] if the bytes are not an epoch record's.
pub fn decode_epoch_record(data: &[u8]) -> Result<staking::EpochRecord, DecodeError> {
    decode("the record of an epoch", data)
}

fn decode<T: AccountDeserialize>(account: &'static str, data: &[u8]) -> Result<T, DecodeError> {
    T::try_deserialize(&mut &*data).map_err(|error| match error {
        anchor_lang::Error::AccountDataTooSmall => DecodeError::TooShort {
            account,
            len: data.len(),
        },
        _ => DecodeError::WrongType { account },
    })
}

/// Decodes the clock sysvar.
///
/// # Errors
/// [`DecodeError::TooShort`] if there are fewer bytes than a clock has.
pub fn decode_clock(data: &[u8]) -> Result<Clock, DecodeError> {
    let word = |index: usize| {
        data.get(index * 8..index * 8 + 8)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(DecodeError::TooShort {
                account: "the clock",
                len: data.len(),
            })
    };
    Ok(Clock {
        slot: u64::from_le_bytes(word(0)?),
        epoch_start_timestamp: i64::from_le_bytes(word(1)?),
        epoch: u64::from_le_bytes(word(2)?),
        leader_schedule_epoch: u64::from_le_bytes(word(3)?),
        unix_timestamp: i64::from_le_bytes(word(4)?),
    })
}

/// What a wallet holds of one mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenAccountInfo {
    /// SPL Token or Token-2022.
    pub token_program: Pubkey,
    /// Of which token.
    pub mint: Pubkey,
    /// Whose.
    pub owner: Pubkey,
    /// How much, in base units.
    pub amount: u64,
    /// Whether the mint's authority has frozen the account.
    pub frozen: bool,
}

/// Decodes a token account of either token program. `owner` is the account's owner: the program.
///
/// # Errors
/// [`DecodeError`] if the account is not an initialized token account.
pub fn decode_token_account(owner: &Pubkey, data: &[u8]) -> Result<TokenAccountInfo, DecodeError> {
    const ACCOUNT: &str = "a token account";
    require_token_program(ACCOUNT, owner)?;
    let state = StateWithExtensions::<TokenAccount>::unpack(data)
        .map_err(|_| DecodeError::Malformed { account: ACCOUNT })?;
    Ok(TokenAccountInfo {
        token_program: *owner,
        mint: state.base.mint,
        owner: state.base.owner,
        amount: state.base.amount,
        frozen: state.base.state == AccountState::Frozen,
    })
}

fn require_token_program(account: &'static str, owner: &Pubkey) -> Result<(), DecodeError> {
    if *owner == TOKEN_PROGRAM || *owner == TOKEN_2022_PROGRAM {
        Ok(())
    } else {
        Err(DecodeError::NotATokenProgram {
            account,
            owner: *owner,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn pools_and_shards_come_back_as_they_were() {
        let (_, pool) = fixtures::pool(2);
        assert_eq!(decode_pool(&fixtures::account_bytes(&pool)), Ok(pool));
        let (_, shard) = fixtures::shard(&Pubkey::new_unique(), 3, 1_000, 2_000);
        assert_eq!(decode_shard(&fixtures::account_bytes(&shard)), Ok(shard));
    }

    #[test]
    fn one_is_not_the_other() {
        let (_, pool) = fixtures::pool(1);
        let bytes = fixtures::account_bytes(&pool);
        assert_eq!(
            decode_shard(&bytes),
            Err(DecodeError::WrongType { account: "a shard" })
        );
        assert_eq!(
            decode_pool(&bytes[..bytes.len() - 1]),
            Err(DecodeError::TooShort {
                account: "a pool",
                len: bytes.len() - 1
            })
        );
        assert_eq!(
            decode_pool(&[]),
            Err(DecodeError::TooShort {
                account: "a pool",
                len: 0
            })
        );
    }

    #[test]
    fn clock() {
        let clock = Clock {
            slot: 1,
            epoch_start_timestamp: -2,
            epoch: 3,
            leader_schedule_epoch: 4,
            unix_timestamp: 5,
        };
        assert_eq!(decode_clock(&fixtures::clock_bytes(&clock)), Ok(clock));
        assert!(decode_clock(&[0; 39]).is_err());
    }

    #[test]
    fn token_accounts() {
        let (mint, owner) = (Pubkey::new_unique(), Pubkey::new_unique());
        let bytes = fixtures::token_account_bytes(&mint, &owner, 42);
        let decoded = decode_token_account(&TOKEN_PROGRAM, &bytes).unwrap();
        assert_eq!(
            (decoded.mint, decoded.owner, decoded.amount),
            (mint, owner, 42)
        );
        let stranger = Pubkey::new_unique();
        assert_eq!(
            decode_token_account(&stranger, &bytes),
            Err(DecodeError::NotATokenProgram {
                account: "a token account",
                owner: stranger
            })
        );
        assert_eq!(
            decode_token_account(&TOKEN_PROGRAM, &[0; 165]),
            Err(DecodeError::Malformed {
                account: "a token account"
            })
        );
    }
}
