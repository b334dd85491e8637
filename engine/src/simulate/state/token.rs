//! Token accounts and mints of both token programs.

use sealane_amm::mint::transfer_fee_in;
use sealane_core::pool::TransferFee;
use sealane_schedule::AccountId;
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

/// A token account, initialized. What trades look at and change lies together, and the addresses in
/// it go by their numbers; the rest never changes and is read when the account is encoded.
#[derive(Clone, Debug)]
pub struct TokenAccount {
    amount: u64,
    delegated_amount: u64,
    /// Transfer fees withheld in the account, where it has a record for them.
    pub withheld: Option<u64>,
    pub(crate) mint: AccountId,
    pub(crate) owner: AccountId,
    /// The program that owns it.
    pub program: TokenProgram,
    pub(crate) is_frozen: bool,
    /// Whether it holds wrapped lamports.
    pub(crate) is_native: bool,
    /// Whether it is as long as an account of SPL Token.
    pub(crate) has_no_extensions: bool,
    delegate: Delegate,
    rest: Box<Rest>,
}

/// Who else may spend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Delegate {
    /// Nobody, since the account was decoded.
    #[default]
    Nobody,
    /// The one in the rest of the account.
    Present,
    /// It has spent everything.
    Cleared(Cleared),
}

/// What the programs leave of a delegate that has spent everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cleared {
    /// Its address, marked as none.
    Marked,
    /// Nothing.
    Zeroed,
}

/// A token account as it was decoded.
#[derive(Clone, Debug)]
struct Rest {
    base: PodAccount,
    /// Token-2022: everything behind the base.
    extensions: Box<[u8]>,
}

/// What transfers change of a token account.
#[derive(Debug, Default)]
pub(super) struct Spendable {
    amount: u64,
    delegated_amount: u64,
    withheld: Option<u64>,
    delegate: Delegate,
}

const BASE_LEN: usize = size_of::<PodAccount>();

impl TokenAccount {
    /// `None` if the bytes are no initialized token account, or one with an extension that
    /// transfers depend on and that is not known here. `number` gives addresses their numbers.
    pub(super) fn decode<E>(
        owner: &Pubkey,
        data: &[u8],
        mut number: impl FnMut(&Pubkey) -> Result<AccountId, E>,
    ) -> Result<Option<Self>, E> {
        let Some((program, base, withheld)) = unpack(owner, data) else {
            return Ok(None);
        };
        let delegate = if base.delegate.option == PodCOption::<Pubkey>::SOME {
            Delegate::Present
        } else {
            Delegate::Nobody
        };
        Ok(Some(Self {
            amount: base.amount.into(),
            delegated_amount: base.delegated_amount.into(),
            withheld,
            mint: number(&{ base.mint })?,
            owner: number(&{ base.owner })?,
            program,
            is_frozen: base.is_frozen(),
            is_native: base.is_native(),
            has_no_extensions: data.len() == BASE_LEN,
            delegate,
            rest: Box::new(Rest {
                base,
                extensions: data[BASE_LEN..].into(),
            }),
        }))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut base = self.rest.base;
        base.amount = self.amount.into();
        base.delegated_amount = self.delegated_amount.into();
        match self.delegate {
            Delegate::Nobody | Delegate::Present => {}
            Delegate::Cleared(Cleared::Marked) => base.delegate.option = PodCOption::<Pubkey>::NONE,
            Delegate::Cleared(Cleared::Zeroed) => base.delegate = PodCOption::none(),
        }
        let mut data = [bytemuck::bytes_of(&base), &self.rest.extensions[..]].concat();
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
        BASE_LEN + self.rest.extensions.len()
    }

    /// What it holds, in base units.
    #[inline]
    #[must_use]
    pub fn amount(&self) -> u64 {
        self.amount
    }

    #[inline]
    pub(crate) fn set_amount(&mut self, amount: u64) {
        self.amount = amount;
    }

    /// Who may spend besides the owner, and how much.
    #[inline(always)]
    pub(crate) fn delegate(&self) -> Option<(Pubkey, u64)> {
        match self.delegate {
            Delegate::Present => Some((self.rest.base.delegate.value, self.delegated_amount)),
            Delegate::Nobody | Delegate::Cleared(_) => None,
        }
    }

    /// The delegate has so much left. With nothing left it is none any more.
    pub(crate) fn set_delegated(&mut self, left: u64, cleared: Cleared) {
        self.delegated_amount = left;
        if left == 0 {
            self.delegate = Delegate::Cleared(cleared);
        }
    }

    /// Whether the owner is one that has no key.
    pub(crate) fn is_anybodys_to_burn(&self) -> bool {
        self.rest.base.is_owned_by_system_program_or_incinerator()
    }

    pub(super) fn save_into(&self, saved: &mut Spendable) {
        saved.amount = self.amount;
        saved.delegated_amount = self.delegated_amount;
        saved.withheld = self.withheld;
        saved.delegate = self.delegate;
    }

    pub(super) fn restore(&mut self, saved: &Spendable) {
        self.amount = saved.amount;
        self.delegated_amount = saved.delegated_amount;
        self.withheld = saved.withheld;
        self.delegate = saved.delegate;
    }
}

fn unpack(owner: &Pubkey, data: &[u8]) -> Option<(TokenProgram, PodAccount, Option<u64>)> {
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
    let withheld = withheld.map(|fee| fee.withheld_amount.into());
    Some((program, *state.base, withheld))
}

/// A mint, initialized.
#[derive(Clone, Debug)]
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
