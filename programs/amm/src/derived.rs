//! Making accounts at derived addresses.

use anchor_lang::prelude::*;

use crate::{errors::AmmError, loaded::Loaded};

/// The most seeds of an address, its bump not counted.
const MAX_SEEDS: usize = 5;

/// Allocates `account` at the address derived from `seeds` and returns the bump. Not by way of
/// Anchor's `init`, whose code would stand once for each account that is made.
///
/// # Errors
/// [`AmmError::WrongAddress`] if the address is another one; the system program's error if the
/// account exists.
#[inline(never)]
pub(crate) fn create(
    payer: &AccountView,
    account: &AccountView,
    seeds: &[&[u8]],
    len: usize,
    owner: &Address,
) -> Result<u8> {
    let (address, bump) = find_program_address(seeds, &crate::ID);
    require!(*account.address() == address, AmmError::WrongAddress);
    let bump = [bump];
    let mut signer: [&[u8]; MAX_SEEDS + 1] = [&[]; MAX_SEEDS + 1];
    signer[..seeds.len()].copy_from_slice(seeds);
    signer[seeds.len()] = &bump;
    create_account_signed(payer, account, len, owner, &signer[..=seeds.len()])?;
    Ok(bump[0])
}

/// Allocates one of the program's own accounts, all zero but for its discriminator.
pub(crate) fn create_loaded<T>(
    payer: &AccountView,
    account: &AccountView,
    seeds: &[&[u8]],
) -> Result<(Loaded<T>, u8)>
where
    T: bytemuck::Pod + Owner + Discriminator,
{
    let len = T::DISCRIMINATOR.len() + size_of::<T>();
    let bump = create(payer, account, seeds, len, &crate::ID)?;
    let mut view = *account;
    view.try_borrow_mut()?[..T::DISCRIMINATOR.len()].copy_from_slice(T::DISCRIMINATOR);
    // SAFETY: the borrow above has ended, and until just now the account did not exist: no other
    // field of the instruction's accounts can have borrowed it.
    let loaded = unsafe { Loaded::load_mut(view)? };
    Ok((loaded, bump))
}
