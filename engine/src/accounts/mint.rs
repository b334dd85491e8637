//! Mints of both token programs.

use sealane_amm::mint::transfer_fee_in;
use sealane_core::pool::TransferFee;
use solana_program_pack::Pack as _;
use solana_pubkey::Pubkey;
use spl_token_2022_interface::{
    extension::{BaseStateWithExtensions, ExtensionType, StateWithExtensions},
    state::Mint,
};

use super::{DecodeError, require_token_program};
use crate::address::TOKEN_2022_PROGRAM;

const ACCOUNT: &str = "a mint";

/// A token, as far as trading needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintInfo {
    /// SPL Token or Token-2022.
    pub token_program: Pubkey,
    /// Base units in existence.
    pub supply: u64,
    /// Digits after the point of a whole token.
    pub decimals: u8,
    /// Who may mint more, if anyone.
    pub mint_authority: Option<Pubkey>,
    /// Who may freeze accounts, if anyone.
    pub freeze_authority: Option<Pubkey>,
    /// Token-2022 extensions, by their names.
    pub extensions: Vec<String>,
    has_transfer_fee: bool,
    data: Box<[u8]>,
}

impl MintInfo {
    /// The fee that the token program takes from a transfer in `epoch`; none for SPL Token.
    ///
    /// Computed from the mint's bytes by the program's own code.
    ///
    /// # Errors
    /// [`DecodeError::Malformed`] if the mint's extension records are cut short.
    pub fn transfer_fee(&self, epoch: u64) -> Result<TransferFee, DecodeError> {
        if !self.has_transfer_fee {
            return Ok(TransferFee::NONE);
        }
        transfer_fee_in(&self.data, epoch).map_err(|_| DecodeError::Malformed { account: ACCOUNT })
    }

    /// Whether the mint can take transfer fees, now or in another epoch.
    #[must_use]
    pub fn has_transfer_fee(&self) -> bool {
        self.has_transfer_fee
    }
}

/// Decodes a mint. `owner` is the account's owner: the token program.
///
/// # Errors
/// [`DecodeError`] if the account is not an initialized mint.
pub fn decode_mint(owner: &Pubkey, data: &[u8]) -> Result<MintInfo, DecodeError> {
    require_token_program(ACCOUNT, owner)?;
    let malformed = DecodeError::Malformed { account: ACCOUNT };
    let state = StateWithExtensions::<Mint>::unpack(data).map_err(|_| malformed.clone())?;
    let token_2022 = *owner == TOKEN_2022_PROGRAM;
    let extensions = if token_2022 {
        // The list ends where a type is newer than this code; the records stay readable.
        state.get_extension_types().unwrap_or_default()
    } else {
        Vec::new()
    };
    // Through the program's own reader, so that both read the same records.
    let has_transfer_fee =
        token_2022 && has_fee_record(data, &extensions).map_err(|()| malformed)?;
    Ok(MintInfo {
        token_program: *owner,
        supply: state.base.supply,
        decimals: state.base.decimals,
        mint_authority: state.base.mint_authority.into(),
        freeze_authority: state.base.freeze_authority.into(),
        extensions: extensions.iter().map(|kind| format!("{kind:?}")).collect(),
        has_transfer_fee,
        data: if has_transfer_fee {
            data.into()
        } else {
            Box::default()
        },
    })
}

/// Whether a transfer fee may apply in some epoch. A list that could not be read says nothing, so
/// then the bytes are kept and asked for every epoch.
fn has_fee_record(data: &[u8], extensions: &[ExtensionType]) -> Result<bool, ()> {
    transfer_fee_in(data, 0).map_err(|_| ())?;
    let extended = data.len() > spl_token_2022_interface::state::Account::LEN;
    Ok(extended
        && (extensions.is_empty() || extensions.contains(&ExtensionType::TransferFeeConfig)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{address::TOKEN_PROGRAM, fixtures};

    #[test]
    fn spl_mint() {
        let authority = Pubkey::new_unique();
        let bytes = fixtures::mint_bytes(9, 77, Some(authority));
        let mint = decode_mint(&TOKEN_PROGRAM, &bytes).unwrap();
        assert_eq!((mint.decimals, mint.supply), (9, 77));
        assert_eq!(mint.mint_authority, Some(authority));
        assert_eq!(mint.freeze_authority, None);
        assert_eq!(mint.transfer_fee(0), Ok(TransferFee::NONE));
        assert!(!mint.has_transfer_fee());
    }

    #[test]
    fn transfer_fee_follows_the_epoch() {
        let bytes = fixtures::fee_mint_bytes(6, [(0, 100, 5_000), (10, 250, 9_000)]);
        let mint = decode_mint(&TOKEN_2022_PROGRAM, &bytes).unwrap();
        assert!(mint.has_transfer_fee());
        assert_eq!(mint.extensions, ["TransferFeeConfig"]);
        for (epoch, bps, maximum) in [
            (0, 100, 5_000),
            (9, 100, 5_000),
            (10, 250, 9_000),
            (u64::MAX, 250, 9_000),
        ] {
            assert_eq!(
                mint.transfer_fee(epoch),
                Ok(TransferFee { bps, maximum }),
                "{epoch}"
            );
        }
    }

    #[test]
    fn the_published_fee_agrees() {
        use spl_token_2022_interface::extension::transfer_fee::TransferFeeConfig;
        let bytes = fixtures::fee_mint_bytes(6, [(3, 123, 4_567), (8, 9_999, u64::MAX)]);
        let mint = decode_mint(&TOKEN_2022_PROGRAM, &bytes).unwrap();
        let state = StateWithExtensions::<Mint>::unpack(&bytes).unwrap();
        let config = state.get_extension::<TransferFeeConfig>().unwrap();
        for epoch in 0..12 {
            let fee = mint.transfer_fee(epoch).unwrap();
            for amount in [0, 1, 99, 100, 10_000, 371_300, 1 << 40, u64::MAX] {
                let published = config.calculate_epoch_fee(epoch, amount).unwrap();
                assert_eq!(fee.fee_on(amount), published, "{amount} in epoch {epoch}");
            }
        }
    }

    #[test]
    fn refuses_what_is_no_mint() {
        assert!(decode_mint(&Pubkey::new_unique(), &fixtures::mint_bytes(9, 77, None)).is_err());
        assert!(decode_mint(&TOKEN_PROGRAM, &[0; 82]).is_err());
        let account =
            fixtures::token_account_bytes(&Pubkey::new_unique(), &Pubkey::new_unique(), 1);
        assert!(decode_mint(&TOKEN_PROGRAM, &account).is_err());
        assert!(decode_mint(&TOKEN_2022_PROGRAM, &account).is_err());
    }
}
