//! `rebalance`: two shards of a pool trade with each other until their prices meet.

use sealane_amm::{errors::AmmError, events::ShardsRebalanced, state::pause};
use sealane_core::{pool::rebalance, units::Side};

use super::{TokenOf, fee_of, pay, priced, token_of};
use crate::simulate::{
    Event, compute,
    error::{Fault, amm, require},
    frame::{Frame, Ledger, Sink},
};

const POOL: usize = 0;
const BASE_MINT: usize = 7;
const QUOTE_MINT: usize = 8;
const BASE_PROGRAM: usize = 9;
const QUOTE_PROGRAM: usize = 10;

/// Where one shard's account and vaults are.
#[derive(Clone, Copy)]
struct Party {
    shard: usize,
    base_vault: usize,
    quote_vault: usize,
}

const FIRST: Party = Party {
    shard: 1,
    base_vault: 3,
    quote_vault: 4,
};
const SECOND: Party = Party {
    shard: 2,
    base_vault: 5,
    quote_vault: 6,
};

fn verify<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>) -> Result<(TokenOf, TokenOf), Fault> {
    let pool = frame.pool(POOL)?;
    let _ = (frame.shard(FIRST.shard)?, frame.shard(SECOND.shard)?);
    pool.require_active(pause::REBALANCE)?;
    for party in [FIRST, SECOND] {
        let shard = frame.shard(party.shard)?;
        require(shard.pool == *frame.address(POOL), AmmError::WrongPool)?;
        require(
            *frame.address(party.base_vault) == shard.base_vault,
            AmmError::WrongVault,
        )?;
        require(
            *frame.address(party.quote_vault) == shard.quote_vault,
            AmmError::WrongVault,
        )?;
    }
    let base = token_of(frame, pool, Side::Base, BASE_MINT, BASE_PROGRAM)?;
    let quote = token_of(frame, pool, Side::Quote, QUOTE_MINT, QUOTE_PROGRAM)?;
    for token in [&base, &quote] {
        let fee = fee_of(frame, token)?;
        require(fee.bps == 0, AmmError::RebalanceWithTransferFee)?;
    }
    Ok((base, quote))
}

/// Handler of `rebalance`.
pub(crate) fn handle<L: Ledger, S: Sink>(frame: &mut Frame<'_, L, S>) -> Result<(), Fault> {
    let (base, quote) = verify(frame)?;
    priced(frame, POOL, FIRST.shard)?;
    let params = priced(frame, POOL, SECOND.shard)?;
    frame.charge(compute::rebalance(&params.curve));
    let (first, second) = (frame.shard(FIRST.shard)?, frame.shard(SECOND.shard)?);
    let update = rebalance(&first.state(), &second.state(), &params.curve).map_err(amm)?;
    frame.shard_mut(FIRST.shard)?.store(&update.first);
    frame.shard_mut(SECOND.shard)?.store(&update.second);
    let (base_giver, quote_giver) = if update.first_gives_base {
        (FIRST, SECOND)
    } else {
        (SECOND, FIRST)
    };
    let (base_moved, quote_moved) = (update.base_moved.get(), update.quote_moved.get());
    let vaults = (base_giver.base_vault, quote_giver.base_vault);
    pay(frame, base, vaults, base_giver.shard, base_moved)?;
    let vaults = (quote_giver.quote_vault, base_giver.quote_vault);
    pay(frame, quote, vaults, quote_giver.shard, quote_moved)?;
    frame.tell(|frame| {
        Event::ShardsRebalanced(ShardsRebalanced {
            base_giver: *frame.address(base_giver.shard),
            quote_giver: *frame.address(quote_giver.shard),
            base_moved,
            quote_moved,
        })
    });
    Ok(())
}
