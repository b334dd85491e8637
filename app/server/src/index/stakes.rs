//! Events of stake pools and farms, as what is kept of them.

use sealane_sdk::{events::staking::StakingEvent, staking};
use solana_pubkey::Pubkey;

use super::{decode::Place, directory::Directory};
use crate::store::{Activity, ClosedEpoch, PositionRow, Recorded};

/// The position that an event is about, where only that is named.
pub(super) fn position_of(event: &StakingEvent) -> Option<Pubkey> {
    Some(match event {
        StakingEvent::Staked(staked) => staked.position,
        StakingEvent::LockSet(lock) => lock.position,
        StakingEvent::Unstaked(unstaked) => unstaked.position,
        StakingEvent::Withdrawn(withdrawn) => withdrawn.position,
        StakingEvent::DelegateSet(set) => set.position,
        StakingEvent::Claimed(claimed) => claimed.position,
        StakingEvent::Forfeited(forfeited) => forfeited.position,
        StakingEvent::PositionClosed(closed) => closed.position,
        _ => return None,
    })
}

/// The farm that an event names.
pub(super) fn farm_of(event: &StakingEvent) -> Option<Pubkey> {
    Some(match event {
        StakingEvent::PositionOpened(opened) => opened.farm,
        StakingEvent::Funded(funded) => funded.farm,
        _ => return None,
    })
}

/// Keeps what an event tells; its name, and the account that it is about.
pub(super) fn event(
    event: &StakingEvent,
    place: &Place<'_>,
    directory: &mut Directory,
    recorded: &mut Recorded,
) -> (&'static str, Pubkey) {
    match event {
        StakingEvent::FarmCreated(created) => ("FarmCreated", created.farm),
        StakingEvent::ShardAdded(added) => ("ShardAdded", added.shard),
        StakingEvent::RewardAdded(added) => ("RewardAdded", added.farm),
        StakingEvent::RewardVaultAdded(added) => ("RewardVaultAdded", added.vault),
        StakingEvent::MarketBound(bound) => ("MarketBound", bound.farm),
        StakingEvent::VolumeCounted(counted) => ("VolumeCounted", counted.position),
        StakingEvent::PauseChanged(changed) => ("PauseChanged", changed.farm),
        StakingEvent::AuthorityProposed(proposed) => ("AuthorityProposed", proposed.farm),
        StakingEvent::AuthorityChanged(changed) => ("AuthorityChanged", changed.farm),
        StakingEvent::EpochsSkipped(skipped) => ("EpochsSkipped", skipped.farm),
        StakingEvent::EpochExpired(expired) => ("EpochExpired", expired.farm),
        StakingEvent::RewardsBalanced(moved) => ("RewardsBalanced", moved.farm),
        StakingEvent::Swept(swept) => ("Swept", swept.farm),
        StakingEvent::EpochClosed(closed) => {
            recorded.epochs.push(closed_epoch(closed, place));
            ("EpochClosed", closed.farm)
        }
        StakingEvent::Funded(funded) => {
            recorded.activities.push(Activity {
                venue: Some(funded.farm),
                base: Some(funded.amount),
                mint: directory.reward_mint(&funded.farm, funded.reward),
                ..place.activity(funded.funder, "fund")
            });
            ("Funded", funded.farm)
        }
        StakingEvent::PositionOpened(opened) => {
            directory.add_position(opened.position, opened.farm, opened.owner);
            recorded.positions.push(PositionRow {
                position: opened.position,
                farm: opened.farm,
                owner: opened.owner,
            });
            of_position(
                opened.position,
                "open_position",
                None,
                (place, directory),
                recorded,
            );
            ("PositionOpened", opened.position)
        }
        _ => position_event(event, place, directory, recorded),
    }
}

/// As [`event`], of those that change a position.
fn position_event(
    event: &StakingEvent,
    place: &Place<'_>,
    directory: &Directory,
    recorded: &mut Recorded,
) -> (&'static str, Pubkey) {
    let staked = |amount| Some((Token::Staked, amount));
    let (name, kind, moved) = match event {
        StakingEvent::Staked(event) => ("Staked", "stake", staked(event.amount)),
        StakingEvent::LockSet(event) => ("LockSet", "lock", staked(event.staked)),
        StakingEvent::Unstaked(event) => ("Unstaked", "unstake", staked(event.amount)),
        StakingEvent::Withdrawn(event) => ("Withdrawn", "withdraw_stake", staked(event.amount)),
        StakingEvent::DelegateSet(_) => ("DelegateSet", "delegate", None),
        StakingEvent::Forfeited(_) => ("Forfeited", "forfeit", None),
        StakingEvent::PositionClosed(_) => ("PositionClosed", "close_position", None),
        StakingEvent::Claimed(event) => {
            let kind = if event.restaked == 1 {
                "restake"
            } else {
                "claim"
            };
            let moved = (Token::Reward(event.reward), event.amount);
            ("Claimed", kind, Some(moved))
        }
        _ => return ("Unknown", Pubkey::default()),
    };
    let position = position_of(event).unwrap_or_default();
    of_position(position, kind, moved, (place, directory), recorded);
    (name, position)
}

/// Which of a farm's tokens.
#[derive(Clone, Copy)]
enum Token {
    Staked,
    Reward(u8),
}

/// Something that a position's owner did.
fn of_position(
    position: Pubkey,
    kind: &str,
    moved: Option<(Token, u64)>,
    (place, directory): (&Place<'_>, &Directory),
    recorded: &mut Recorded,
) {
    let Some((farm, owner)) = directory.position(&position) else {
        // Nobody whose history it would be part of. The event itself is kept.
        tracing::error!(%position, signature = place.fetched.signature, "a position is unknown");
        return;
    };
    let mint = moved.and_then(|(token, _)| match token {
        Token::Staked => directory.stake_mint(&farm),
        Token::Reward(reward) => directory.reward_mint(&farm, reward),
    });
    recorded.activities.push(Activity {
        venue: Some(farm),
        base: moved.map(|(_, amount)| amount),
        account: Some(position),
        mint,
        ..place.activity(owner, kind)
    });
}

fn closed_epoch(closed: &staking::events::EpochClosed, place: &Place<'_>) -> ClosedEpoch {
    let wide = |[low, high]: [u64; 2]| (u128::from(high) << 64) | u128::from(low);
    ClosedEpoch {
        farm: closed.farm,
        epoch: closed.epoch,
        signature: place.fetched.signature.clone(),
        slot: place.fetched.slot,
        time: place.fetched.time,
        points: wide(closed.points),
        weight: wide(closed.weight),
        rewards: closed.rewards,
    }
}
