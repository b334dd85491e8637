//! A transaction's events, as what is kept of them.

use rust_decimal::Decimal;
use sealane_sdk::{
    amm, amount,
    events::{
        self, Event,
        governance::{self as governance_events, GovernanceEvent},
        orderbook::{self as book_events, BookEvent},
        staking::{self as staking_events, StakingEvent},
    },
    governance, orderbook, staking,
};
use solana_pubkey::Pubkey;

use super::{
    directory::Directory,
    orders::Orders,
    source::{Call, Fetched},
    stakes, takes, votes,
};
use crate::{
    store::{Activity, EventRow, Recorded, Trade},
    view::whole,
};

/// What a transaction's events say, before it is known what belongs to what.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) pools: Vec<Event>,
    /// With the instruction that told it.
    pub(super) books: Vec<(BookEvent, Call)>,
    pub(super) stakes: Vec<StakingEvent>,
    pub(super) votes: Vec<GovernanceEvent>,
}

impl Told {
    /// Reads a transaction's logs.
    pub(super) fn of(fetched: &Fetched) -> Self {
        let instructions = book_events::by_instruction(&fetched.logs);
        let calls = fetched.book_calls.iter().cloned();
        let calls = calls.chain(std::iter::repeat(Call::default()));
        let books = instructions.into_iter().zip(calls);
        let books = books.flat_map(|(events, call)| {
            let events = events.into_iter();
            events.map(move |event| (event, call.clone()))
        });
        Self {
            pools: events::from_logs(&fetched.logs),
            books: books.collect(),
            stakes: staking_events::from_logs(&fetched.logs),
            votes: governance_events::from_logs(&fetched.logs),
        }
    }

    /// The shards, lanes and markets that are named.
    pub(super) fn named(&self) -> [Vec<Pubkey>; 3] {
        let shards = self.pools.iter().filter_map(|event| match event {
            Event::Swapped(swap) => Some(swap.shard),
            Event::LiquidityAdded(added) => Some(added.shard),
            Event::LiquidityRemoved(removed) => Some(removed.shard),
            _ => None,
        });
        let (mut lanes, mut markets) = (Vec::new(), Vec::new());
        for (event, call) in &self.books {
            lanes.extend(takes::lane_of(event));
            lanes.extend(event.makers(&call.accounts));
            markets.extend(takes::market_of(event));
        }
        [shards.collect(), lanes, markets]
    }
}

/// A transaction's place, for what it contains.
pub(super) struct Place<'a> {
    pub(super) fetched: &'a Fetched,
    pub(super) position: u32,
}

impl Place<'_> {
    pub(super) fn activity(&self, owner: Pubkey, kind: &str) -> Activity {
        Activity {
            owner,
            kind: kind.to_owned(),
            signature: self.fetched.signature.clone(),
            position: self.position,
            slot: self.fetched.slot,
            time: self.fetched.time,
            ..Activity::default()
        }
    }
}

/// A transaction's events, numbered.
#[derive(Default)]
struct Listed(Vec<EventRow>);

impl Listed {
    fn position(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    fn next<'a>(&self, fetched: &'a Fetched) -> Place<'a> {
        Place {
            fetched,
            position: self.position(),
        }
    }

    /// With its name, and the account that it is about.
    fn push(&mut self, program: Pubkey, (kind, account): (&'static str, Pubkey)) {
        let position = self.position();
        self.0.push(EventRow {
            position,
            program,
            kind,
            account,
        });
    }
}

/// What is kept of a transaction.
pub(super) fn recorded(
    fetched: &Fetched,
    told: &Told,
    directory: &mut Directory,
    orders: &mut Orders,
) -> Recorded {
    let mut recorded = Recorded {
        signature: fetched.signature.clone(),
        slot: fetched.slot,
        time: fetched.time,
        ..Recorded::default()
    };
    let mut listed = Listed::default();
    for event in &told.pools {
        let place = listed.next(fetched);
        let named = pool_event(event, &place, directory, &mut recorded);
        listed.push(amm::ID, named);
    }
    for (event, call) in &told.books {
        let place = listed.next(fetched);
        if let BookEvent::LaneOpened(opened) = event {
            directory.add_lane(opened.lane, opened.market, opened.owner);
        }
        let changes = orders.follow(event, call, directory, &mut recorded.books);
        let reported = takes::Reported {
            event,
            accounts: &call.accounts,
            changes: &changes,
        };
        let named = takes::book_event(&reported, &place, directory, &mut recorded);
        listed.push(orderbook::ID, named);
    }
    for event in &told.stakes {
        let place = listed.next(fetched);
        let named = stakes::event(event, &place, directory, &mut recorded);
        listed.push(staking::ID, named);
    }
    for event in &told.votes {
        let place = listed.next(fetched);
        let named = votes::event(event, &place, directory, &mut recorded);
        listed.push(governance::ID, named);
    }
    recorded.events = listed.0;
    // Of one event each part has its number.
    for at in 1..recorded.activities.len() {
        let (earlier, later) = recorded.activities.split_at_mut(at);
        if earlier[at - 1].position == later[0].position {
            later[0].part = earlier[at - 1].part + 1;
        }
    }
    recorded
}

fn pool_event(
    event: &Event,
    place: &Place<'_>,
    directory: &mut Directory,
    recorded: &mut Recorded,
) -> (&'static str, Pubkey) {
    match event {
        Event::Swapped(swap) => {
            if let Some(trade) = swapped(swap, place, directory) {
                recorded.activities.push(Activity {
                    venue: Some(trade.venue),
                    is_buy: Some(trade.is_buy),
                    base: Some(trade.base),
                    quote: Some(trade.quote),
                    price: Some(trade.price),
                    fee: Some(trade.fee),
                    account: Some(swap.shard),
                    ..place.activity(swap.trader, "swap")
                });
                recorded.trades.push(trade);
            }
            ("Swapped", swap.shard)
        }
        Event::LiquidityAdded(added) => {
            recorded.activities.push(Activity {
                venue: directory.pool_of(&added.shard),
                base: Some(added.base),
                quote: Some(added.quote),
                account: Some(added.shard),
                ..place.activity(added.provider, "add_liquidity")
            });
            ("LiquidityAdded", added.shard)
        }
        Event::LiquidityRemoved(removed) => {
            recorded.activities.push(Activity {
                venue: directory.pool_of(&removed.shard),
                base: Some(removed.base),
                quote: Some(removed.quote),
                account: Some(removed.shard),
                ..place.activity(removed.provider, "remove_liquidity")
            });
            ("LiquidityRemoved", removed.shard)
        }
        Event::PoolCreated(created) => ("PoolCreated", created.pool),
        Event::ShardAdded(added) => {
            directory.add_shard(added.shard, added.pool);
            ("ShardAdded", added.shard)
        }
        Event::ShardsRebalanced(moved) => ("ShardsRebalanced", moved.base_giver),
        Event::ProtocolFeesCollected(collected) => ("ProtocolFeesCollected", collected.shard),
        Event::FeesChanged(changed) => ("FeesChanged", changed.pool),
        Event::PauseChanged(changed) => ("PauseChanged", changed.pool),
        Event::AuthorityProposed(proposed) => ("AuthorityProposed", proposed.pool),
        Event::AuthorityChanged(changed) => ("AuthorityChanged", changed.pool),
        Event::AmplificationRamped(ramped) => ("AmplificationRamped", ramped.pool),
        _ => ("Unknown", Pubkey::default()),
    }
}

fn swapped(swap: &amm::events::Swapped, place: &Place<'_>, directory: &Directory) -> Option<Trade> {
    let known = directory.pool_of(&swap.shard);
    let known = known.and_then(|pool| Some((pool, directory.pool_decimals(&pool)?)));
    let Some((pool, decimals)) = known else {
        // Not a trade of anything that could be shown. The event itself is kept.
        tracing::error!(shard = %swap.shard, signature = place.fetched.signature, "a swap's pool is unknown");
        return None;
    };
    let is_buy = swap.side_in == 1;
    let (base, quote) = match is_buy {
        true => (swap.received, swap.sent),
        false => (swap.sent, swap.received),
    };
    Some(Trade {
        id: 0,
        signature: place.fetched.signature.clone(),
        position: place.position,
        fill: 0,
        venue: pool,
        slot: place.fetched.slot,
        time: place.fetched.time,
        is_buy,
        price: price(base, quote, decimals),
        base,
        quote,
        fee: swap.fee,
        earned: swap.fee.saturating_sub(swap.protocol_fee),
        fee_in_base: is_buy,
        taker: swap.trader,
        maker: None,
        counterparty: swap.shard,
    })
}

/// Whole quote tokens for one whole base token; zero where no base tokens moved.
fn price(base: u64, quote: u64, (base_decimals, quote_decimals): (u8, u8)) -> Decimal {
    let quote = whole(quote.into(), quote_decimals);
    let base = whole(base.into(), base_decimals);
    amount::ratio(quote, base).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_of_whole_tokens() {
        // 300 quote of 6 decimals for 2 base of 9.
        let price = price(2_000_000_000, 300_000_000, (9, 6));
        assert_eq!(price, Decimal::from(150));
        assert_eq!(super::price(0, 1, (9, 6)), Decimal::ZERO);
    }
}
