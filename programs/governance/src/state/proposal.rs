//! `Proposal`: what is voted on, and what came of it.

use core::mem::offset_of;

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use sealane_core::{
    governance::{Body, Proposal as Rules, State},
    stake::LockTerms,
};

use super::StoredConfig;

/// Seed prefix of proposal addresses: `["proposal", realm, author, id as u32 LE]`.
pub const PROPOSAL_SEED: &[u8] = b"proposal";

/// Votes added up: `sealane_core`'s `Tally` as it lies in accounts and events. Weights are 128-bit
/// little-endian numbers, in ten-thousandths of a staked unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Sums {
    /// For each option. A ballot for several options is in each of them.
    pub yes: [[u64; 2]; 8],
    /// For any option: every ballot once.
    pub approving: [u64; 2],
    /// Against.
    pub no: [u64; 2],
    /// Neither.
    pub abstain: [u64; 2],
    /// The community's vetoes.
    pub veto: [u64; 2],
    /// Of the council, neither.
    pub council_abstain: [u64; 2],
    /// The council's vetoes.
    pub council_veto: [u64; 2],
}

const _: () = assert!(size_of::<Sums>() == size_of::<sealane_core::governance::Tally>());

/// A proposal. From sign-off until the first tally shard is summed nothing writes this; it is never
/// closed, since votes are bound to its address.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `realm` |
/// | 40 | 32 | `author` |
/// | 72 | 32 | `treasury` |
/// | 104 | 64 | `community`, `council` |
/// | 168 | 224 | `sums` |
/// | 392 | 32 | `total`, `council_total` |
/// | 424 | 40 | `config` |
/// | 464 | 8 | `deposit` |
/// | 472 | 16 | `voting_at`, `decided_at` |
/// | 488 | 12 | `epoch`, `council_epoch`, `summed` |
/// | 500 | 3 | `shards`, `options`, `most_choices` |
/// | 503 | 2 | `state`, `winners` |
/// | 505 | 3 | `running`, `next_option`, `next_index` |
/// | 508 | 4 | zero |
/// | 512 | 8 | `instructions` |
/// | 520 | 4 | `id` |
/// | 524 | 4 | `community_lock_boost`, `council_lock_boost` |
/// | 528 | 2 | `community_lock_max_epochs`, `council_lock_max_epochs` |
/// | 530 | 2 | `bump`, `treasury_bump` |
/// | 532 | 28 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The realm.
    pub realm: Address,
    /// Who wrote it, pays for it, and gets deposit and rent back. Part of the address.
    pub author: Address,
    /// The realm's treasury: signs its instructions.
    pub treasury: Address,
    /// The community's stake pool.
    pub community: Address,
    /// The council's; all zero: none.
    pub council: Address,
    /// Votes as far as their shards are summed.
    pub sums: Sums,
    /// The community's weight at the snapshot, as a 128-bit little-endian number.
    pub total: [u64; 2],
    /// The council's.
    pub council_total: [u64; 2],
    /// The realm's configuration as of sign-off.
    pub config: StoredConfig,
    /// Lamports that lie here besides the rent; 0 when they were paid out.
    pub deposit: u64,
    /// When votes were first taken, Unix seconds.
    pub voting_at: i64,
    /// When it was decided, Unix seconds.
    pub decided_at: i64,
    /// The epoch of the community's pool at whose beginning weights count.
    pub epoch: u32,
    /// The same of the council's.
    pub council_epoch: u32,
    /// A bit for every tally shard that was summed.
    pub summed: u32,
    /// Tally shards.
    pub shards: u8,
    /// Options.
    pub options: u8,
    /// How many of them a ballot may choose.
    pub most_choices: u8,
    /// What was last written down: 0 draft, 1 voting, 2 succeeded, 3 executing, 4 completed,
    /// 5 defeated, 6 vetoed, 7 cancelled, 8 expired. Time makes more of it: [`Proposal::state`].
    pub state: u8,
    /// A bit for every option that won.
    pub winners: u8,
    /// 1 while an instruction runs.
    pub running: u8,
    /// The option of the instruction that is executed next.
    pub next_option: u8,
    /// Its index.
    pub next_index: u8,
    /// Zero.
    pub unused: [u8; 4],
    /// How many instructions each option has.
    pub instructions: [u8; 8],
    /// Tells apart an author's proposals in a realm. Part of the address.
    pub id: u32,
    /// What locks are worth in the community's pool.
    pub community_lock_boost: u16,
    /// The same of the council's.
    pub council_lock_boost: u16,
    /// The longest lock in the community's pool, in epochs.
    pub community_lock_max_epochs: u8,
    /// The same of the council's.
    pub council_lock_max_epochs: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Bump of the treasury's.
    pub treasury_bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 28],
}

/// Where the part begins that the arithmetic works on.
const RULES: usize = offset_of!(Proposal, sums);

const _: () = {
    assert!(size_of::<Proposal>() == 560 - 8);
    assert!(offset_of!(Proposal, id) - RULES == size_of::<Rules>());
};

impl Proposal {
    /// The part of the account that the arithmetic works on.
    #[inline]
    pub fn rules(&self) -> &Rules {
        let bytes = bytemuck::bytes_of(self);
        bytemuck::from_bytes(&bytes[RULES..RULES + size_of::<Rules>()])
    }

    /// The same, to be changed.
    #[inline]
    pub fn rules_mut(&mut self) -> &mut Rules {
        let bytes = bytemuck::bytes_of_mut(self);
        bytemuck::from_bytes_mut(&mut bytes[RULES..RULES + size_of::<Rules>()])
    }

    /// Where it is at a time, Unix seconds.
    #[inline]
    pub fn state(&self, now: i64) -> State {
        self.rules().state(now)
    }

    /// What locks are worth in a body's pool; checked when the pool was created.
    #[inline]
    pub fn terms(&self, body: Body) -> LockTerms {
        match body {
            Body::Community => LockTerms::from_checked_parts(
                self.community_lock_boost,
                self.community_lock_max_epochs,
            ),
            Body::Council => {
                LockTerms::from_checked_parts(self.council_lock_boost, self.council_lock_max_epochs)
            }
        }
    }

    /// Whether nothing will ever be executed any more, so that its text and its instructions are
    /// not needed.
    #[inline]
    pub fn is_over(&self, now: i64) -> bool {
        matches!(
            self.state(now),
            State::Completed | State::Defeated | State::Vetoed | State::Cancelled | State::Expired
        )
    }
}

#[cfg(test)]
mod tests {
    use sealane_core::governance::{Choices, Electorate, InstructionAt, Snapshot, Tally};

    use super::*;
    use crate::state::ConfigParams;

    const CONFIG: ConfigParams = ConfigParams {
        deposit: 77,
        voting_seconds: 100,
        cool_off_seconds: 0,
        time_lock_seconds: 60,
        execution_seconds: 3_600,
        quorum_bps: 0,
        threshold_bps: 5_000,
        community_veto_bps: 0,
        council_veto_bps: 0,
        early: false,
    };

    /// The fields by name are the ones that the arithmetic means, all through a proposal's life.
    #[test]
    fn fields_lie_where_the_arithmetic_has_them() {
        let config = CONFIG.check().expect("within bounds");
        let choices = Choices::try_new(3, 2).expect("valid");
        let mut proposal = Proposal::zeroed();
        *proposal.rules_mut() = Rules::draft(&config, choices, 2).expect("valid");
        assert_eq!((proposal.options, proposal.most_choices), (3, 2));
        assert_eq!((proposal.shards, proposal.deposit), (2, 77));
        assert_eq!(proposal.config, StoredConfig::from(config));
        for option in [0, 2, 2] {
            let added = proposal.rules_mut().add_instruction(option);
            added.expect("room for it");
        }
        assert_eq!(proposal.instructions, [1, 0, 2, 0, 0, 0, 0, 0]);

        let weight = |epoch, weight| Electorate { epoch, weight };
        let snapshot = Snapshot::try_new(weight(5, 1 << 70), weight(6, 9)).expect("valid");
        let rules = proposal.rules_mut();
        rules.sign_off(1_000, &config, &snapshot).expect("a draft");
        assert_eq!((proposal.epoch, proposal.council_epoch), (5, 6));
        assert_eq!((proposal.total, proposal.council_total), ([0, 64], [9, 0]));
        assert_eq!((proposal.voting_at, proposal.state), (1_000, 1));

        let mut sums = Sums::zeroed();
        sums.yes[2] = [1, 64];
        sums.approving = [1, 32];
        let tally: Tally = bytemuck::cast(sums);
        assert_eq!(
            (tally.yes[2].get(), tally.approving.get()),
            ((1 << 70) + 1, (1 << 69) + 1)
        );
        let rules = proposal.rules_mut();
        rules.sum_shard(1_100, 1, &tally).expect("over");
        assert_eq!(proposal.summed, 0b10);
        let rules = proposal.rules_mut();
        rules.sum_shard(1_100, 0, &Tally::default()).expect("over");
        rules.finalize(1_101).expect("all summed");
        assert_eq!((proposal.sums, proposal.summed), (sums, 0b11));
        assert_eq!(
            (proposal.decided_at, proposal.winners, proposal.state),
            (1_101, 0b100, 2)
        );
        assert_eq!((proposal.next_option, proposal.next_index), (2, 0));
        let at = InstructionAt {
            option: 2,
            index: 0,
        };
        let rules = proposal.rules_mut();
        rules.begin_instruction(1_200, at).expect("its time");
        assert_eq!(
            (proposal.running, proposal.next_index, proposal.state),
            (1, 1, 3)
        );
        assert_eq!((proposal.id, proposal.realm), (0, Address::default()));
    }

    #[test]
    fn only_what_time_or_votes_have_ended_is_over() {
        let mut proposal = Proposal::zeroed();
        proposal.config = CONFIG.check().expect("within bounds").into();
        let over: Vec<u8> = (0..=8)
            .filter(|state| {
                proposal.state = *state;
                proposal.is_over(0)
            })
            .collect();
        assert_eq!(over, [4, 5, 6, 7, 8]);
        // The time to execute in has passed: nobody needs to write that down first.
        proposal.state = 2;
        assert!(!proposal.is_over(3_659));
        assert!(proposal.is_over(3_660));
    }
}
