//! Making accounts at derived addresses, and making them longer.

use core::array;

use anchor_lang::{cpi::rent_exempt_lamports, prelude::*};
use pinocchio::{Resize, cpi::Seed, instruction::InstructionAccount};

use crate::{
    Loaded, OnchainError,
    cpi::{Authority, invoke},
};

/// The most seeds of an address, its bump not counted.
const MAX_SEEDS: usize = 5;

/// The system program.
const SYSTEM_PROGRAM: Address = Address::new_from_array([0; 32]);

/// Allocates `account` at the address that `program` derives from `seeds` and returns the bump.
/// Not by way of Anchor's `init`, whose code would stand once for each account that is made.
///
/// # Errors
/// [`OnchainError::WrongAddress`] if the address is another one. If the account exists, the system
/// program ends the transaction.
///
/// # Panics
/// With more than five seeds.
#[inline(never)]
pub fn create(
    program: &Address,
    payer: &AccountView,
    account: &AccountView,
    seeds: &[&[u8]],
    len: usize,
    owner: &Address,
) -> core::result::Result<u8, OnchainError> {
    let (address, bump) = find_program_address(seeds, program);
    if *account.address() != address {
        return Err(OnchainError::WrongAddress);
    }
    let bump = [bump];
    let mut signer: [Seed<'_>; MAX_SEEDS + 1] = array::from_fn(|_| Seed::from(&[]));
    for (signer, seed) in signer.iter_mut().zip(seeds) {
        *signer = Seed::from(*seed);
    }
    signer[seeds.len()] = Seed::from(&bump);
    let authority = Authority::Derived(account, &signer[..=seeds.len()]);
    let lamports = rent(len)?;
    if account.lamports() == 0 {
        create_account(payer, account, lamports, len, owner, authority);
    } else {
        // Somebody sent lamports to the address: the system program then refuses to create it.
        pay(payer, account, lamports.saturating_sub(account.lamports()));
        let mut data = [0u8; 12];
        data[0] = 8;
        data[4..].copy_from_slice(&(len as u64).to_le_bytes());
        sign(account, &data, authority);
        let mut data = [0u8; 36];
        data[0] = 1;
        data[4..].copy_from_slice(owner.as_ref());
        sign(account, &data, authority);
    }
    Ok(bump[0])
}

/// `CreateAccount` of the system program.
fn create_account(
    payer: &AccountView,
    account: &AccountView,
    lamports: u64,
    len: usize,
    owner: &Address,
    authority: Authority<'_>,
) {
    let mut data = [0u8; 52];
    data[4..12].copy_from_slice(&lamports.to_le_bytes());
    data[12..20].copy_from_slice(&(len as u64).to_le_bytes());
    data[20..].copy_from_slice(owner.as_ref());
    let metas = [
        InstructionAccount::writable_signer(payer.address()),
        InstructionAccount::writable_signer(account.address()),
    ];
    invoke(&SYSTEM_PROGRAM, &metas, &[payer, account], &data, authority);
}

/// `Allocate` and `Assign` of the system program: one account, which signs.
fn sign(account: &AccountView, data: &[u8], authority: Authority<'_>) {
    let metas = [InstructionAccount::writable_signer(account.address())];
    invoke(&SYSTEM_PROGRAM, &metas, &[account], data, authority);
}

/// Pays lamports from a signer of the transaction (`Transfer`). Zero pays nothing.
#[inline(never)]
pub fn pay(payer: &AccountView, to: &AccountView, lamports: u64) {
    if lamports == 0 {
        return;
    }
    let mut data = [0u8; 12];
    data[0] = 2;
    data[4..].copy_from_slice(&lamports.to_le_bytes());
    let metas = [
        InstructionAccount::writable_signer(payer.address()),
        InstructionAccount::writable(to.address()),
    ];
    invoke(
        &SYSTEM_PROGRAM,
        &metas,
        &[payer, to],
        &data,
        Authority::Wallet(payer),
    );
}

/// Lamports that make an account of a length exempt from rent.
fn rent(len: usize) -> core::result::Result<u64, OnchainError> {
    rent_exempt_lamports(len).map_err(|_| OnchainError::CannotCreate)
}

/// Makes an account of the program longer, by zeros, and tops up its rent.
///
/// # Errors
/// [`OnchainError::CannotCreate`] if that is more than an account can grow by in an instruction.
///
/// # Safety
/// No reference to the account's bytes may be alive.
#[inline(never)]
pub unsafe fn grow(
    payer: &AccountView,
    account: &mut AccountView,
    len: usize,
) -> core::result::Result<(), OnchainError> {
    let lamports = rent(len)?;
    pay(payer, account, lamports.saturating_sub(account.lamports()));
    // SAFETY: the caller's promise is passed on.
    unsafe { account.resize_unchecked(len) }.map_err(|_| OnchainError::CannotCreate)
}

/// Allocates one of the program's own accounts, all zero but for its discriminator.
///
/// # Errors
/// As [`create`].
pub fn create_loaded<T>(
    payer: &AccountView,
    account: &AccountView,
    seeds: &[&[u8]],
) -> core::result::Result<(Loaded<T>, u8), OnchainError>
where
    T: bytemuck::Pod + Owner + Discriminator,
{
    create_loaded_with_tail(payer, account, seeds, 0)
}

/// The same with so many bytes behind the account's fields.
///
/// # Errors
/// As [`create`].
pub fn create_loaded_with_tail<T>(
    payer: &AccountView,
    account: &AccountView,
    seeds: &[&[u8]],
    tail: usize,
) -> core::result::Result<(Loaded<T>, u8), OnchainError>
where
    T: bytemuck::Pod + Owner + Discriminator,
{
    let len = T::DISCRIMINATOR.len() + size_of::<T>() + tail;
    let bump = create(&T::OWNER, payer, account, seeds, len, &T::OWNER)?;
    let mut view = *account;
    write_discriminator::<T>(&mut view)?;
    // SAFETY: the borrow above has ended, and until just now the account did not exist: no other
    // field of the instruction's accounts can have borrowed it.
    let loaded = unsafe { Loaded::load_mut(view) }.map_err(|_| OnchainError::CannotCreate)?;
    Ok((loaded, bump))
}

/// Begins a new account with its type's discriminator.
///
/// # Errors
/// [`OnchainError::CannotCreate`] if it is borrowed or too short.
pub fn write_discriminator<T: Discriminator>(
    account: &mut AccountView,
) -> core::result::Result<(), OnchainError> {
    let mut data = account
        .try_borrow_mut()
        .map_err(|_| OnchainError::CannotCreate)?;
    data.get_mut(..T::DISCRIMINATOR.len())
        .ok_or(OnchainError::CannotCreate)?
        .copy_from_slice(T::DISCRIMINATOR);
    Ok(())
}
