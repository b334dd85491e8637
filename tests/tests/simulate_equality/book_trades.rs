//! Random trades in markets.

use rand::{
    Rng,
    seq::{IndexedRandom, SliceRandom},
};
use sealane_core::book::{BookSide, Expiry, RequoteHead, Ticks, requote::flag};
use sealane_engine::simulate::Slot;
use sealane_orderbook::{PlaceParams, SwapTakeParams, TakeParams, TimeInForce};
use sealane_testkit::{
    book::trading::{ladder, order, swapping, taking},
    log_uniform,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::arena::{Arena, Books, District};

/// Prices lie around this, in ticks.
const MIDDLE: u32 = 1_000;
const LOTS: u64 = 300;

impl Arena {
    /// Something that is done in a market.
    pub(crate) fn in_market(
        &self,
        rng: &mut impl Rng,
        district: &District,
    ) -> (&'static str, Vec<Instruction>) {
        let books = district.markets.choose(rng).expect("there are markets");
        let market = &books.market;
        let (lane, owner) = *books.lanes.choose(rng).expect("there are lanes");
        let vault = rng.random_range(0..market.vaults.len());
        let trader = self.trader(rng, &lane, owner);
        let (kind, instruction) = match rng.random_range(0..100) {
            0..7 => {
                let (base, quote) = (amount(rng), amount(rng));
                ("deposit", market.deposit(vault, lane, owner, base, quote))
            }
            7..9 => {
                let (base, quote) = (amount(rng), amount(rng));
                let base = if rng.random_bool(0.05) {
                    u64::MAX
                } else {
                    base
                };
                ("withdraw", market.withdraw(vault, lane, owner, base, quote))
            }
            9..30 => ("place", self.place(rng, books, lane, trader)),
            30..33 => {
                let count = rng.random_range(0..6);
                let orders = (0..count).map(|_| self.order(rng)).collect();
                let place = market.place_many(lane, trader, orders);
                ("place_many", shown(rng, books, place))
            }
            33..39 => ("cancel", self.cancel(rng, books, lane, trader)),
            39..56 => ("replace_all", self.replace_all(rng, books, lane, trader)),
            56..74 => ("take", self.take(rng, books, (lane, trader))),
            74..90 => {
                let wallet = *district.wallets.choose(rng).expect("there are wallets");
                ("swap_take", self.swap_take(rng, books, wallet))
            }
            90..96 => {
                let pair = self.crossing(rng, books);
                let most = rng.random_range(0..9);
                ("cross", market.cross(lane, trader, pair, most))
            }
            96..98 => ("reap", market.reap(lane)),
            _ => {
                let delegate = *district.wallets.choose(rng).expect("there are wallets");
                ("set_delegate", market.set_delegate(owner, lane, delegate))
            }
        };
        (kind, vec![instruction])
    }

    /// Whoever may trade with a lane, or somebody else.
    fn trader(&self, rng: &mut impl Rng, lane: &Pubkey, owner: Pubkey) -> Pubkey {
        let header = self.state.account(lane).lane_header().expect("a lane");
        match rng.random_range(0..20) {
            0 => Pubkey::new_from_array(header.delegate.to_bytes()),
            1 => *self.districts[0]
                .wallets
                .choose(rng)
                .expect("there are wallets"),
            _ => owner,
        }
    }

    fn order(&self, rng: &mut impl Rng) -> PlaceParams {
        let side = book_side(rng);
        let clock = self.state.clock();
        let away = log_uniform(rng, 40) as u32;
        let price = match side {
            BookSide::Bid => MIDDLE + 5 - away,
            BookSide::Ask => MIDDLE - 5 + away,
        };
        PlaceParams {
            side: if rng.random_bool(0.02) { 2 } else { side as u8 },
            post_only: rng.random_range(0..3) * u8::from(rng.random_bool(0.3)),
            client_id: rng.random_range(0..4),
            expires_slot: if rng.random_bool(0.2) {
                clock.slot + 15
            } else {
                0
            },
            expires_at: if rng.random_bool(0.1) {
                clock.unix_timestamp as u32 + 8
            } else {
                0
            },
            ..order(side, price, log_uniform(rng, LOTS))
        }
    }

    fn place(
        &self,
        rng: &mut impl Rng,
        books: &Books,
        lane: Pubkey,
        trader: Pubkey,
    ) -> Instruction {
        let place = books.market.place(lane, trader, self.order(rng));
        shown(rng, books, place)
    }

    fn cancel(
        &self,
        rng: &mut impl Rng,
        books: &Books,
        lane: Pubkey,
        trader: Pubkey,
    ) -> Instruction {
        let market = &books.market;
        let held = self.state.account(&lane).lane().expect("a lane");
        let side = book_side(rng);
        let id = held.orders(side).choose(rng).map_or(77, |order| order.id.0);
        match rng.random_range(0..7) {
            0..3 => market.cancel(lane, trader, id),
            3 => market.cancel_client(lane, trader, rng.random_range(0..5)),
            4 => {
                let (limit, most) = (MIDDLE + rng.random_range(0..10), rng.random_range(0..4));
                market.cancel_up_to(lane, trader, side, limit, most)
            }
            5 if rng.random_bool(0.4) => market.cancel_all(lane, trader, rng.random_range(0..4)),
            _ => market.reduce(lane, trader, id, log_uniform(rng, LOTS)),
        }
    }

    fn replace_all(
        &self,
        rng: &mut impl Rng,
        books: &Books,
        lane: Pubkey,
        trader: Pubkey,
    ) -> Instruction {
        let (bids, asks) = (levels(rng), levels(rng));
        let head = RequoteHead {
            client_id: 3,
            expiry: Expiry::NEVER,
            reference: Ticks(MIDDLE + rng.random_range(0..6) - 3),
            lot_multiple: 10,
            bids: 0,
            asks: 0,
            flags: match rng.random_range(0..12) {
                0 => flag::BIDS,
                1 => flag::ASKS,
                2 => flag::ALL,
                _ => flag::BIDS | flag::ASKS,
            },
        };
        let replace = books
            .market
            .replace_all(lane, trader, ladder(head, &bids, &asks));
        shown(rng, books, replace)
    }

    pub(crate) fn take(
        &self,
        rng: &mut impl Rng,
        books: &Books,
        (lane, trader): (Pubkey, Pubkey),
    ) -> Instruction {
        let side = book_side(rng);
        let order = TakeParams {
            self_trade: rng.random_range(0..3),
            max_orders: if rng.random_bool(0.2) {
                rng.random_range(0..4)
            } else {
                u16::MAX
            },
            max_quote: if rng.random_bool(0.2) {
                log_uniform(rng, 1_000_000)
            } else {
                u64::MAX
            },
            deadline: self.deadline(rng),
            time_in_force: match rng.random_range(0..6) {
                0 => TimeInForce::FillOrKill,
                1 | 2 => TimeInForce::Rest {
                    client_id: 1,
                    expires_slot: 0,
                    expires_at: 0,
                },
                _ => TimeInForce::ImmediateOrCancel,
            },
            ..taking(side, limit(rng, side), log_uniform(rng, LOTS))
        };
        let makers = self.makers(rng, books, &lane);
        books.market.take(lane, trader, order, &makers)
    }

    pub(crate) fn swap_take(
        &self,
        rng: &mut impl Rng,
        books: &Books,
        wallet: Pubkey,
    ) -> Instruction {
        let side = book_side(rng);
        let mut lanes = Vec::new();
        let mut flags = u8::from(rng.random_bool(0.1));
        if rng.random_bool(0.3) {
            flags |= 2;
            lanes.push(books.lanes.choose(rng).expect("there are lanes").0);
        }
        let first = lanes.first().copied().unwrap_or_default();
        lanes.extend(self.makers(rng, books, &first));
        let order = SwapTakeParams {
            self_trade: rng.random_range(0..3),
            flags,
            maximum_sent: if rng.random_bool(0.3) {
                log_uniform(rng, 3_000_000)
            } else {
                u64::MAX
            },
            minimum_received: if rng.random_bool(0.1) {
                log_uniform(rng, 3_000_000)
            } else {
                0
            },
            deadline: self.deadline(rng),
            ..swapping(side, limit(rng, side), log_uniform(rng, LOTS))
        };
        let vault = rng.random_range(0..books.market.vaults.len());
        books.market.swap_take(vault, wallet, order, &lanes)
    }

    /// Some lanes but this one, seldom the same twice.
    fn makers(&self, rng: &mut impl Rng, books: &Books, but: &Pubkey) -> Vec<Pubkey> {
        let mut lanes: Vec<Pubkey> = books.lanes.iter().map(|(lane, _)| *lane).collect();
        lanes.shuffle(rng);
        lanes.truncate(rng.random_range(1..=6));
        if rng.random_bool(0.97) {
            lanes.retain(|lane| lane != but);
        }
        if rng.random_bool(0.03) {
            lanes.extend(lanes.first().copied());
        }
        lanes
    }

    /// Two lanes that cross, if there are any.
    fn crossing(&self, rng: &mut impl Rng, books: &Books) -> (Pubkey, Pubkey) {
        let best = |lane: &Pubkey, side| match self.state.account(lane) {
            Slot::Lane(account) => account.lane().best(side).map(|order| order.price),
            _ => None,
        };
        let mut lanes: Vec<Pubkey> = books.lanes.iter().map(|(lane, _)| *lane).collect();
        lanes.shuffle(rng);
        for bids in &lanes {
            for asks in lanes.iter().filter(|asks| *asks != bids) {
                let (bid, ask) = (best(bids, BookSide::Bid), best(asks, BookSide::Ask));
                if bid.zip(ask).is_some_and(|(bid, ask)| bid > ask) {
                    return (*bids, *asks);
                }
            }
        }
        (lanes[0], lanes[1])
    }
}

/// An instruction that places, showing lanes if it may matter.
fn shown(rng: &mut impl Rng, books: &Books, mut instruction: Instruction) -> Instruction {
    let count = if rng.random_bool(0.3) {
        rng.random_range(0..5)
    } else {
        0
    };
    for _ in 0..count {
        let (lane, _) = books.lanes.choose(rng).expect("there are lanes");
        let meta = solana_instruction::AccountMeta::new_readonly(*lane, false);
        instruction.accounts.push(meta);
    }
    instruction
}

fn levels(rng: &mut impl Rng) -> Vec<(u16, u32)> {
    let count = rng.random_range(2..=9);
    let mut level = || {
        (
            rng.random_range(0..4) + u16::from(rng.random_bool(0.98)),
            1 + rng.random_range(0..5),
        )
    };
    (0..count).map(|_| level()).collect()
}

fn limit(rng: &mut impl Rng, side: BookSide) -> u32 {
    let away = log_uniform(rng, 30) as u32;
    match side {
        BookSide::Bid => MIDDLE - 10 + away,
        BookSide::Ask => MIDDLE + 10 - away,
    }
}

fn amount(rng: &mut impl Rng) -> u64 {
    if rng.random_bool(0.2) {
        0
    } else {
        log_uniform(rng, 5_000_000)
    }
}

fn book_side(rng: &mut impl Rng) -> BookSide {
    if rng.random() {
        BookSide::Bid
    } else {
        BookSide::Ask
    }
}
