//! `sweep_fees`: takes the fees that accrued in a lane to where they belong.

use anchor_lang::prelude::*;
use sealane_core::book::Key;
use sealane_onchain::{Loaded, events::log};

use super::{key, require_same_market};
use crate::{
    errors::OrderbookError,
    events::FeesSwept,
    state::{Lane, VaultShard},
};

/// Accounts of `sweep_fees`. Anyone may call it.
#[derive(Accounts)]
pub struct SweepFees {
    /// The lane in which fees accrued.
    #[account(mut)]
    pub lane: Lane,
    /// A vault shard of its market, which counts the protocol's part from then on.
    #[account(mut)]
    pub vault_shard: Loaded<VaultShard>,
    /// The referrer's lane, which is credited its part. Needed if there is one. If the lane has
    /// been closed, name its address all the same: its part is the protocol's then.
    #[account(mut)]
    pub referrer: Option<UncheckedAccount>,
}

/// Handler of `sweep_fees`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<SweepFees>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let swept = sweep(
        &mut accounts.lane,
        &mut accounts.vault_shard,
        accounts.referrer.as_ref(),
    )?;
    require!(swept, OrderbookError::NothingToCollect);
    Ok(())
}

/// Moves a lane's fees to a vault shard's count and to the referrer's lane; tells whether there
/// were any. No token moves: the fees lie in the market's vaults already.
#[inline(never)]
pub(super) fn sweep(
    lane: &mut Lane,
    vault_shard: &mut Loaded<VaultShard>,
    referrer: Option<&UncheckedAccount>,
) -> Result<bool> {
    require_same_market(lane, vault_shard)?;
    let address = *lane.address();
    let mut lane = lane.as_mut();
    let header = lane.header_mut();
    let (mut protocol, mut referred) = (header.protocol_fees, header.referrer_fees);
    if protocol == 0 && referred == 0 {
        return Ok(false);
    }
    if referred > 0 && !credit_referrer(&header.referrer, referrer, referred)? {
        protocol = protocol
            .checked_add(referred)
            .ok_or(OrderbookError::Overflow)?;
        referred = 0;
    }
    header.protocol_fees = 0;
    header.referrer_fees = 0;
    vault_shard.protocol_fees = vault_shard
        .protocol_fees
        .checked_add(protocol)
        .ok_or(OrderbookError::Overflow)?;
    log(FeesSwept {
        lane: address,
        vault_shard: *vault_shard.address(),
        referrer: Address::new_from_array(header.referrer.to_bytes()),
        protocol_fees: protocol,
        referrer_fees: referred,
    });
    Ok(true)
}

/// Credits the referrer's lane, if it still exists.
fn credit_referrer(
    expected: &Key,
    account: Option<&UncheckedAccount>,
    amount: u64,
) -> Result<bool> {
    let account = account.ok_or(OrderbookError::WrongReferrer)?;
    require!(
        key(account.address()) == *expected,
        OrderbookError::WrongReferrer
    );
    // Only this program can make an account of its own there, and it makes nothing but that lane.
    if !account.account().owned_by(&crate::ID) {
        return Ok(false);
    }
    // SAFETY: Anchor has checked that no other account of the instruction is this one.
    let mut lane = unsafe { Lane::load_mut(*account.account()) }?;
    lane.as_mut()
        .header_mut()
        .credit_quote(amount)
        .map_err(OrderbookError::from)?;
    Ok(true)
}
