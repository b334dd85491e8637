//! `Budget`: what a farm pays, and when.

use anchor_lang::prelude::*;
use sealane_core::farm::Schedule;

/// Seed prefix of budget addresses: `["budget", farm]`.
pub const BUDGET_SEED: &[u8] = b"budget";

/// The schedules of a farm's rewards, and how far its epochs are closed. Written by funding,
/// closing, expiring and sweeping; stakers do not name it.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `farm` |
/// | 40 | 40 | `funded` |
/// | 80 | 40 | `allotted` |
/// | 120 | 40 | `expired` |
/// | 160 | 40 | `swept` |
/// | 200 | 40 | `starts` |
/// | 240 | 40 | `ends` |
/// | 280 | 8 | `expired_end` |
/// | 288 | 8 | `next_epoch`, `rewarded_before` |
/// | 296 | 1 | `bump` |
/// | 297 | 63 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Budget {
    /// The farm whose rewards these are.
    pub farm: Address,
    /// Of each reward: units that arrived, less those swept that were never allotted.
    pub funded: [u64; 5],
    /// Of each reward: units that closed epochs got.
    pub allotted: [u64; 5],
    /// How much of that went to epochs that have expired.
    pub expired: [u64; 5],
    /// How much of that was swept.
    pub swept: [u64; 5],
    /// When rewards begin, Unix seconds.
    pub starts: [i64; 5],
    /// When they end.
    pub ends: [i64; 5],
    /// End of the last epoch that was expired, Unix seconds.
    pub expired_end: i64,
    /// The first epoch that was not closed.
    pub next_epoch: u32,
    /// The epoch behind the last one that had rewards.
    pub rewarded_before: u32,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 63],
}

const _: () = assert!(core::mem::size_of::<Budget>() == 360 - 8);

impl Budget {
    /// A reward's schedule.
    pub fn schedule(&self, reward: usize) -> Schedule {
        Schedule {
            funded: self.funded[reward],
            allotted: self.allotted[reward],
            start: self.starts[reward],
            end: self.ends[reward],
        }
    }

    /// Stores it.
    pub fn store(&mut self, reward: usize, schedule: &Schedule) {
        self.funded[reward] = schedule.funded;
        self.allotted[reward] = schedule.allotted;
        self.starts[reward] = schedule.start;
        self.ends[reward] = schedule.end;
    }
}
