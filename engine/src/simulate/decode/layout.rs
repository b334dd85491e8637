//! What the framework checks of an instruction's accounts before its handler runs.

use super::super::{error::Refusal, frame::Meta};
use crate::address::TOKEN_PROGRAM;
use anchor_lang::prelude::ProgramError;
use solana_pubkey::Pubkey;

/// A declared account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// Anything; the handler looks.
    Any,
    /// Anything that may be written.
    Written,
    /// A signature.
    Signer,
    /// SPL Token itself.
    TokenProgram,
    /// A pool.
    Pool,
    /// A shard, written.
    Shard,
    /// A market.
    Market,
    /// A vault shard.
    VaultShard,
    /// A vault shard, written.
    VaultShardMut,
    /// A lane, written.
    Lane,
}

use Field::*;

/// Accounts of both swaps.
pub(crate) const SWAP: &[Field] = &[
    Pool, Shard, Signer, Written, Written, Written, Written, Any, Any, Any, Any,
];
/// Of adding and removing liquidity.
pub(crate) const LIQUIDITY: &[Field] = &[
    Pool,
    Shard,
    Signer,
    Written,
    Written,
    Written,
    Written,
    Written,
    Written,
    Any,
    Any,
    Any,
    Any,
    TokenProgram,
];
/// Of the same with one token.
pub(crate) const SINGLE_SIDED: &[Field] = &[
    Pool,
    Shard,
    Signer,
    Written,
    Written,
    Written,
    Written,
    Any,
    Any,
    TokenProgram,
];
/// Of `rebalance`.
pub(crate) const REBALANCE: &[Field] = &[
    Pool, Shard, Shard, Written, Written, Written, Written, Any, Any, Any, Any,
];
/// Of `deposit` and `withdraw`.
pub(crate) const FUNDS: &[Field] = &[
    Market, VaultShard, Lane, Signer, Written, Written, Written, Written, Any, Any, Any, Any,
];
/// Of `place`, `place_many`, `replace_all` and `take`, before the lanes that they name.
pub(crate) const TRADE: &[Field] = &[Any, Lane, Signer];
/// Of everything that takes orders back.
pub(crate) const CANCEL: &[Field] = &[Lane, Signer];
/// Of `reap`.
pub(crate) const REAP: &[Field] = &[Lane];
/// Of `set_delegate`.
pub(crate) const SET_DELEGATE: &[Field] = &[Signer, Lane];
/// Of `swap_take`, before the lanes that it names.
pub(crate) const SWAP_TAKE: &[Field] = &[
    Any,
    VaultShardMut,
    Signer,
    Written,
    Written,
    Written,
    Written,
    Any,
    Any,
    Any,
    Any,
];
/// Of `cross`.
pub(crate) const CROSS: &[Field] = &[Any, Lane, Signer, Lane, Lane];

impl Field {
    const fn is_written(self) -> bool {
        matches!(self, Written | Shard | VaultShardMut | Lane)
    }

    /// What is wrong with the account, as far as the transaction alone tells.
    fn refusal(self, meta: &Meta, address: &Pubkey) -> Option<Refusal> {
        if self.is_written() && !meta.is_writable {
            return Some(Refusal::NOT_WRITABLE);
        }
        match self {
            Signer if !meta.is_signer => Some(ProgramError::MissingRequiredSignature.into()),
            TokenProgram if *address != TOKEN_PROGRAM => Some(Refusal::WRONG_PROGRAM),
            _ => None,
        }
    }
}

/// A refusal that the transaction alone tells, and how many of the declared accounts the framework
/// looks into before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Early {
    pub(crate) behind: usize,
    pub(crate) refusal: Refusal,
}

/// Checks what the transaction alone tells.
pub(super) fn check<'a>(
    layout: &[Field],
    metas: &[Meta],
    address: impl Fn(&Meta) -> &'a Pubkey,
) -> Option<Early> {
    if metas.len() < layout.len() {
        return Some(Early {
            behind: 0,
            refusal: ProgramError::NotEnoughAccountKeys.into(),
        });
    }
    let declared = &metas[..layout.len()];
    let is_twice = |meta: &Meta| {
        let same = declared
            .iter()
            .filter(|other| other.account == meta.account);
        same.count() > 1
    };
    let mut fields = layout.iter().zip(declared);
    if declared.iter().any(|meta| meta.is_repeated)
        && fields.any(|(field, meta)| field.is_written() && is_twice(meta))
    {
        return Some(Early {
            behind: 0,
            refusal: Refusal::DUPLICATE_ACCOUNT,
        });
    }
    let mut fields = layout.iter().zip(declared).enumerate();
    fields.find_map(|(behind, (field, meta))| {
        let refusal = field.refusal(meta, address(meta))?;
        Some(Early { behind, refusal })
    })
}
