//! What the token programs do: transfers, minting, burning. Checks come in their order.
//!
//! SPL Token is the one of today's validators (p-token); both are held to their bytecode by the
//! test that compares this module with it.

use anchor_lang::prelude::ProgramError;
use solana_instruction::error::InstructionError;
use spl_token_2022_interface::error::TokenError;

use super::{
    compute,
    error::{Fault, Unsupported, require},
    frame::{Frame, Ledger, Sink},
    state::{Cleared, MintAccount, Slot, TokenAccount, TokenProgram},
};

/// A transfer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transfer {
    pub(crate) program: TokenProgram,
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Who spends: the owner or a delegate.
    pub(crate) authority: usize,
    pub(crate) amount: u64,
    /// Whether the authority has signed.
    pub(crate) signed: bool,
    /// Whether the two accounts may be written.
    pub(crate) writable: (bool, bool),
    /// Of `TransferChecked`: where the mint is, and its decimals.
    pub(crate) mint: Option<(usize, u8)>,
}

/// Moves tokens.
#[inline]
pub(crate) fn transfer<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    transfer: &Transfer,
) -> Result<(), Fault> {
    match transfer.program {
        TokenProgram::Spl => transfer_spl(frame, transfer),
        TokenProgram::Token2022 => transfer_2022(frame, transfer),
    }
}

#[inline]
fn transfer_spl<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    transfer: &Transfer,
) -> Result<(), Fault> {
    let amount = transfer.amount;
    let source = spl_token(frame, transfer.from)?;
    let target = spl_token(frame, transfer.to)?;
    require(
        !source.is_frozen && !target.is_frozen,
        TokenError::AccountFrozen,
    )?;
    require(source.amount() >= amount, TokenError::InsufficientFunds)?;
    require(source.mint == target.mint, TokenError::MintMismatch)?;
    if let Some((mint, decimals)) = transfer.mint {
        require(frame.id(mint) == source.mint, TokenError::MintMismatch)?;
        require(
            spl_mint(frame, mint)?.base.decimals == decimals,
            TokenError::MintDecimalsMismatch,
        )?;
    }
    let spent = spending(frame, source, transfer.authority, transfer.signed, amount)?;
    let is_spl = source.program == TokenProgram::Spl && target.program == TokenProgram::Spl;
    let is_self = frame.id(transfer.from) == frame.id(transfer.to);
    if is_self || amount == 0 {
        require(is_spl, ProgramError::IncorrectProgramId)?;
        return if is_self {
            Ok(())
        } else {
            spend_nothing(frame, transfer, spent, Cleared::Marked)
        };
    }
    require(is_spl, InstructionError::ExternalAccountDataModified)?;
    require_writable(transfer)?;
    if source.is_native {
        return Err(Unsupported::TokenOwner.into());
    }
    spend(frame, transfer.from, spent, Cleared::Marked)?;
    debit(frame.token_mut(transfer.from)?, amount);
    credit(frame.token_mut(transfer.to)?, amount)
}

fn transfer_2022<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    transfer: &Transfer,
) -> Result<(), Fault> {
    let amount = transfer.amount;
    require_owned(frame, transfer.from, TokenProgram::Token2022)?;
    require_owned(frame, transfer.to, TokenProgram::Token2022)?;
    let source = token_2022(frame, transfer.from)?;
    require(!source.is_frozen, TokenError::AccountFrozen)?;
    require(source.amount() >= amount, TokenError::InsufficientFunds)?;
    let fee = match transfer.mint {
        Some((mint, decimals)) => {
            require_owned(frame, mint, TokenProgram::Token2022)?;
            require(frame.id(mint) == source.mint, TokenError::MintMismatch)?;
            let mint = frame.mint(mint)?;
            require(
                mint.base.decimals == decimals,
                TokenError::MintDecimalsMismatch,
            )?;
            if !mint.is_plain {
                return Err(Unsupported::TokenExtension.into());
            }
            mint.transfer_fee.fee_on(amount)
        }
        None => {
            let has_record = source.withheld.is_some();
            require(!has_record, TokenError::MintRequiredForTransfer)?;
            0
        }
    };
    let spent = spending(frame, source, transfer.authority, transfer.signed, amount)?;
    if frame.id(transfer.from) == frame.id(transfer.to) {
        return Ok(());
    }
    let target = token_2022(frame, transfer.to)?;
    require(!target.is_frozen, TokenError::AccountFrozen)?;
    require(source.mint == target.mint, TokenError::MintMismatch)?;
    if source.is_native {
        return Err(Unsupported::TokenOwner.into());
    }
    if amount == 0 {
        return spend_nothing(frame, transfer, spent, Cleared::Zeroed);
    }
    require_writable(transfer)?;
    spend(frame, transfer.from, spent, Cleared::Zeroed)?;
    debit(frame.token_mut(transfer.from)?, amount);
    let target = frame.token_mut(transfer.to)?;
    credit(target, amount - fee)?;
    if fee > 0 {
        let withheld = target.withheld.ok_or(TokenError::InvalidState)?;
        target.withheld = Some(withheld.checked_add(fee).ok_or(TokenError::Overflow)?);
    }
    Ok(())
}

/// Fails unless the program owns the account.
#[inline(always)]
fn require_owned<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    at: usize,
    program: TokenProgram,
) -> Result<(), Fault> {
    let is_owned = match frame.slot(at) {
        Slot::Token(token) => token.program == program,
        Slot::Mint(mint) => mint.program == program,
        Slot::Unknown => return Err(Fault::Unknown(*frame.address(at))),
        slot => slot.owner() == program.id(),
    };
    require(is_owned, ProgramError::IncorrectProgramId)
}

/// A token account as SPL Token reads it: by its length alone.
#[inline(always)]
fn spl_token<'a, L: Ledger, S: Sink>(
    frame: &'a Frame<'_, L, S>,
    at: usize,
) -> Result<&'a TokenAccount, Fault> {
    let token = frame.token(at)?;
    require(token.has_no_extensions, ProgramError::InvalidAccountData)?;
    Ok(token)
}

/// A token account as Token-2022 reads it: of another kind of account it says whether it is long
/// enough.
fn token_2022<'a, L: Ledger, S: Sink>(
    frame: &'a Frame<'_, L, S>,
    at: usize,
) -> Result<&'a TokenAccount, Fault> {
    if let Slot::Mint(mint) = frame.slot(at) {
        require(mint.has_no_extensions(), ProgramError::UninitializedAccount)?;
    }
    frame.token(at)
}

/// A mint as SPL Token reads it, likewise.
fn spl_mint<'a, L: Ledger, S: Sink>(
    frame: &'a Frame<'_, L, S>,
    at: usize,
) -> Result<&'a MintAccount, Fault> {
    let mint = frame.mint(at)?;
    require(mint.has_no_extensions(), ProgramError::InvalidAccountData)?;
    Ok(mint)
}

/// What a delegate has left after it has spent, if it is one.
type Spent = Option<u64>;

/// Whether the authority may spend so much of an account.
#[inline(always)]
fn spending<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    source: &TokenAccount,
    authority: usize,
    signed: bool,
    amount: u64,
) -> Result<Spent, Fault> {
    if let Some((delegate, delegated)) = source.delegate()
        && delegate == *frame.address(authority)
    {
        require(signed, ProgramError::MissingRequiredSignature)?;
        let left = delegated.checked_sub(amount);
        return Ok(Some(left.ok_or(TokenError::InsufficientFunds)?));
    }
    require(
        source.owner == frame.id(authority),
        TokenError::OwnerMismatch,
    )?;
    require(signed, ProgramError::MissingRequiredSignature)?;
    Ok(None)
}

fn spend<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    from: usize,
    spent: Spent,
    cleared: Cleared,
) -> Result<(), Fault> {
    if let Some(left) = spent {
        frame.token_mut(from)?.set_delegated(left, cleared);
    }
    Ok(())
}

/// What a transfer of nothing changes: it forgets a delegate that may spend nothing.
fn spend_nothing<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    transfer: &Transfer,
    spent: Spent,
    cleared: Cleared,
) -> Result<(), Fault> {
    if spent != Some(0) {
        return Ok(());
    }
    require(transfer.writable.0, InstructionError::ReadonlyDataModified)?;
    spend(frame, transfer.from, spent, cleared)
}

/// The runtime sees what was changed that may not be.
fn require_writable(transfer: &Transfer) -> Result<(), Fault> {
    let (from, to) = transfer.writable;
    require(from && to, InstructionError::ReadonlyDataModified)
}

/// There is as much: it was checked.
#[inline(always)]
fn debit(source: &mut TokenAccount, amount: u64) {
    source.set_amount(source.amount() - amount);
}

#[inline(always)]
fn credit(target: &mut TokenAccount, amount: u64) -> Result<(), Fault> {
    let sum = target.amount().checked_add(amount);
    target.set_amount(sum.ok_or(TokenError::Overflow)?);
    Ok(())
}

/// Both transfers of a trade between SPL Token mints, as a `Batch` makes them.
#[inline]
pub(crate) fn exchange<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    legs: [Transfer; 2],
) -> Result<(), Fault> {
    for leg in &legs {
        // A batch checks owners itself: the runtime would only at its end.
        require_owned(frame, leg.from, TokenProgram::Spl)?;
        require_owned(frame, leg.to, TokenProgram::Spl)?;
        transfer_spl(frame, leg)?;
    }
    Ok(())
}

/// Mints to a token account of SPL Token. `authority` signs.
pub(crate) fn mint_to<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    (mint_at, to): (usize, usize),
    authority: usize,
    amount: u64,
) -> Result<(), Fault> {
    let target = spl_token(frame, to)?;
    require(!target.is_frozen, TokenError::AccountFrozen)?;
    require(!target.is_native, TokenError::NativeNotSupported)?;
    require(frame.id(mint_at) == target.mint, TokenError::MintMismatch)?;
    let mint = spl_mint(frame, mint_at)?;
    let minter = mint.base.mint_authority.ok_or(TokenError::FixedSupply)?;
    require(
        minter == *frame.address(authority),
        TokenError::OwnerMismatch,
    )?;
    let supply = u64::from(mint.base.supply).checked_add(amount);
    let supply = supply.ok_or(TokenError::Overflow)?;
    require(
        mint.program == TokenProgram::Spl && target.program == TokenProgram::Spl,
        InstructionError::ExternalAccountDataModified,
    )?;
    frame.mint_mut(mint_at)?.set_supply(supply);
    credit(frame.token_mut(to)?, amount)
}

/// Burns tokens of SPL Token, of an account that the authority, which signs, may spend from.
pub(crate) fn burn<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    (mint_at, from): (usize, usize),
    authority: usize,
    amount: u64,
) -> Result<(), Fault> {
    let source = spl_token(frame, from)?;
    let mint = spl_mint(frame, mint_at)?;
    require(!source.is_frozen, TokenError::AccountFrozen)?;
    require(!source.is_native, TokenError::NativeNotSupported)?;
    require(source.amount() >= amount, TokenError::InsufficientFunds)?;
    require(frame.id(mint_at) == source.mint, TokenError::MintMismatch)?;
    let spent = if source.is_anybodys_to_burn() {
        None
    } else {
        spending(frame, source, authority, true, amount)?
    };
    require(
        mint.program == TokenProgram::Spl && source.program == TokenProgram::Spl,
        InstructionError::ExternalAccountDataModified,
    )?;
    let supply = u64::from(mint.base.supply).checked_sub(amount);
    let supply = supply.ok_or(TokenError::Overflow)?;
    spend(frame, from, spent, Cleared::Marked)?;
    debit(frame.token_mut(from)?, amount);
    frame.mint_mut(mint_at)?.set_supply(supply);
    Ok(())
}

/// A transfer that is an instruction of its own: source, (mint,) target, authority, no others.
pub(crate) fn handle<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    program: TokenProgram,
    amount: u64,
    decimals: Option<u8>,
) -> Result<(), Fault> {
    frame.charge(compute::transfer(program, decimals.is_some()));
    let count = 3 + usize::from(decimals.is_some());
    require(
        frame.metas.len() >= count,
        ProgramError::NotEnoughAccountKeys,
    )?;
    let authority = count - 1;
    if frame.metas.len() > count || frame.is_multisig(authority) {
        return Err(Unsupported::TokenOwner.into());
    }
    let (to, mint) = match decimals {
        Some(decimals) => (2, Some((1, decimals))),
        None => (1, None),
    };
    let leg = Transfer {
        program,
        from: 0,
        to,
        authority,
        amount,
        signed: frame.metas[authority].is_signer,
        writable: (frame.metas[0].is_writable, frame.metas[to].is_writable),
        mint,
    };
    transfer(frame, &leg)
}
