//! Books with an event queue: OpenBook v2.
//!
//! Account lists: `programs/openbook-v2/src/accounts_ix/` of openbook-dex/openbook-v2:
//! `place_order.rs`, `place_take_order.rs`, `cancel_order.rs`, `cancel_all_and_place_orders.rs`,
//! `consume_events.rs`. A fill credits its maker only when somebody consumes its event, at most
//! eight at a time (`instructions/consume_events.rs`); here somebody does so as soon as eight wait,
//! and for the rest at the end of the slot.
//!
//! Compute units: none are published as a statistic; these are single transactions on mainnet.
//! `PlaceOrder` 27,535 (signature 247o59Zq6whJQEKiRRU4gWKv4AUaX77WwciTeiCkhnaXth1k4gKmoLpgXgojGqPKjoxhRsShrqQEfNLge1hVceYG),
//! `CancelOrderByClientOrderId` 8,391 (3ggvCQ979T5gRV56bUU4YGtYYJruAZypgTxgnrw4eoVP9ARKK8VT8j7Dy7TnBQ6r4j511yqYZM7mdkk8fJ363s9P),
//! `CancelAllAndPlaceOrders` of two orders 46,738 (3kxL8Qvp16kmVNiUkQSJ3zLvCJDK4qPZZ1ZL8W2VHeYoJUJnQ4VqMHFMNSmsGBq7rTfpe8cTzCopMSNRen6vGFt1).
//! A take is charged like `PlaceOrder`, and consuming like the cheapest of these, which is likely
//! less than they cost.

use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::{Compute, Design, Made, made, token, wallet};
use crate::contention::{
    day::{Action, Kind, Who, Window},
    stream::{Sent, Stream},
};

const PLACE: u64 = 27_535;
const CANCEL: u64 = 8_391;
const REQUOTE: u64 = 46_738;
/// Events that one instruction consumes at most.
const BATCH: usize = 8;

/// OpenBook v2.
pub(crate) struct OpenBook {
    compute: Compute,
    /// Makers whose fills wait to be consumed, by market.
    events: Vec<Vec<Who>>,
}

impl OpenBook {
    pub(crate) fn new(markets: u32, compute: Compute) -> Self {
        Self {
            compute,
            events: vec![Vec::new(); markets as usize],
        }
    }

    fn consume(&mut self, market: u16, slot: u32, stream: &mut Stream) {
        let waiting = &mut self.events[usize::from(market)];
        let mut accounts = vec![written(Made::Market, market), written(Made::Events, market)];
        for maker in waiting.drain(..) {
            accounts.push(open_orders(market, maker));
        }
        let units = match self.compute {
            Compute::Published => CANCEL,
            Compute::AsSealane(units) => units.cancel,
        };
        stream.push(&Sent {
            slot,
            is_trade: false,
            // Whoever runs the crank of a market.
            payer: made(Made::Other, 1, market.into()),
            instructions: &[instruction(accounts, 16)],
            units,
        });
    }
}

fn program() -> Pubkey {
    made(Made::Program, 2, 0)
}

fn written(kind: Made, market: u16) -> AccountMeta {
    AccountMeta::new(made(kind, market.into(), 0), false)
}

fn open_orders(market: u16, who: Who) -> AccountMeta {
    AccountMeta::new(made(Made::OpenOrders, market.into(), who.0), false)
}

fn book(market: u16) -> [AccountMeta; 2] {
    [written(Made::Bids, market), written(Made::Asks, market)]
}

fn instruction(accounts: Vec<AccountMeta>, data: usize) -> Instruction {
    Instruction {
        program_id: program(),
        accounts,
        data: vec![0; data],
    }
}

/// An order: the token account and the vault of the side that pays are written even if a deposit
/// pays.
fn place(market: u16, who: Who) -> Instruction {
    let mut accounts = vec![
        AccountMeta::new_readonly(wallet(who), true),
        open_orders(market, who),
        AccountMeta::new(token(who, market, false), false),
        written(Made::Market, market),
    ];
    accounts.extend(book(market));
    accounts.extend([
        written(Made::Events, market),
        written(Made::QuoteVault, market),
        AccountMeta::new_readonly(made(Made::Program, 1, 0), false),
    ]);
    instruction(accounts, 52)
}

fn requote(market: u16, who: Who) -> Instruction {
    let mut one = place(market, who);
    one.accounts.extend([
        AccountMeta::new(token(who, market, true), false),
        written(Made::BaseVault, market),
    ]);
    // Sixteen orders of a price, a size and an expiry.
    one.data = vec![0; 8 + 10 + 16 * 24];
    one
}

fn cancel(market: u16, who: Who) -> Instruction {
    let mut accounts = vec![
        open_orders(market, who),
        AccountMeta::new_readonly(wallet(who), true),
        AccountMeta::new_readonly(made(Made::Market, market.into(), 0), false),
    ];
    accounts.extend(book(market));
    instruction(accounts, 24)
}

fn take_from_wallet(market: u16, who: Who) -> Instruction {
    let mut accounts = vec![
        AccountMeta::new(wallet(who), true),
        written(Made::Market, market),
        AccountMeta::new_readonly(made(Made::Other, 2, market.into()), false),
    ];
    accounts.extend(book(market));
    accounts.extend([
        written(Made::BaseVault, market),
        written(Made::QuoteVault, market),
        written(Made::Events, market),
        AccountMeta::new(token(who, market, true), false),
        AccountMeta::new(token(who, market, false), false),
        AccountMeta::new_readonly(made(Made::Program, 1, 0), false),
        AccountMeta::new_readonly(Pubkey::default(), false),
    ]);
    instruction(accounts, 35)
}

impl Design for OpenBook {
    fn act(&mut self, action: &Action, window: &Window, stream: &mut Stream) {
        let (at, who) = (action.place, action.who);
        let (one, published) = match &action.kind {
            Kind::Requote { .. } => (requote(at, who), REQUOTE),
            Kind::Order { .. } => (place(at, who), PLACE),
            Kind::Cancel => (cancel(at, who), CANCEL),
            Kind::Take {
                from_wallet: true, ..
            } => (take_from_wallet(at, who), PLACE),
            Kind::Take { .. } => (place(at, who), PLACE),
            Kind::Swap { .. } => return,
        };
        let units = match self.compute {
            Compute::Published => published,
            Compute::AsSealane(units) => units.of(&action.kind),
        };
        stream.push(&Sent {
            slot: action.slot,
            is_trade: matches!(action.kind, Kind::Take { .. }),
            payer: wallet(who),
            instructions: &[one],
            units,
        });
        if let Kind::Take { fills, .. } = &action.kind {
            for maker in window.owners(fills) {
                self.events[usize::from(at)].push(*maker);
                if self.events[usize::from(at)].len() == BATCH {
                    self.consume(at, action.slot, stream);
                }
            }
        }
    }

    fn end_slot(&mut self, slot: u32, stream: &mut Stream) {
        for market in 0..self.events.len() {
            if !self.events[market].is_empty() {
                self.consume(market as u16, slot, stream);
            }
        }
    }
}
