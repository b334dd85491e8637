//! Calls to the token programs.
//!
//! One set of builders serves SPL Token and Token-2022: the instructions used here have the same
//! encoding in both. The `pinocchio-token` builders would refuse our accounts, since they want the
//! signing account unborrowed, and the account that signs for its vaults is loaded as
//! [`Loaded`](crate::Loaded) while it does.

use anchor_lang::prelude::*;
use pinocchio::instruction::InstructionAccount;

pub use crate::cpi::Authority;
use crate::{
    OnchainError,
    cpi::{call, invoke},
};

/// Where a token account stores its amount.
const AMOUNT_OFFSET: usize = 64;

/// SPL Token.
pub const TOKEN_PROGRAM: Address =
    anchor_lang::address!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// Token-2022.
pub const TOKEN_2022_PROGRAM: Address =
    anchor_lang::address!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

/// One mint's accounts in an instruction.
#[derive(Clone, Copy)]
pub struct TokenOf<'a> {
    /// The mint.
    pub mint: &'a AccountView,
    /// Its token program; verified by the caller.
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
) {
    if amount == 0 {
        return;
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
}

/// One transfer of an [`exchange`].
#[derive(Clone, Copy)]
pub struct Leg<'a> {
    /// Pays.
    pub from: &'a AccountView,
    /// Is paid.
    pub to: &'a AccountView,
    /// How much.
    pub amount: u64,
}

/// Both transfers of a trade between SPL Token mints in one call: the wallet pays, `authority`
/// pays.
///
/// A `Batch` of two `Transfer`s costs one call instead of two. `Transfer` checks that both accounts
/// are of one mint; that the vaults are of the right mints is for the caller to know.
#[inline(always)]
pub fn exchange(
    program: &AccountView,
    in_leg: Leg<'_>,
    out_leg: Leg<'_>,
    wallet: &AccountView,
    authority: Authority<'_>,
) {
    const BATCH: u8 = 255;
    const TRANSFER: u8 = 3;
    // Of each transfer: how many accounts, how many bytes, then the bytes.
    let mut data = [0u8; 1 + 2 * (2 + 9)];
    data[0] = BATCH;
    data[1..4].copy_from_slice(&[3, 9, TRANSFER]);
    data[4..12].copy_from_slice(&in_leg.amount.to_le_bytes());
    data[12..15].copy_from_slice(&[3, 9, TRANSFER]);
    data[15..23].copy_from_slice(&out_leg.amount.to_le_bytes());
    let signer = authority.view();
    let metas = [
        InstructionAccount::writable(in_leg.from.address()),
        InstructionAccount::writable(in_leg.to.address()),
        InstructionAccount::readonly_signer(wallet.address()),
        InstructionAccount::writable(out_leg.from.address()),
        InstructionAccount::writable(out_leg.to.address()),
        InstructionAccount::readonly_signer(signer.address()),
    ];
    let accounts = [
        in_leg.from,
        in_leg.to,
        wallet,
        out_leg.from,
        out_leg.to,
        signer,
    ];
    call(program.address(), &metas, &accounts, &data, authority);
}

/// Moves tokens into a vault and tells by how much the vault's balance grew: what was sent, less
/// the fee that Token-2022 took.
///
/// # Errors
/// [`OnchainError::TransferMismatch`] if the vault's balance fell.
pub fn transfer_in(
    token: TokenOf<'_>,
    from: &AccountView,
    vault: &AccountView,
    wallet: &AccountView,
    sent: u64,
) -> core::result::Result<u64, OnchainError> {
    let authority = Authority::Wallet(wallet);
    if sent == 0 || *token.program.address() == TOKEN_PROGRAM {
        // SPL Token moves what it is told to.
        transfer(token, from, vault, authority, sent);
        return Ok(sent);
    }
    let before = balance(vault)?;
    transfer(token, from, vault, authority, sent);
    balance(vault)?
        .checked_sub(before)
        .ok_or(OnchainError::TransferMismatch)
}

/// Mints `amount` to a token account. `authority` may mint.
pub fn mint_to(
    program: &AccountView,
    mint: &AccountView,
    to: &AccountView,
    authority: Authority<'_>,
    amount: u64,
) {
    let mut data = [0u8; 9];
    data[0] = 7;
    data[1..9].copy_from_slice(&amount.to_le_bytes());
    let signer = authority.view();
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
        authority,
    );
}

/// Burns tokens from `from`, which `wallet` owns.
pub fn burn(
    program: &AccountView,
    mint: &AccountView,
    from: &AccountView,
    wallet: &AccountView,
    amount: u64,
) {
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
}

/// Makes a token account of `mint` owned by `owner` out of an allocated account
/// (`InitializeAccount3`).
pub fn initialize_account(
    program: &AccountView,
    account: &AccountView,
    mint: &AccountView,
    owner: &Address,
) {
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
}

/// Makes a mint without freeze authority out of an allocated account (`InitializeMint2`).
pub fn initialize_mint(
    program: &AccountView,
    mint: &AccountView,
    decimals: u8,
    authority: &Address,
) {
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
}

/// The balance of a token account.
///
/// # Errors
/// [`OnchainError::InvalidTokenAccount`] if the bytes are too few, or borrowed.
pub fn balance(account: &AccountView) -> core::result::Result<u64, OnchainError> {
    let data = account
        .try_borrow()
        .map_err(|_| OnchainError::InvalidTokenAccount)?;
    let bytes = data
        .get(AMOUNT_OFFSET..AMOUNT_OFFSET + 8)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(OnchainError::InvalidTokenAccount)?;
    Ok(u64::from_le_bytes(bytes))
}
