//! Calls to the token programs.
//!
//! One set of builders serves SPL Token and Token-2022: the instructions used here have the same
//! encoding in both. The `pinocchio-token` builders would refuse our accounts, since they want the
//! signing account unborrowed, and the shard that signs for its vaults is loaded as
//! `Loaded<Shard>` while it does.

use core::{mem::MaybeUninit, slice};

use anchor_lang::prelude::*;
use pinocchio::{
    cpi::{CpiAccount, Seed, Signer as PdaSigner, invoke_signed_unchecked},
    instruction::{InstructionAccount, InstructionView},
};

use crate::{
    errors::AmmError,
    loaded::Loaded,
    state::{SHARD_SEED, Shard},
};

/// Where a token account stores its amount.
const AMOUNT_OFFSET: usize = 64;

/// SPL Token.
pub const TOKEN_PROGRAM: Address =
    anchor_lang::address!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// Token-2022.
pub const TOKEN_2022_PROGRAM: Address =
    anchor_lang::address!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

/// Who signs a call to a token program.
#[derive(Clone, Copy)]
pub enum Authority<'a> {
    /// A signer of the transaction.
    Wallet(&'a AccountView),
    /// The shard, by its seeds.
    Shard(&'a Loaded<Shard>),
}

/// One mint's accounts in an instruction.
#[derive(Clone, Copy)]
pub struct TokenOf<'a> {
    /// The mint.
    pub mint: &'a AccountView,
    /// Its token program; verified against the pool by the caller.
    pub program: &'a AccountView,
    /// Its decimals.
    pub decimals: u8,
}

/// Moves `amount` from one token account to another (`TransferChecked`). The receiver gets what
/// Token-2022 leaves of it after the mint's transfer fee. Zero moves nothing.
pub fn transfer(
    token: TokenOf<'_>,
    from: &AccountView,
    to: &AccountView,
    authority: Authority<'_>,
    amount: u64,
) -> Result<()> {
    if amount == 0 {
        return Ok(());
    }
    let mut data = [0u8; 10];
    data[0] = 12;
    data[1..9].copy_from_slice(&amount.to_le_bytes());
    data[9] = token.decimals;
    let signer = authority.view();
    let metas = [
        InstructionAccount::writable(from.address()),
        InstructionAccount::readonly(token.mint.address()),
        InstructionAccount::writable(to.address()),
        InstructionAccount::readonly_signer(signer.address()),
    ];
    invoke(
        token.program.address(),
        &metas,
        &[from, token.mint, to, signer],
        &data,
        authority,
    );
    Ok(())
}

/// Both transfers of a swap between SPL Token mints in one call: the trader pays, the shard pays.
///
/// A `Batch` of two `Transfer`s costs one call instead of two, a third of what a swap costs in
/// all. `Transfer` checks that both accounts are of one mint, and the vaults' mints are known.
pub fn exchange(
    program: &AccountView,
    (trader_in, vault_in, sent): (&AccountView, &AccountView, u64),
    (vault_out, trader_out, paid): (&AccountView, &AccountView, u64),
    trader: &AccountView,
    shard: &Loaded<Shard>,
) {
    const BATCH: u8 = 255;
    const TRANSFER: u8 = 3;
    // Of each transfer: how many accounts, how many bytes, then the bytes.
    let mut data = [0u8; 1 + 2 * (2 + 9)];
    data[0] = BATCH;
    data[1..4].copy_from_slice(&[3, 9, TRANSFER]);
    data[4..12].copy_from_slice(&sent.to_le_bytes());
    data[12..15].copy_from_slice(&[3, 9, TRANSFER]);
    data[15..23].copy_from_slice(&paid.to_le_bytes());
    let signer = shard.account();
    let metas = [
        InstructionAccount::writable(trader_in.address()),
        InstructionAccount::writable(vault_in.address()),
        InstructionAccount::readonly_signer(trader.address()),
        InstructionAccount::writable(vault_out.address()),
        InstructionAccount::writable(trader_out.address()),
        InstructionAccount::readonly_signer(signer.address()),
    ];
    let accounts = [trader_in, vault_in, trader, vault_out, trader_out, signer];
    call(
        program.address(),
        &metas,
        &accounts,
        &data,
        Authority::Shard(shard),
    );
}

/// Moves tokens into a vault and fails unless the vault's balance grew by at least `received`.
///
/// SPL Token moves what it is told to; for Token-2022 this checks that the transfer fee was
/// computed as the token program computes it. What arrives beyond, by a capped or rounded fee,
/// stays in the vault and belongs to nobody.
pub fn transfer_in(
    token: TokenOf<'_>,
    from: &AccountView,
    vault: &AccountView,
    wallet: &AccountView,
    sent: u64,
    received: u64,
) -> Result<()> {
    if *token.program.address() == TOKEN_PROGRAM {
        return transfer(token, from, vault, Authority::Wallet(wallet), sent);
    }
    let before = balance(vault)?;
    transfer(token, from, vault, Authority::Wallet(wallet), sent)?;
    let grown = balance(vault)?
        .checked_sub(before)
        .ok_or(AmmError::TransferMismatch)?;
    require!(grown >= received, AmmError::TransferMismatch);
    Ok(())
}

/// Mints liquidity shares to `to`.
pub fn mint_to(
    program: &AccountView,
    mint: &AccountView,
    to: &AccountView,
    shard: &Loaded<Shard>,
    amount: u64,
) -> Result<()> {
    let mut data = [0u8; 9];
    data[0] = 7;
    data[1..9].copy_from_slice(&amount.to_le_bytes());
    let signer = shard.account();
    let metas = [
        InstructionAccount::writable(mint.address()),
        InstructionAccount::writable(to.address()),
        InstructionAccount::readonly_signer(signer.address()),
    ];
    invoke(
        program.address(),
        &metas,
        &[mint, to, signer],
        &data,
        Authority::Shard(shard),
    );
    Ok(())
}

/// Burns liquidity shares from `from`, which `wallet` owns.
pub fn burn(
    program: &AccountView,
    mint: &AccountView,
    from: &AccountView,
    wallet: &AccountView,
    amount: u64,
) -> Result<()> {
    let mut data = [0u8; 9];
    data[0] = 8;
    data[1..9].copy_from_slice(&amount.to_le_bytes());
    let metas = [
        InstructionAccount::writable(from.address()),
        InstructionAccount::writable(mint.address()),
        InstructionAccount::readonly_signer(wallet.address()),
    ];
    invoke(
        program.address(),
        &metas,
        &[from, mint, wallet],
        &data,
        Authority::Wallet(wallet),
    );
    Ok(())
}

/// Makes a token account of `mint` owned by `owner` out of an allocated account
/// (`InitializeAccount3`).
pub fn initialize_account(
    program: &AccountView,
    account: &AccountView,
    mint: &AccountView,
    owner: &Address,
) -> Result<()> {
    let mut data = [0u8; 33];
    data[0] = 18;
    data[1..].copy_from_slice(owner.as_ref());
    let metas = [
        InstructionAccount::writable(account.address()),
        InstructionAccount::readonly(mint.address()),
    ];
    invoke(
        program.address(),
        &metas,
        &[account, mint],
        &data,
        Authority::Wallet(account),
    );
    Ok(())
}

/// Makes a mint without freeze authority out of an allocated account (`InitializeMint2`).
pub fn initialize_mint(
    program: &AccountView,
    mint: &AccountView,
    decimals: u8,
    authority: &Address,
) -> Result<()> {
    let mut data = [0u8; 35];
    data[0] = 20;
    data[1] = decimals;
    data[2..34].copy_from_slice(authority.as_ref());
    let metas = [InstructionAccount::writable(mint.address())];
    invoke(
        program.address(),
        &metas,
        &[mint],
        &data,
        Authority::Wallet(mint),
    );
    Ok(())
}

/// The balance of a token account.
pub fn balance(account: &AccountView) -> Result<u64> {
    let data = account.try_borrow()?;
    let bytes = data
        .get(AMOUNT_OFFSET..AMOUNT_OFFSET + 8)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(ProgramError::InvalidAccountData)?;
    Ok(u64::from_le_bytes(bytes))
}

impl<'a> Authority<'a> {
    fn view(&self) -> &'a AccountView {
        match self {
            Self::Wallet(view) => view,
            Self::Shard(shard) => shard.account(),
        }
    }
}

/// [`call`], once for all instructions that are not on the hot path.
#[inline(never)]
fn invoke(
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
fn call(
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
        // SAFETY: the call needs that no account it writes is borrowed while it runs. It writes
        // token accounts and mints only, which this program never borrows across a call
        // (`balance` drops its borrow before it returns). A shard, borrowed by `Loaded<Shard>`,
        // appears as read-only signer, and the callee cannot change accounts that it does not own.
        Authority::Wallet(_) => unsafe { invoke_signed_unchecked(&instruction, infos, &[]) },
        Authority::Shard(shard) => {
            let tail = [shard.index];
            let bump = [shard.bump];
            let seeds = [
                Seed::from(SHARD_SEED),
                Seed::from(shard.pool.as_ref()),
                Seed::from(&tail),
                Seed::from(&bump),
            ];
            let signer = PdaSigner::from(&seeds);
            // SAFETY: as above.
            unsafe { invoke_signed_unchecked(&instruction, infos, &[signer]) }
        }
    }
}
