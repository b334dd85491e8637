//! Epochs: closing them, deleting their records, and what is left over then.

use sealane_core::{
    farm::{Schedule, sweepable},
    stake::MAX_REWARDS,
};
use sealane_staking::{accounts, errors::StakingError, instruction as arguments, state::Farm};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{instruction, reward_token, transfer_fee, vaults::vaults, with_accounts};
use crate::{
    address::{self, SYSTEM_PROGRAM},
    farms::{
        Ahead, Entry, FarmError, Farms, first_covered, known_budget, known_farm, known_shards,
        known_time,
    },
    plan::{Caller, Plan, Sequence},
    tx,
};

/// Which epochs are closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClosedEpochs {
    /// They get a record.
    pub epochs: Vec<u32>,
    /// Epochs without rewards that are passed over.
    pub skipped: u32,
}

/// Closes all epochs that have ended. Those for which there are no rewards are passed over, but for
/// the last one, whose record votes are counted by. Anyone may; `payer` pays the records' rent, and
/// gets it back when they expire.
///
/// Nothing to be done is no error: there are no transactions then.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account, or the farm has no shards.
pub fn close_epochs_instructions(
    farms: &Farms,
    farm: &Pubkey,
    payer: &Pubkey,
) -> Result<Sequence<ClosedEpochs>, FarmError> {
    let farm = known_farm(farms, farm)?;
    let due = close_due(farms, &farm, payer, known_time(farms)?)?;
    Ok(Sequence {
        transactions: tx::pack(payer, due.instructions),
        quote: ClosedEpochs {
            epochs: due.epochs,
            skipped: due.skipped,
        },
    })
}

/// What closes the epochs that have ended, and the schedules afterwards.
pub(super) struct Due {
    pub(super) instructions: Vec<Instruction>,
    pub(super) epochs: Vec<u32>,
    pub(super) skipped: u32,
    pub(super) schedules: [Schedule; MAX_REWARDS],
}

pub(super) fn close_due(
    farms: &Farms,
    farm: &Entry<'_, Farm>,
    payer: &Pubkey,
    now: i64,
) -> Result<Due, FarmError> {
    let ahead = Ahead::new(farms, farm, now)?;
    let mut due = Due {
        instructions: Vec::new(),
        epochs: Vec::new(),
        skipped: 0,
        schedules: ahead.schedules,
    };
    let mut epoch = known_budget(farms, &farm.address)?.account.next_epoch;
    let Some(last) = ahead.at.epoch.checked_sub(1).filter(|last| *last >= epoch) else {
        return Ok(due);
    };
    let rewards = usize::from(farm.account.reward_count).min(MAX_REWARDS);
    let shards = known_shards(farms, farm)?;
    let shards: Vec<Pubkey> = shards.iter().map(|shard| shard.address).collect();
    while epoch <= last {
        let schedules = &ahead.schedules[..rewards];
        let covered = first_covered(schedules, &farm.account.epochs(), epoch);
        let to = covered.map_or(last, |covered| covered.min(last));
        if to > epoch {
            due.instructions.push(skip(&farm.address, to));
            due.skipped += to - epoch;
            epoch = to;
        }
        // Shards that were added before are not added again.
        let begun = farms.record(&farm.address, epoch);
        let added = begun.map_or(0, |record| usize::from(record.account.next_shard));
        let rest = shards.get(added..).unwrap_or_default();
        due.instructions
            .push(close(&farm.address, payer, epoch, rest));
        due.epochs.push(epoch);
        epoch += 1;
    }
    Ok(due)
}

fn skip(farm: &Pubkey, to: u32) -> Instruction {
    let accounts = accounts::SkipEpochs {
        farm: *farm,
        budget: address::budget(farm).0,
    };
    instruction(&accounts, &arguments::SkipEpochs { to })
}

fn close(farm: &Pubkey, payer: &Pubkey, epoch: u32, shards: &[Pubkey]) -> Instruction {
    let accounts = accounts::CloseEpoch {
        payer: *payer,
        farm: *farm,
        budget: address::budget(farm).0,
        record: address::epoch_record(farm, epoch).0,
        system_program: SYSTEM_PROGRAM,
    };
    let closing = instruction(&accounts, &arguments::CloseEpoch { epoch });
    with_accounts(closing, shards.iter().copied(), true)
}

/// Which records are deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpiredEpochs {
    /// Their epochs, in order.
    pub epochs: Vec<u32>,
}

/// Deletes the records of epochs whose grace period is over, the earliest first. What positions have
/// not claimed of them is lost to them; the rent goes to whoever paid it. Anyone may.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account.
pub fn expire_epochs_instructions(
    farms: &Farms,
    farm: &Pubkey,
    payer: &Pubkey,
) -> Result<Sequence<ExpiredEpochs>, FarmError> {
    let entry = known_farm(farms, farm)?;
    let (budget, now) = (known_budget(farms, farm)?, known_time(farms)?);
    let over = |epoch: u32| {
        epoch < budget.account.next_epoch && now > entry.account.claimable_until(epoch)
    };
    let expired: Vec<_> = farms
        .records(farm, 0)
        .take_while(|record| over(record.account.epoch))
        .collect();
    let instructions = expired.iter().map(|record| {
        let accounts = accounts::ExpireEpoch {
            farm: *farm,
            budget: budget.address,
            record: record.address,
            opener: record.account.opener,
        };
        instruction(&accounts, &arguments::ExpireEpoch {})
    });
    Ok(Sequence {
        transactions: tx::pack(payer, instructions.collect()),
        quote: ExpiredEpochs {
            epochs: expired.iter().map(|record| record.account.epoch).collect(),
        },
    })
}

/// What a sweep pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepQuote {
    /// Units that expired epochs got and nobody claimed.
    pub unclaimed: u64,
    /// Units that no epoch got, of a schedule that is over.
    pub never_allotted: u64,
    /// Units that arrive: what a transfer fee leaves.
    pub received: u64,
}

/// Pays the farm's authority what nobody can claim any more of a reward, from as many vaults as that
/// takes.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account, or the program would refuse.
pub fn sweep_instructions(
    farms: &Farms,
    farm: &Pubkey,
    reward: u8,
    caller: &Caller,
) -> Result<Plan<SweepQuote>, FarmError> {
    let entry = known_farm(farms, farm)?;
    if entry.account.authority != caller.owner {
        return Err(StakingError::WrongAuthority.into());
    }
    let (index, token) = reward_token(entry.account, reward)?;
    let budget = known_budget(farms, farm)?;
    let shards = known_shards(farms, &entry)?;
    let settled = shards.iter().map(|shard| shard.account.settled[index]);
    let settled = settled.fold(0u64, u64::saturating_add);
    let sweep = sweepable(
        &budget.account.schedule(index),
        budget.account.expired[index],
        settled,
        budget.account.swept[index],
        budget.account.expired_end,
    );
    let mut left = sweep.unclaimed.saturating_add(sweep.never_allotted);
    let fee = transfer_fee(farms, &token)?;
    let (mut instructions, mut received) = (Vec::new(), 0u64);
    let mut fullest = vaults(farms, &entry, index)?;
    fullest.sort_by_key(|vault| std::cmp::Reverse(vault.held));
    for vault in fullest.iter().filter(|vault| vault.held > 0) {
        if left == 0 {
            break;
        }
        let part = left.min(vault.held);
        let accounts = accounts::Sweep {
            authority: caller.owner,
            farm: *farm,
            budget: budget.address,
            shard: vault.shard,
            reward_vault: vault.address,
            recipient: caller.account(&token),
            reward_mint: token.mint,
            reward_token_program: token.program,
        };
        let swept = instruction(&accounts, &arguments::Sweep { reward });
        let shards = shards.iter().map(|shard| shard.address);
        instructions.push(with_accounts(swept, shards, false));
        received = received.saturating_add(fee.after_fee(part));
        left -= part;
    }
    let mut instructions = instructions.into_iter();
    let first = instructions.next().ok_or(StakingError::NothingToSweep)?;
    let quote = SweepQuote {
        unclaimed: sweep.unclaimed,
        never_allotted: sweep.never_allotted,
        received,
    };
    let mut plan = caller.plan(&[token], first, quote);
    plan.instructions.extend(instructions);
    Ok(plan)
}
