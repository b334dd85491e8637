//! Money in and out of lanes: markets, vault shards, deposits, withdrawals, fees, closing.
//!
//! The world checks after every instruction that the vaults hold what the lanes and the authority
//! own.

mod fees;
mod funds;
mod lanes;
mod markets;

use anchor_lang::Discriminator;
use bytemuck::AnyBitPattern;
use sealane_core::book::LaneHeader;
use sealane_orderbook::errors::OrderbookError;
use sealane_testkit::{
    Executed, MintSpec, Reason, Snapshot,
    book::{
        market::{PARAMS, TestMarket},
        world::{self, BookWorld},
    },
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

fn spl() -> (MintSpec, MintSpec) {
    (MintSpec::spl(9), MintSpec::spl(6))
}

/// A market of SPL tokens with vault shards.
fn market(vault_shards: u8) -> (BookWorld, TestMarket) {
    let mut world = BookWorld::new();
    let (base, quote) = spl();
    let market = world.create_market((&base, &quote), PARAMS, vault_shards);
    (world, market)
}

/// Fails unless an instruction list is refused for a reason, and changes nothing.
#[track_caller]
fn refused(world: &mut BookWorld, instructions: &[Instruction], reason: &Reason) {
    let before = Snapshot::of(&world.world.svm, instructions);
    let refused = world
        .try_execute(instructions)
        .expect_err("was not refused");
    assert_eq!(refused.reason, *reason, "{}", refused.logs.join("\n"));
    before.assert_unchanged(&world.world.svm, "refused");
}

#[track_caller]
fn refused_by(world: &mut BookWorld, instructions: &[Instruction], error: OrderbookError) {
    refused(world, instructions, &Reason::orderbook(error));
}

/// The one event of its kind.
fn only_event<T: Discriminator + AnyBitPattern>(executed: &Executed) -> T {
    let mut events = world::events(executed);
    assert_eq!(events.len(), 1);
    events.remove(0)
}

/// Free and locked base, free and locked quote.
fn balances(header: &LaneHeader) -> (u64, u64, u64, u64) {
    (
        header.base_free,
        header.base_locked,
        header.quote_free,
        header.quote_locked,
    )
}

/// Turns some of a lane's free quote into fees, as takes do.
fn accrue(world: &mut BookWorld, lane: &Pubkey, protocol: u64, referrer: u64) {
    world.edit_header(lane, |header| {
        header.quote_free -= protocol + referrer;
        header.protocol_fees += protocol;
        header.referrer_fees += referrer;
    });
    world.check();
}
