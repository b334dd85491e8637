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

#[cfg(test)]
mod tests {
    use super::*;

    /// A Token-2022 mint with records as (type, value).
    fn mint(records: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0; EXTENSIONS_OFFSET];
        bytes[ACCOUNT_TYPE_OFFSET] = ACCOUNT_TYPE_MINT;
        for (kind, value) in records {
            bytes.extend_from_slice(&kind.to_le_bytes());
            bytes.extend_from_slice(&(value.len() as u16).to_le_bytes());
            bytes.extend_from_slice(value);
        }
        bytes
    }

    /// 1% of at most 50 until epoch 7, then 2% of at most 60.
    fn config() -> [u8; TRANSFER_FEE_CONFIG_LEN] {
        let mut config = [0; TRANSFER_FEE_CONFIG_LEN];
        for (at, epoch, maximum, bps) in [
            (OLDER_FEE_OFFSET, 3u64, 50u64, 100u16),
            (NEWER_FEE_OFFSET, 7, 60, 200),
        ] {
            config[at..at + 8].copy_from_slice(&epoch.to_le_bytes());
            config[at + 8..at + 16].copy_from_slice(&maximum.to_le_bytes());
            config[at + 16..at + 18].copy_from_slice(&bps.to_le_bytes());
        }
        config
    }

    #[test]
    fn the_fee_is_that_of_the_epoch() {
        let metadata: (u16, &[u8]) = (extension::METADATA_POINTER, &[1; 64]);
        let mint = mint(&[metadata, (extension::TRANSFER_FEE_CONFIG, &config())]);
        let older = TransferFee {
            bps: 100,
            maximum: 50,
        };
        let newer = TransferFee {
            bps: 200,
            maximum: 60,
        };
        for (epoch, fee) in [(0, older), (3, older), (6, older), (7, newer), (8, newer)] {
            assert_eq!(transfer_fee_in(&mint, epoch), Ok(fee), "epoch {epoch}");
        }
    }

    #[test]
    fn without_a_fee_record_there_is_no_fee() {
        let pointer: (u16, &[u8]) = (extension::METADATA_POINTER, &[1; 64]);
        // Behind the end of the records nothing counts.
        let ended: (u16, &[u8]) = (0, &[]);
        for bytes in [
            vec![0; MINT_LEN],
            mint(&[]),
            mint(&[pointer]),
            mint(&[ended, (extension::TRANSFER_FEE_CONFIG, &config())]),
        ] {
            assert_eq!(transfer_fee_in(&bytes, 9), Ok(TransferFee::NONE));
        }
    }

    #[test]
    fn records_that_are_cut_short_are_refused() {
        let whole = mint(&[(extension::TRANSFER_FEE_CONFIG, &config())]);
        for len in EXTENSIONS_OFFSET + 4..whole.len() {
            let cut = transfer_fee_in(&whole[..len], 9);
            assert_eq!(cut, Err(OnchainError::InvalidMint), "{len} bytes");
        }
        let short = mint(&[(extension::TRANSFER_FEE_CONFIG, &config()[1..])]);
        assert_eq!(transfer_fee_in(&short, 9), Err(OnchainError::InvalidMint));
        let mut no_mint = whole;
        no_mint[ACCOUNT_TYPE_OFFSET] = 2;
        assert_eq!(transfer_fee_in(&no_mint, 9), Err(OnchainError::InvalidMint));
    }

    /// Every number of the list in Token-2022's `ExtensionType`, and what is beyond it.
    #[test]
    fn only_harmless_extensions_are_safe() {
        let safe = [1, 10, 18, 19, 20, 21, 22, 23, 25];
        for kind in 1..200 {
            assert_eq!(
                require_safe(kind).is_ok(),
                safe.contains(&kind),
                "extension {kind}"
            );
        }
    }
}
