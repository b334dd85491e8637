//! `Loaded<T>`: Anchor's `Account<T>` at a smaller price in bytecode.

use core::{
    mem::ManuallyDrop,
    ops::{Deref, DerefMut},
};

use anchor_lang::{IdlAccountType, prelude::*};
use bytemuck::{Pod, Zeroable};

/// An account of this program: checked owner, discriminator and length, read and written in place.
///
/// The same as `Account<T>`, which it wraps. Anchor inlines that type's checks and its release into
/// every instruction; here they stand once for each `T`, which makes the program a fifth smaller.
pub struct Loaded<T: Pod + Zeroable + SlabSchema>(ManuallyDrop<Account<T>>);

impl<T: Pod + Zeroable + SlabSchema> Loaded<T> {
    /// The account's address.
    #[inline(always)]
    pub fn address(&self) -> &Address {
        self.0.address()
    }
}

impl<T: Pod + Zeroable + SlabSchema> AnchorAccount for Loaded<T> {
    type Data = T;
    const MIN_DATA_LEN: usize = <Account<T> as AnchorAccount>::MIN_DATA_LEN;
    const RELAX_READONLY_CPI_BORROW_FROM_MUT: bool = true;

    #[inline(never)]
    fn load(view: AccountView) -> Result<Self> {
        Account::load(view).map(|account| Self(ManuallyDrop::new(account)))
    }

    #[inline(never)]
    unsafe fn load_mut(view: AccountView) -> Result<Self> {
        // SAFETY: the caller's promise, that nothing else borrows the account, is passed on.
        unsafe { Account::load_mut(view) }.map(|account| Self(ManuallyDrop::new(account)))
    }

    #[inline(always)]
    fn account(&self) -> &AccountView {
        self.0.account()
    }
}

impl<T: Pod + Zeroable + SlabSchema> Drop for Loaded<T> {
    #[inline(never)]
    fn drop(&mut self) {
        // SAFETY: this is the only place that drops the field, and it runs once.
        unsafe { ManuallyDrop::drop(&mut self.0) }
    }
}

impl<T: Pod + Zeroable + SlabSchema> Deref for Loaded<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Pod + Zeroable + SlabSchema> DerefMut for Loaded<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

#[doc(hidden)]
impl<T: Pod + Zeroable + SlabSchema + IdlAccountType> IdlAccountType for Loaded<T> {
    const __IDL_ACCOUNT_ENTRY: Option<&'static str> = T::__IDL_ACCOUNT_ENTRY;
    const __IDL_TYPE_DEF: Option<&'static str> = T::__IDL_TYPE_DEF;

    fn __idl_account_entry() -> Option<&'static str> {
        T::__idl_account_entry()
    }

    fn __idl_type_def() -> Option<&'static str> {
        T::__idl_type_def()
    }

    fn __register_idl_deps(accounts: &mut Vec<&'static str>, types: &mut Vec<&'static str>) {
        T::__register_idl_deps(accounts, types);
    }
}
