//! Reading mints: decimals, the transfer fee in force, and which extensions are safe to hold.
//!
//! Layout: the 82 bytes of an SPL mint; for Token-2022 with extensions, padding up to the size of
//! a token account (165), one byte of account type (1 = mint), then type-length-value records.

use anchor_lang::prelude::*;
use sealane_core::pool::wallet::TransferFee;

use crate::{
    OnchainError,
    token::{TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
};

type Result<T> = core::result::Result<T, OnchainError>;

const MINT_LEN: usize = 82;
const DECIMALS_OFFSET: usize = 44;
const INITIALIZED_OFFSET: usize = 45;
const ACCOUNT_TYPE_OFFSET: usize = 165;
const ACCOUNT_TYPE_MINT: u8 = 1;
const EXTENSIONS_OFFSET: usize = 166;
/// Length of a multisig. Token-2022 tells its accounts apart by this length, so no mint has it.
const MULTISIG_LEN: usize = 355;

/// Extension numbers of Token-2022 (`ExtensionType`).
mod extension {
    pub(super) const TRANSFER_FEE_CONFIG: u16 = 1;
    pub(super) const MINT_CLOSE_AUTHORITY: u16 = 3;
    pub(super) const CONFIDENTIAL_TRANSFER_MINT: u16 = 4;
    pub(super) const DEFAULT_ACCOUNT_STATE: u16 = 6;
    pub(super) const NON_TRANSFERABLE: u16 = 9;
    pub(super) const INTEREST_BEARING: u16 = 10;
    pub(super) const PERMANENT_DELEGATE: u16 = 12;
    pub(super) const TRANSFER_HOOK: u16 = 14;
    pub(super) const CONFIDENTIAL_TRANSFER_FEE: u16 = 16;
    pub(super) const METADATA_POINTER: u16 = 18;
    pub(super) const TOKEN_METADATA: u16 = 19;
    pub(super) const GROUP_POINTER: u16 = 20;
    pub(super) const TOKEN_GROUP: u16 = 21;
    pub(super) const GROUP_MEMBER_POINTER: u16 = 22;
    pub(super) const TOKEN_GROUP_MEMBER: u16 = 23;
    pub(super) const CONFIDENTIAL_MINT_BURN: u16 = 24;
    pub(super) const SCALED_UI_AMOUNT: u16 = 25;
    pub(super) const PAUSABLE: u16 = 26;
}

/// Offsets inside the value of a transfer fee record: two authorities of 32 bytes, the withheld
/// amount, then the older and the newer fee, each `epoch: u64, maximum: u64, basis points: u16`.
const OLDER_FEE_OFFSET: usize = 72;
const NEWER_FEE_OFFSET: usize = 90;
const TRANSFER_FEE_CONFIG_LEN: usize = 108;

/// Checks that a mint can be held in custody and returns its decimals.
///
/// Extensions that cannot touch balances are accepted: transfer fee (counted in every quote),
/// metadata, groups, interest and scaled display amounts.
///
/// # Errors
/// [`OnchainError::WrongTokenProgram`] if `program` is not a token program or does not own the mint,
/// [`OnchainError::InvalidMint`] if the bytes are no initialized mint, and for each refused extension
/// its own error.
pub fn check_mint(mint: &AccountView, program: &AccountView) -> Result<u8> {
    require_token_program(program)?;
    require!(
        mint.owned_by(program.address()),
        OnchainError::WrongTokenProgram
    );
    let data = mint.try_borrow().map_err(|_| OnchainError::InvalidMint)?;
    require!(
        data.len() >= MINT_LEN && data.len() != MULTISIG_LEN && data[INITIALIZED_OFFSET] == 1,
        OnchainError::InvalidMint
    );
    if *program.address() == TOKEN_PROGRAM {
        require!(data.len() == MINT_LEN, OnchainError::InvalidMint);
    } else {
        let mut extensions = extensions(&data)?;
        while let Some((kind, _)) = extensions.next()? {
            require_safe(kind)?;
        }
    }
    Ok(data[DECIMALS_OFFSET])
}

/// Fails unless `program` is SPL Token or Token-2022.
pub fn require_token_program(program: &AccountView) -> Result<()> {
    let id = program.address();
    require!(
        *id == TOKEN_PROGRAM || *id == TOKEN_2022_PROGRAM,
        OnchainError::WrongTokenProgram
    );
    Ok(())
}

/// The fee that Token-2022 takes from a transfer of this mint in `epoch`.
///
/// # Errors
/// [`OnchainError::InvalidMint`] on malformed extension records.
#[inline]
pub fn transfer_fee(mint: &AccountView, program: &Address, epoch: u64) -> Result<TransferFee> {
    if *program == TOKEN_PROGRAM || mint.data_len() <= EXTENSIONS_OFFSET {
        return Ok(TransferFee::NONE);
    }
    token_2022_fee(mint, epoch)
}

#[inline(never)]
fn token_2022_fee(mint: &AccountView, epoch: u64) -> Result<TransferFee> {
    let data = mint.try_borrow().map_err(|_| OnchainError::InvalidMint)?;
    transfer_fee_in(&data, epoch)
}

/// As [`transfer_fee`], of a Token-2022 mint's bytes.
pub fn transfer_fee_in(mint: &[u8], epoch: u64) -> Result<TransferFee> {
    if mint.len() <= EXTENSIONS_OFFSET {
        return Ok(TransferFee::NONE);
    }
    let Some(value) = extensions(mint)?.find(extension::TRANSFER_FEE_CONFIG)? else {
        return Ok(TransferFee::NONE);
    };
    let config = value.first_chunk().ok_or(OnchainError::InvalidMint)?;
    // Offsets known when this is compiled: reads without bounds checks.
    let newer = fee_at::<NEWER_FEE_OFFSET>(config);
    let fee = if epoch >= newer.epoch {
        newer
    } else {
        fee_at::<OLDER_FEE_OFFSET>(config)
    };
    Ok(TransferFee {
        bps: fee.bps,
        maximum: fee.maximum,
    })
}

/// A transfer fee as a mint stores it.
struct StoredFee {
    /// From when on it applies.
    epoch: u64,
    maximum: u64,
    bps: u16,
}

#[inline(always)]
fn fee_at<const AT: usize>(config: &[u8; TRANSFER_FEE_CONFIG_LEN]) -> StoredFee {
    StoredFee {
        epoch: read_u64(config, AT),
        maximum: read_u64(config, AT + 8),
        bps: u16::from_le_bytes([config[AT + 16], config[AT + 17]]),
    }
}

/// Bytes of a vault for this mint: what Token-2022 demands of a token account with the mint's
/// extensions. Of those accepted by [`check_mint`] only the transfer fee asks for a record.
pub fn vault_len(mint: &AccountView, program: &Address) -> Result<usize> {
    const TOKEN_ACCOUNT_LEN: usize = 165;
    const TRANSFER_FEE_AMOUNT_RECORD: usize = 4 + 8;
    if *program == TOKEN_PROGRAM || mint.data_len() <= EXTENSIONS_OFFSET {
        return Ok(TOKEN_ACCOUNT_LEN);
    }
    let data = mint.try_borrow().map_err(|_| OnchainError::InvalidMint)?;
    Ok(
        match extensions(&data)?.find(extension::TRANSFER_FEE_CONFIG)? {
            Some(_) => TOKEN_ACCOUNT_LEN + 1 + TRANSFER_FEE_AMOUNT_RECORD,
            None => TOKEN_ACCOUNT_LEN,
        },
    )
}

fn require_safe(kind: u16) -> Result<()> {
    use extension::*;
    let refused = match kind {
        TRANSFER_FEE_CONFIG | INTEREST_BEARING | METADATA_POINTER | TOKEN_METADATA
        | GROUP_POINTER | TOKEN_GROUP | GROUP_MEMBER_POINTER | TOKEN_GROUP_MEMBER
        | SCALED_UI_AMOUNT => return Ok(()),
        TRANSFER_HOOK => OnchainError::TransferHookRefused,
        PERMANENT_DELEGATE => OnchainError::PermanentDelegateRefused,
        DEFAULT_ACCOUNT_STATE => OnchainError::DefaultAccountStateRefused,
        NON_TRANSFERABLE => OnchainError::NonTransferableRefused,
        PAUSABLE => OnchainError::PausableRefused,
        MINT_CLOSE_AUTHORITY => OnchainError::MintCloseAuthorityRefused,
        CONFIDENTIAL_TRANSFER_MINT | CONFIDENTIAL_TRANSFER_FEE | CONFIDENTIAL_MINT_BURN => {
            OnchainError::ConfidentialTransferRefused
        }
        _ => OnchainError::UnknownExtensionRefused,
    };
    Err(refused)
}

#[inline(always)]
fn read_u64(bytes: &[u8; TRANSFER_FEE_CONFIG_LEN], at: usize) -> u64 {
    let mut word = [0u8; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// The extension records of a Token-2022 mint.
fn extensions(mint: &[u8]) -> Result<Extensions<'_>> {
    if mint.len() == MINT_LEN {
        return Ok(Extensions { rest: &[] });
    }
    require!(
        mint.len() >= EXTENSIONS_OFFSET && mint[ACCOUNT_TYPE_OFFSET] == ACCOUNT_TYPE_MINT,
        OnchainError::InvalidMint
    );
    Ok(Extensions {
        rest: &mint[EXTENSIONS_OFFSET..],
    })
}

/// Extension records, read one by one as (type, value).
struct Extensions<'a> {
    rest: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// The next record, if there is one.
    #[inline(always)]
    fn next(&mut self) -> Result<Option<(u16, &'a [u8])>> {
        // Type 0 marks the end of the records; so do fewer bytes than a record's head.
        let Some((head, rest)) = self.rest.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let kind = u16::from_le_bytes([head[0], head[1]]);
        if kind == 0 {
            return Ok(None);
        }
        let len = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let (value, rest) = rest
            .split_at_checked(len)
            .ok_or(OnchainError::InvalidMint)?;
        self.rest = rest;
        Ok(Some((kind, value)))
    }

    /// The value of the first record of a type.
    #[inline(always)]
    fn find(mut self, wanted: u16) -> Result<Option<&'a [u8]>> {
        while let Some((kind, value)) = self.next()? {
            if kind == wanted {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }
}
