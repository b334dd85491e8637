//! `VoteRecord`: one position's vote on one proposal.

use core::mem::offset_of;

use anchor_lang::prelude::*;
use sealane_core::governance::VoteRecord as Record;

/// Seed prefix of vote record addresses: `["vote", proposal, position]`.
pub const VOTE_SEED: &[u8] = b"vote";

/// What a position has voted on a proposal.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `proposal` |
/// | 40 | 32 | `position` |
/// | 72 | 32 | `payer` |
/// | 104 | 32 | `voter` |
/// | 136 | 16 | `weight` |
/// | 152 | 5 | `kind`, `options`, `council`, `by_delegate`, `shard` |
/// | 157 | 3 | zero |
/// | 160 | 1 | `bump` |
/// | 161 | 7 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct VoteRecord {
    /// The proposal.
    pub proposal: Address,
    /// The staking program's position.
    pub position: Address,
    /// Who paid for the account, and gets its rent back.
    pub payer: Address,
    /// Who voted last; all zero: nobody yet.
    pub voter: Address,
    /// The position's weight at the snapshot, as a 128-bit little-endian number, in
    /// ten-thousandths; 0 before the first vote.
    pub weight: [u64; 2],
    /// The ballot: 0 none, 1 yes, 2 no, 3 abstain, 4 veto.
    pub kind: u8,
    /// The options of a yes, a bit each.
    pub options: u8,
    /// 1 if it is a council's.
    pub council: u8,
    /// 1 if the position's delegate cast it.
    pub by_delegate: u8,
    /// The tally shard that counts it.
    pub shard: u8,
    /// Zero.
    pub unused: [u8; 3],
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 7],
}

/// Where the part begins that the arithmetic works on.
const RECORD: usize = offset_of!(VoteRecord, weight);

const _: () = {
    assert!(size_of::<VoteRecord>() == 168 - 8);
    assert!(offset_of!(VoteRecord, bump) - RECORD == size_of::<Record>());
};

impl VoteRecord {
    /// The part of the account that the arithmetic works on.
    #[inline]
    pub fn record(&self) -> &Record {
        let bytes = bytemuck::bytes_of(self);
        bytemuck::from_bytes(&bytes[RECORD..RECORD + size_of::<Record>()])
    }

    /// The same, to be changed.
    #[inline]
    pub fn record_mut(&mut self) -> &mut Record {
        let bytes = bytemuck::bytes_of_mut(self);
        bytemuck::from_bytes_mut(&mut bytes[RECORD..RECORD + size_of::<Record>()])
    }
}

#[cfg(test)]
mod tests {
    use bytemuck::Zeroable;
    use sealane_core::governance::{Ballot, Body, Options, Voter};

    use super::*;

    #[test]
    fn fields_lie_where_the_arithmetic_has_them() {
        let mut record = VoteRecord::zeroed();
        record.weight = [3, 1];
        record.kind = 1;
        record.options = 0b110;
        record.council = 1;
        record.by_delegate = 1;
        record.shard = 9;
        let read = record.record();
        assert_eq!(read.ballot(), Some(Ballot::Yes(Options::from_bits(0b110))));
        assert_eq!((read.weight(), read.shard()), ((1 << 64) + 3, 9));
        assert_eq!(
            (read.body(), read.voter()),
            (Body::Council, Voter::Delegate)
        );
        for (kind, ballot) in [
            (0, None),
            (2, Some(Ballot::No)),
            (3, Some(Ballot::Abstain)),
            (4, Some(Ballot::Veto)),
        ] {
            record.kind = kind;
            assert_eq!(record.record().ballot(), ballot);
        }
        *record.record_mut() = Record::default();
        assert_eq!(record, VoteRecord::zeroed());
    }
}
