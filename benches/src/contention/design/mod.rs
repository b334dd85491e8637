//! What the same action is as a transaction on each exchange.
//!
//! Every design makes instructions with the accounts that its program asks for. Sealane's come from
//! the SDK; the others' lists were written from their published sources, each named where it is.

mod central;
mod cpmm;
mod openbook;
mod sealane;
#[cfg(test)]
mod tests;

pub(crate) use central::{Central, MANIFEST, PHOENIX};
pub(crate) use cpmm::Cpmm;
pub(crate) use openbook::OpenBook;
pub(crate) use sealane::{Choice, DEPTH, Executed, Lanes, LanesOptions, Shards, ShardsOptions};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use solana_pubkey::Pubkey;

use super::{
    day::{Action, Who, Window},
    stream::Stream,
    units::Units,
};

/// An exchange that turns actions into transactions.
pub(crate) trait Design {
    /// What this action sends, if it is one for this exchange.
    fn act(&mut self, action: &Action, window: &Window, stream: &mut Stream);

    /// What others send at the end of a slot because of what happened in it.
    fn end_slot(&mut self, _slot: u32, _stream: &mut Stream) {}
}

/// Two exchanges side by side: one with books, one with pools.
pub(crate) struct Both<A, B>(pub(crate) A, pub(crate) B);

impl<A: Design, B: Design> Design for Both<A, B> {
    fn act(&mut self, action: &Action, window: &Window, stream: &mut Stream) {
        self.0.act(action, window, stream);
        self.1.act(action, window, stream);
    }

    fn end_slot(&mut self, slot: u32, stream: &mut Stream) {
        self.0.end_slot(slot, stream);
        self.1.end_slot(slot, stream);
    }
}

/// All transactions of a window.
pub(crate) fn transactions(design: &mut dyn Design, window: &Window) -> Stream {
    let mut stream = Stream::default();
    let mut slot = 0;
    for action in &window.actions {
        while slot < action.slot {
            design.end_slot(slot, &mut stream);
            slot += 1;
        }
        design.act(action, window, &mut stream);
    }
    design.end_slot(slot, &mut stream);
    stream
}

/// Which compute units the others' instructions are charged with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Compute {
    /// Theirs, as published.
    Published,
    /// Sealane's for the same action, so that only the accounts differ.
    AsSealane(Units),
}

/// Kinds of made-up accounts.
#[derive(Clone, Copy)]
pub(crate) enum Made {
    Wallet,
    Token,
    Program,
    Market,
    Bids,
    Asks,
    Events,
    BaseVault,
    QuoteVault,
    OpenOrders,
    Seat,
    Mint,
    Other,
}

/// An address that differs from others, and looks as random as they do: some choices depend on it.
pub(crate) fn made(kind: Made, a: u32, b: u32) -> Pubkey {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(a) << 32 | u64::from(b));
    rng.set_stream(kind as u64);
    Pubkey::new_from_array(rng.random())
}

/// Somebody's wallet.
pub(crate) fn wallet(who: Who) -> Pubkey {
    made(Made::Wallet, who.0, 0)
}

/// Somebody's token account: of a place's base, or of quote, which all places have in common.
pub(crate) fn token(who: Who, place: u16, is_base: bool) -> Pubkey {
    made(
        Made::Token,
        who.0,
        if is_base { u32::from(place) + 1 } else { 0 },
    )
}
