//! `ProposedInstruction`: what is executed if an option wins.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use sealane_core::governance::InstructionAt;

/// Seed prefix of instruction addresses: `["instruction", proposal, option as u8, index as u8]`.
pub const INSTRUCTION_SEED: &[u8] = b"instruction";
/// The most accounts of an instruction: as many as a transaction can lock, and a few less.
pub const MAX_ACCOUNTS: usize = 48;
/// The most bytes of an instruction's data.
pub const MAX_DATA: usize = 4_096;

/// An account of an instruction: its address and what the instruction may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, SchemaRead, SchemaWrite, IdlType)]
#[repr(C)]
pub struct ProposedAccount {
    /// Its address.
    pub address: [u8; 32],
    /// [`SIGNER`](Self::SIGNER) and [`WRITABLE`](Self::WRITABLE).
    pub flags: u8,
}

const _: () = assert!(size_of::<ProposedAccount>() == 33 && align_of::<ProposedAccount>() == 1);

impl ProposedAccount {
    /// It signs. Only the realm's treasury does.
    pub const SIGNER: u8 = 1 << 0;
    /// It may be written.
    pub const WRITABLE: u8 = 1 << 1;

    /// Whether it signs.
    #[inline]
    pub fn is_signer(&self) -> bool {
        self.flags & Self::SIGNER != 0
    }

    /// Whether it may be written.
    #[inline]
    pub fn is_writable(&self) -> bool {
        self.flags & Self::WRITABLE != 0
    }
}

/// An instruction of a proposal; behind the fields its accounts, in order, and its data. Room for
/// all of it is made at once, and filled in parts as long as the proposal is a draft.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `proposal` |
/// | 40 | 32 | `program` |
/// | 72 | 2 | `data_len` |
/// | 74 | 3 | `account_count`, `option`, `index` |
/// | 77 | 1 | `bump` |
/// | 78 | 2 | reserved, zero |
/// | 80 | 33 each | accounts: address, flags |
/// | | `data_len` | data |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct ProposedInstruction {
    /// The proposal.
    pub proposal: Address,
    /// The program that is called.
    pub program: Address,
    /// Bytes of data.
    pub data_len: u16,
    /// Accounts.
    pub account_count: u8,
    /// The option that it belongs to.
    pub option: u8,
    /// Its place among that option's instructions.
    pub index: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 2],
}

/// Where the accounts begin.
pub const ACCOUNTS_OFFSET: usize = 80;

const _: () = assert!(core::mem::size_of::<ProposedInstruction>() == ACCOUNTS_OFFSET - 8);

impl ProposedInstruction {
    /// Its place in the proposal.
    #[inline]
    pub fn at(&self) -> InstructionAt {
        InstructionAt {
            option: self.option,
            index: self.index,
        }
    }

    /// Bytes that accounts and data take.
    #[inline]
    pub fn tail_len(accounts: u8, data: u16) -> usize {
        usize::from(accounts) * size_of::<ProposedAccount>() + usize::from(data)
    }

    /// What lies behind the fields, cut into accounts and data; `None` if the account is too short,
    /// which the program makes none.
    #[inline]
    pub fn parts<'a>(&self, tail: &'a [u8]) -> Option<(&'a [ProposedAccount], &'a [u8])> {
        let accounts = usize::from(self.account_count) * size_of::<ProposedAccount>();
        let (accounts, data) = tail.split_at_checked(accounts)?;
        let data = data.get(..usize::from(self.data_len))?;
        Some((bytemuck::try_cast_slice(accounts).ok()?, data))
    }

    /// The same, to be changed.
    #[inline]
    pub fn parts_mut<'a>(
        &self,
        tail: &'a mut [u8],
    ) -> Option<(&'a mut [ProposedAccount], &'a mut [u8])> {
        let accounts = usize::from(self.account_count) * size_of::<ProposedAccount>();
        let (accounts, data) = tail.split_at_mut_checked(accounts)?;
        let data = data.get_mut(..usize::from(self.data_len))?;
        Some((bytemuck::try_cast_slice_mut(accounts).ok()?, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_lie_before_the_data() {
        let mut instruction = ProposedInstruction::zeroed();
        instruction.account_count = 2;
        instruction.data_len = 3;
        let mut tail = vec![0; ProposedInstruction::tail_len(2, 3)];
        assert_eq!(tail.len(), 69);
        let (accounts, data) = instruction.parts_mut(&mut tail).expect("long enough");
        accounts[1] = ProposedAccount {
            address: [7; 32],
            flags: ProposedAccount::WRITABLE,
        };
        data.copy_from_slice(&[1, 2, 3]);
        assert_eq!((tail[33], tail[65], &tail[66..]), (7, 2, &[1, 2, 3][..]));
        let (accounts, data) = instruction.parts(&tail).expect("long enough");
        assert!(accounts[1].is_writable() && !accounts[1].is_signer());
        assert_eq!(data, [1, 2, 3]);
        assert_eq!(instruction.parts(&tail[1..]), None);
        assert_eq!(instruction.parts(&tail[..60]), None);
    }
}
