//! Trades, from such as share nothing to such as all want the same pool.

#[cfg(test)]
mod tests;

use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use sealane_core::book::BookSide;
use sealane_engine::simulate::{
    State, Trade,
    fixtures::{Exchange, MIDDLE},
};
use serde::Serialize;
use solana_instruction::Instruction;
use solana_message::{Message, VersionedMessage};

const SHARDS: usize = 64;
const WALLETS: usize = 1_024;
/// The pool shard that everybody may want.
const WANTED: usize = 0;

/// What the trades are, and how much they are in each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Flow {
    /// Swaps on 64 pool shards; every wallet keeps to one shard.
    Apart,
    /// Swaps of any wallet, on any shard but for this share in percent, which all want the same one.
    Wanted(u32),
    /// Swaps, orders placed and cancelled, and takes from the lanes of others.
    Mixed,
}

/// From none to total.
pub(crate) const FLOWS: [Flow; 6] = [
    Flow::Apart,
    Flow::Wanted(0),
    Flow::Wanted(10),
    Flow::Wanted(50),
    Flow::Wanted(100),
    Flow::Mixed,
];

/// An exchange, and where random trades on it come from.
pub(crate) struct Generator {
    pub(crate) exchange: Exchange,
    rng: ChaCha8Rng,
}

impl Generator {
    pub(crate) fn new() -> (Self, State) {
        let (exchange, state) = Exchange::new(SHARDS as u8, WALLETS);
        let rng = ChaCha8Rng::seed_from_u64(7);
        (Self { exchange, rng }, state)
    }

    /// So many trades, and the wallet that each is of.
    pub(crate) fn instructions(&mut self, flow: Flow, count: usize) -> Vec<(usize, Instruction)> {
        // Exactly the share, so that no batch differs by chance.
        let wanted = match flow {
            Flow::Wanted(percent) => count * percent as usize / 100,
            Flow::Apart | Flow::Mixed => 0,
        };
        let mut is_wanted: Vec<bool> = (0..count).map(|at| at < wanted).collect();
        is_wanted.shuffle(&mut self.rng);
        let trades = is_wanted.into_iter().map(|is_wanted| {
            let wallet = self.rng.random_range(0..WALLETS);
            let shard = match flow {
                Flow::Apart => wallet % SHARDS,
                _ if is_wanted => WANTED,
                _ => self.rng.random_range(WANTED + 1..SHARDS),
            };
            (wallet, self.instruction(flow, wallet, shard))
        });
        trades.collect()
    }

    fn instruction(&mut self, flow: Flow, wallet: usize, shard: usize) -> Instruction {
        let (exchange, rng) = (&self.exchange, &mut self.rng);
        let kind = if flow == Flow::Mixed {
            rng.random_range(0..10)
        } else {
            0
        };
        let is_bid: bool = rng.random();
        let side = if is_bid { BookSide::Bid } else { BookSide::Ask };
        match kind {
            0..5 => exchange.swap(wallet, shard, is_bid, rng.random_range(1_000..1_000_000)),
            5..7 => {
                let away = rng.random_range(1..8);
                let price = if is_bid { MIDDLE - away } else { MIDDLE + away };
                exchange.place(wallet, side, price, rng.random_range(1..100))
            }
            7 => exchange.cancel_all(wallet),
            _ => {
                let limit = if is_bid { MIDDLE + 8 } else { MIDDLE - 8 };
                let makers = [rng.random_range(0..WALLETS), rng.random_range(0..WALLETS)];
                exchange.take(wallet, side, limit, rng.random_range(1..100), &makers)
            }
        }
    }

    /// So many trades.
    pub(crate) fn trades(&mut self, flow: Flow, count: usize) -> Vec<Trade> {
        let instructions = self.instructions(flow, count).into_iter();
        instructions
            .map(|(_, instruction)| Trade::signed(vec![instruction]))
            .collect()
    }

    /// So many trades as the bytes that their wallets sign.
    pub(crate) fn messages(&mut self, flow: Flow, count: usize) -> Vec<Vec<u8>> {
        let instructions = self.instructions(flow, count).into_iter();
        let message = |(wallet, instruction): (usize, Instruction)| {
            let payer = self.exchange.wallets[wallet].address;
            VersionedMessage::Legacy(Message::new(&[instruction], Some(&payer))).serialize()
        };
        instructions.map(message).collect()
    }
}

impl Flow {
    /// In words.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Apart => "swaps, wallets apart".to_owned(),
            Self::Wanted(0) => "swaps, any wallet and pool".to_owned(),
            Self::Wanted(100) => "swaps, all on one pool".to_owned(),
            Self::Wanted(share) => format!("swaps, {share}% on one pool"),
            Self::Mixed => "swaps, orders and takes".to_owned(),
        }
    }

    /// In a word, for where there is little room.
    pub(crate) fn short_name(self) -> String {
        match self {
            Self::Apart => "apart".to_owned(),
            Self::Wanted(share) => format!("{share}%"),
            Self::Mixed => "mixed".to_owned(),
        }
    }
}
