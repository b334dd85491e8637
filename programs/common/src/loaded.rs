//! `Loaded<T>`: Anchor's `Account<T>` at a smaller price in bytecode and in compute units.

use core::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
    slice,
};

use anchor_lang::{IdlAccountType, prelude::*};
use bytemuck::{Pod, Zeroable};

/// An account of the program: checked owner, discriminator and length, read and written in place.
///
/// As `Account<T>`, with the same checks and errors, and differently in two things. Anchor inlines
/// that type's checks into every instruction; here they stand once for each `T`. And a loaded
/// account stays marked as borrowed to the end of the instruction, so that there is nothing to be
/// released on the many ways out of it. Both make a program a quarter smaller.
pub struct Loaded<T> {
    view: AccountView,
    fields: PhantomData<T>,
}

impl<T: Pod + Zeroable + SlabSchema> Loaded<T> {
    /// The account's address.
    #[inline(always)]
    pub fn address(&self) -> &Address {
        self.view.address()
    }

    /// The bytes behind the fields, if the account is longer than those.
    #[inline(always)]
    pub fn tail(&self) -> &[u8] {
        let (start, len) = self.tail_parts();
        // SAFETY: the bytes are part of the account, behind the fields, and as the account is marked
        // as borrowed nobody writes them but through `tail_mut`, which needs this value to itself.
        unsafe { slice::from_raw_parts(start, len) }
    }

    /// The same, to be changed.
    #[inline(always)]
    pub fn tail_mut(&mut self) -> &mut [u8] {
        assert!(self.view.is_borrowed_mut(), "loaded for reading only");
        let (start, len) = self.tail_parts();
        // SAFETY: as in `tail`, and this value is borrowed for writing; its fields lie before.
        unsafe { slice::from_raw_parts_mut(start, len) }
    }

    #[inline(always)]
    fn tail_parts(&self) -> (*mut u8, usize) {
        let mut view = self.view;
        let from = T::DATA_OFFSET + size_of::<T>();
        let len = view.data_len().saturating_sub(from);
        // SAFETY: loading has checked that the account is at least as long as its fields.
        (unsafe { view.data_mut_ptr().add(from) }, len)
    }

    /// Fails unless the account is a `T` of the program.
    #[inline(always)]
    fn check(view: &AccountView) -> Result<()> {
        const { assert!(T::DATA_OFFSET.is_multiple_of(align_of::<T>()) && align_of::<T>() <= 8) };
        // SAFETY: nobody has borrowed the account for writing, as both callers have checked, and
        // the reference ends here.
        let data = unsafe { view.borrow_unchecked() };
        T::validate(view, data)
    }

    #[inline(always)]
    fn set_borrow_state(&mut self, state: u8) {
        // SAFETY: the account's head is memory of the program's input, and nobody holds a reference
        // to this byte of it.
        unsafe { (*self.view.account_mut_ptr()).borrow_state = state };
    }

    #[inline(always)]
    fn fields_ptr(&self) -> *mut T {
        let mut view = self.view;
        // SAFETY: loading has checked that the account is long enough.
        unsafe { view.data_mut_ptr().add(T::DATA_OFFSET).cast() }
    }
}

impl<T: Pod + Zeroable + SlabSchema> AnchorAccount for Loaded<T> {
    type Data = T;
    const MIN_DATA_LEN: usize = T::MIN_DATA_LEN;
    const RELAX_READONLY_CPI_BORROW_FROM_MUT: bool = true;

    #[inline(never)]
    fn load(view: AccountView) -> Result<Self> {
        view.check_borrow()?;
        Self::check(&view)?;
        let mut loaded = Self {
            view,
            fields: PhantomData,
        };
        // SAFETY: as in `set_borrow_state`.
        let left = unsafe { (*view.account_ptr()).borrow_state };
        loaded.set_borrow_state(left - 1);
        Ok(loaded)
    }

    #[inline(never)]
    unsafe fn load_mut(view: AccountView) -> Result<Self> {
        require!(view.is_writable(), ErrorCode::ConstraintMut);
        // Before the owner, as Anchor does it.
        require!(
            view.data_len() >= T::MIN_DATA_LEN,
            ProgramError::AccountDataTooSmall
        );
        view.check_borrow_mut()?;
        Self::check(&view)?;
        let mut loaded = Self {
            view,
            fields: PhantomData,
        };
        loaded.set_borrow_state(0);
        Ok(loaded)
    }

    #[inline(always)]
    fn account(&self) -> &AccountView {
        &self.view
    }
}

impl<T: Pod + Zeroable + SlabSchema> Deref for Loaded<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: loading has checked that the account is as long as a `T`, which any bytes are. It
        // lies at a multiple of 8 or of its alignment, behind the discriminator, in account data
        // that the runtime aligns to 8. It is marked as borrowed, so that nobody else writes it.
        unsafe { &*self.fields_ptr() }
    }
}

impl<T: Pod + Zeroable + SlabSchema> DerefMut for Loaded<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        assert!(self.view.is_borrowed_mut(), "loaded for reading only");
        // SAFETY: as in `deref`; the assertion says that the account was loaded for writing, which
        // happens once.
        unsafe { &mut *self.fields_ptr() }
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
