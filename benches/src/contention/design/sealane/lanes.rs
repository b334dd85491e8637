//! Order books in lanes.

use std::collections::HashMap;

use sealane_core::book::{BookSide, Expiry, Lots, NewOrder, OrderId, PostOnly, SelfTrade, Ticks};
use sealane_sdk::{
    address,
    engine::{
        book::{Ladder, Quoted, TakeLimits},
        fixtures::{MarketWorld, market_world},
        quote::spread,
    },
    plan::{
        Caller, cancel_instruction, order_params, place_instruction, replace_all_instruction,
        swap_take_instruction, take_instruction,
    },
    quote::{SwapTakeQuote, SwapTakeRequest, TakeRequest, quote_swap_take},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::super::{Design, Made, made, wallet};
use crate::contention::{
    day::{Action, Kind, Parameters, QUOTED, Who, Window},
    stream::{Sent, Stream},
    units::Units,
};

/// What can be done in more than one way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LanesOptions {
    /// Makers quote post-only, and have each requote look at four lanes of the others.
    pub(crate) makers_look: bool,
    /// A maker's one wallet pays the fees in all markets, instead of one in each.
    pub(crate) one_payer: bool,
}

/// Books of all markets.
pub(crate) struct Lanes {
    units: Units,
    options: LanesOptions,
    traders: u32,
    markets: Vec<LaneMarket>,
    lanes: HashMap<(u16, Who), Pubkey>,
    /// In which place a maker is among its market's, by maker.
    ranks: HashMap<Who, u32>,
    ladder: Ladder,
}

struct LaneMarket {
    world: MarketWorld,
    vault_shards: Vec<Pubkey>,
    /// A take out of a wallet, to be given its lanes and its vault shard.
    wallet_take: SwapTakeQuote,
}

/// Vault shards of each market.
const VAULT_SHARDS: usize = 8;

impl Lanes {
    pub(crate) fn new(day: &Parameters, units: Units, options: LanesOptions) -> Self {
        let ranks = (0..day.markets as u16).flat_map(|market| {
            (0..day.makers(market)).map(move |index| (day.maker(market, index), index))
        });
        Self {
            units,
            options,
            traders: day.traders,
            markets: (0..day.markets).map(|_| LaneMarket::new()).collect(),
            lanes: HashMap::new(),
            ranks: ranks.collect(),
            ladder: ladder(),
        }
    }

    /// Somebody's lane in a market.
    fn lane(&mut self, market: u16, who: Who) -> Pubkey {
        let at = self.markets[usize::from(market)].world.market;
        let authority = self.authority(who);
        let lane = self.lanes.entry((market, who));
        *lane.or_insert_with(|| address::lane(&at, &authority, 0).0)
    }

    fn lanes(&mut self, market: u16, owners: &[Who]) -> Vec<Pubkey> {
        owners.iter().map(|who| self.lane(market, *who)).collect()
    }

    /// Who signs and pays.
    fn authority(&self, who: Who) -> Pubkey {
        match self.ranks.get(&who) {
            Some(rank) if self.options.one_payer => wallet(Who(self.traders + rank)),
            _ => wallet(who),
        }
    }

    fn instruction(&mut self, action: &Action, window: &Window) -> Option<(Instruction, u64)> {
        if matches!(action.kind, Kind::Swap { .. }) {
            return None;
        }
        let (place, units) = (action.place, self.units);
        let market = self.markets[usize::from(place)].world.market;
        let lane = self.lane(place, action.who);
        let authority = self.authority(action.who);
        Some(match &action.kind {
            Kind::Requote { shown } => {
                let looks = self.options.makers_look;
                let owners = if looks { window.owners(shown) } else { &[] };
                let shown = self.lanes(place, owners);
                let requote =
                    replace_all_instruction(&market, &lane, &authority, &self.ladder, &shown);
                let looking = units.place_shown.saturating_sub(units.place);
                let units = units.requote + if looks { looking } else { 0 };
                (requote.expect("a well-formed ladder"), units)
            }
            Kind::Order { shown } => {
                let shown = self.lanes(place, window.owners(shown));
                let order = order_params(&some_order(), PostOnly::Slide);
                let place = place_instruction(&market, &lane, &authority, &order, &shown);
                (place, units.place_shown)
            }
            Kind::Cancel => {
                let cancel = cancel_instruction(&lane, &authority, OrderId(2));
                (cancel, units.cancel)
            }
            Kind::Take {
                from_wallet,
                fills,
                named,
            } => {
                let makers = self.lanes(place, window.owners(named));
                let units = units.take(*from_wallet, fills.len(), makers.len());
                let caller = Caller::new(authority).without_account_creation();
                let take = if *from_wallet {
                    self.markets[usize::from(place)].wallet_take(makers, &caller)
                } else {
                    let request = TakeRequest::new(lane, BookSide::Bid, Ticks(u32::MAX), Lots(1));
                    take_instruction(&market, &request, &makers, u16::MAX, &caller)
                };
                (take, units)
            }
            Kind::Swap { .. } => return None,
        })
    }
}

impl LaneMarket {
    fn new() -> Self {
        let mut world = market_world(&[(1 << 40, 1 << 40); VAULT_SHARDS]);
        world.quoting(BookSide::Ask, &[100]);
        let request = SwapTakeRequest {
            market: world.market,
            trader: made(Made::Wallet, u32::MAX, 0),
            side: BookSide::Bid,
            limit: Ticks(u32::MAX),
            lots: Some(Lots(1)),
            maximum_sent: None,
            slippage_tolerance_bps: 50,
            whole: false,
            self_trade: SelfTrade::Decrement,
            referrer: None,
        };
        let limits = TakeLimits::default();
        let wallet_take = quote_swap_take(&world.markets, &request, &limits);
        let wallet_take = wallet_take.expect("one lot is on offer");
        let shards = world.markets.vault_shards(&world.market);
        Self {
            vault_shards: shards.map(|entry| entry.address).collect(),
            wallet_take,
            world,
        }
    }

    /// The vault shard is the one that the trader's address picks, as in the SDK's quotes.
    fn wallet_take(&mut self, makers: Vec<Pubkey>, caller: &Caller) -> Instruction {
        let shard = spread(&caller.owner, self.vault_shards.len());
        self.wallet_take.vault_shard = self.vault_shards[shard];
        self.wallet_take.outcome.lanes = makers;
        let take = swap_take_instruction(&self.world.markets, &self.wallet_take, caller);
        take.expect("the cache holds the market")
    }
}

impl Design for Lanes {
    fn act(&mut self, action: &Action, window: &Window, stream: &mut Stream) {
        let Some((instruction, units)) = self.instruction(action, window) else {
            return;
        };
        stream.push(&Sent {
            slot: action.slot,
            is_trade: matches!(action.kind, Kind::Take { .. }),
            payer: self.authority(action.who),
            instructions: &[instruction],
            units,
        });
    }
}

/// Quotes as long as a maker's.
fn ladder() -> Ladder {
    let side = |first: i64, step: i64| {
        let price = |level| Ticks((first + step * level) as u32);
        let levels = (0..QUOTED as i64).map(|level| Quoted::new(price(level), Lots(100)));
        Some(levels.collect())
    };
    Ladder {
        bids: side(999, -1),
        asks: side(1_001, 1),
        ..Ladder::default()
    }
}

fn some_order() -> NewOrder {
    NewOrder {
        side: BookSide::Bid,
        price: Ticks(999),
        lots: Lots(100),
        client_id: 1,
        expiry: Expiry::NEVER,
    }
}
