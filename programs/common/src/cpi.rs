//! Calls to other programs.

use core::{mem::MaybeUninit, slice};

use anchor_lang::prelude::*;
pub use pinocchio::cpi::Seed;
use pinocchio::{
    cpi::{CpiAccount, Signer as PdaSigner, invoke_signed_unchecked},
    instruction::{InstructionAccount, InstructionView},
};

/// Who signs a call.
#[derive(Clone, Copy)]
pub enum Authority<'a> {
    /// Signers of the transaction.
    Wallet(&'a AccountView),
    /// An account at a derived address, by the seeds of that address, its bump the last.
    Derived(&'a AccountView, &'a [Seed<'a>]),
}

impl<'a> Authority<'a> {
    pub(crate) fn view(&self) -> &'a AccountView {
        match self {
            Self::Wallet(view) | Self::Derived(view, _) => view,
        }
    }
}

/// Calls a program as somebody else has written it down, with as many accounts as that takes; the
/// address that `seeds` derive may sign. A failing call ends the transaction.
///
/// # Safety
/// No reference to the data of an account that is writable in `metas` may be alive.
#[inline(never)]
pub unsafe fn forward(
    program: &Address,
    metas: &[InstructionAccount],
    accounts: &[AccountView],
    data: &[u8],
    seeds: &[Seed<'_>],
) {
    let infos: Vec<CpiAccount> = accounts.iter().map(CpiAccount::from).collect();
    let instruction = InstructionView {
        program_id: program,
        accounts: metas,
        data,
    };
    // SAFETY: the caller's promise is passed on.
    unsafe { invoke_signed_unchecked(&instruction, &infos, &[PdaSigner::from(seeds)]) }
}

/// [`call`], once for all instructions that are not on the hot path.
#[inline(never)]
pub(crate) fn invoke(
    program: &Address,
    metas: &[InstructionAccount],
    accounts: &[&AccountView],
    data: &[u8],
    authority: Authority<'_>,
) {
    call(program, metas, accounts, data, authority);
}

/// Calls `program`. A failing call ends the transaction, so there is nothing to return.
#[inline(always)]
pub(crate) fn call(
    program: &Address,
    metas: &[InstructionAccount],
    accounts: &[&AccountView],
    data: &[u8],
    authority: Authority<'_>,
) {
    /// The most accounts of a call made here.
    const MAX_ACCOUNTS: usize = 6;
    let mut infos = [const { MaybeUninit::<CpiAccount>::uninit() }; MAX_ACCOUNTS];
    for (info, account) in infos.iter_mut().zip(accounts) {
        CpiAccount::init_from_account_view(account, info);
    }
    assert!(accounts.len() <= MAX_ACCOUNTS);
    let instruction = InstructionView {
        program_id: program,
        accounts: metas,
        data,
    };
    // SAFETY: the loop above has initialized as many elements as there are accounts.
    let infos = unsafe { slice::from_raw_parts(infos.as_ptr().cast(), accounts.len()) };
    match authority {
        // SAFETY: the call needs that no account whose data it writes is borrowed while it runs.
        // The token programs write token accounts and mints, which the programs never borrow across
        // a call (`token::balance` drops its borrow before it returns), and the system program
        // writes the data of new accounts only. A program's own account, borrowed by `Loaded`,
        // appears as read-only signer or pays no more than lamports, and the callee cannot change
        // the data of accounts that it does not own.
        Authority::Wallet(_) => unsafe { invoke_signed_unchecked(&instruction, infos, &[]) },
        Authority::Derived(_, seeds) => {
            let signer = PdaSigner::from(seeds);
            // SAFETY: as above.
            unsafe { invoke_signed_unchecked(&instruction, infos, &[signer]) }
        }
    }
}
