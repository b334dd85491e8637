//! Token accounts and mints of both token programs.

use sealane_amm::mint::transfer_fee_in;
use sealane_core::pool::TransferFee;
use solana_pubkey::Pubkey;
use spl_token_2022_interface::{
    extension::{
        BaseStateWithExtensions, BaseStateWithExtensionsMut, ExtensionType, PodStateWithExtensions,
        PodStateWithExtensionsMut, transfer_fee::TransferFeeAmount,
    },
    pod::{PodAccount, PodCOption, PodMint},
};

use crate::address::{TOKEN_2022_PROGRAM, TOKEN_PROGRAM};

/// Which token program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenProgram {
    /// SPL Token.
    Spl,
    /// Token-2022.
    Token2022,
}

impl TokenProgram {
    /// Of an address, if a token program has it.
    #[must_use]
    pub fn of(address: &Pubkey) -> Option<Self> {
        if *address == TOKEN_PROGRAM {
            Some(Self::Spl)
        } else if *address == TOKEN_2022_PROGRAM {
            Some(Self::Token2022)
        } else {
            None
        }
    }

    /// Its address.
    #[must_use]
    pub const fn id(self) -> Pubkey {
        match self {
            Self::Spl => TOKEN_PROGRAM,
            Self::Token2022 => TOKEN_2022_PROGRAM,
        }
    }
}

/// A token account, initialized.
#[derive(Debug)]
pub struct TokenAccount {
    /// The program that owns it.
    pub program: TokenProgram,
    /// Mint, owner, amount, delegate and so on.
    pub base: PodAccount,
    /// Transfer fees withheld in the account, where it has a record for them.
    pub withheld: Option<u64>,
    /// Token-2022: everything behind the base.
    extensions: Box<[u8]>,
}

/// What transfers change of a token account.
#[derive(Debug)]
pub struct Spendable {
    amount: u64,
    delegate: PodCOption<Pubkey>,
    delegated_amount: u64,
    withheld: Option<u64>,
}

const BASE_LEN: usize = size_of::<PodAccount>();

impl TokenAccount {
    /// `None` if the bytes are no initialized token account, or one with an extension that
    /// transfers depend on and that is not known here.
    pub(super) fn decode(owner: &Pubkey, data: &[u8]) -> Option<Self> {
        let program = TokenProgram::of(owner)?;
        let state = PodStateWithExtensions::<PodAccount>::unpack(data).ok()?;
        let kinds = state.get_extension_types().ok()?;
        let known = [
            ExtensionType::TransferFeeAmount,
            ExtensionType::ImmutableOwner,
        ];
        if (program == TokenProgram::Spl && data.len() != BASE_LEN)
            || kinds.iter().any(|kind| !known.contains(kind))
        {
            return None;
        }
        let withheld = state.get_extension::<TransferFeeAmount>().ok();
        Some(Self {
            program,
            base: *state.base,
            withheld: withheld.map(|fee| fee.withheld_amount.into()),
            extensions: data[BASE_LEN..].into(),
        })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut data = [bytemuck::bytes_of(&self.base), &self.extensions[..]].concat();
        if let Some(withheld) = self.withheld {
            PodStateWithExtensionsMut::<PodAccount>::unpack(&mut data)
                .expect("decoded from such bytes")
                .get_extension_mut::<TransferFeeAmount>()
                .expect("where there is an amount there was a record for it")
                .withheld_amount = withheld.into();
        }
        data
    }

    pub(super) fn len(&self) -> usize {
        BASE_LEN + self.extensions.len()
    }

    /// Whether it is as long as an account of SPL Token.
    #[inline(always)]
    pub(crate) fn has_no_extensions(&self) -> bool {
        self.extensions.is_empty()
    }

    /// What it holds, in base units.
    #[inline]
    #[must_use]
    pub fn amount(&self) -> u64 {
        self.base.amount.into()
    }

    #[inline]
    pub(crate) fn set_amount(&mut self, amount: u64) {
        self.base.amount = amount.into();
    }

    pub(super) fn spendable(&self) -> Spendable {
        Spendable {
            amount: self.base.amount.into(),
            delegate: self.base.delegate,
            delegated_amount: self.base.delegated_amount.into(),
            withheld: self.withheld,
        }
    }

    pub(super) fn set_spendable(&mut self, spendable: Spendable) {
        self.base.amount = spendable.amount.into();
        self.base.delegate = spendable.delegate;
        self.base.delegated_amount = spendable.delegated_amount.into();
        self.withheld = spendable.withheld;
    }
}

/// A mint, initialized.
#[derive(Debug)]
pub struct MintAccount {
    /// The program that owns it.
    pub program: TokenProgram,
    /// Supply, decimals, authorities.
    pub base: PodMint,
    /// The fee on transfers in the epoch of the state's clock.
    pub transfer_fee: TransferFee,
    /// Whether transfers do nothing but move the amount and take the fee.
    pub(crate) is_plain: bool,
    /// Token-2022: everything behind the base.
    extensions: Box<[u8]>,
}

const MINT_LEN: usize = size_of::<PodMint>();

impl MintAccount {
    /// `None` if the bytes are no initialized mint.
    pub(super) fn decode(owner: &Pubkey, data: &[u8], epoch: u64) -> Option<Self> {
        let program = TokenProgram::of(owner)?;
        let state = PodStateWithExtensions::<PodMint>::unpack(data).ok()?;
        if program == TokenProgram::Spl && data.len() != MINT_LEN {
            return None;
        }
        Some(Self {
            program,
            base: *state.base,
            transfer_fee: fee_in(program, data, epoch)?,
            is_plain: transfers_plainly(&state),
            extensions: data[MINT_LEN..].into(),
        })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        [bytemuck::bytes_of(&self.base), &self.extensions[..]].concat()
    }

    pub(super) fn len(&self) -> usize {
        MINT_LEN + self.extensions.len()
    }

    /// Whether it is as long as a mint of SPL Token.
    pub(crate) fn has_no_extensions(&self) -> bool {
        self.extensions.is_empty()
    }

    /// Reads the fee of another epoch.
    pub(super) fn set_epoch(&mut self, epoch: u64) {
        if !self.extensions.is_empty() {
            // Readable, as it was when the mint was decoded.
            self.transfer_fee = fee_in(self.program, &self.encode(), epoch).unwrap_or_default();
        }
    }

    #[inline]
    pub(super) fn supply(&self) -> u64 {
        self.base.supply.into()
    }

    #[inline]
    pub(crate) fn set_supply(&mut self, supply: u64) {
        self.base.supply = supply.into();
    }
}

fn fee_in(program: TokenProgram, data: &[u8], epoch: u64) -> Option<TransferFee> {
    match program {
        TokenProgram::Spl => Some(TransferFee::NONE),
        // By the programs' own reader.
        TokenProgram::Token2022 => transfer_fee_in(data, epoch).ok(),
    }
}

fn transfers_plainly(mint: &PodStateWithExtensions<'_, PodMint>) -> bool {
    use ExtensionType::*;
    let Ok(kinds) = mint.get_extension_types() else {
        return false;
    };
    kinds.iter().all(|kind| {
        matches!(
            kind,
            TransferFeeConfig
                | MintCloseAuthority
                | DefaultAccountState
                | InterestBearingConfig
                | MetadataPointer
                | TokenMetadata
                | GroupPointer
                | TokenGroup
                | GroupMemberPointer
                | TokenGroupMember
                | ScaledUiAmount
        )
    })
}
