//! One take in the demo world's order book: quoted, executed, compared.

use std::collections::{BTreeMap, BTreeSet};

use sealane_sdk::book::{BookUnits, LaneSnapshot, OrderBook, TakeLimits};
use sealane_sdk::client::Client;
use sealane_sdk::engine_core::book::{BookSide, Lots, OrderId, Ticks};
use sealane_sdk::markets::MarketError;
use sealane_sdk::orderbook::TimeInForce;
use sealane_sdk::plan::{
    Caller, OpenLaneRequest, deposit_instructions, open_lane_instructions, take_instructions,
};
use sealane_sdk::quote::{QuotedFill, TakeQuote, TakeRequest};
use sealane_sdk::tx::Confirmed;
use serde::Serialize;
use solana_pubkey::Pubkey;

use crate::chain::Chain;
use crate::progress::Progress;
use crate::world::{Doing as _, Wallet, World, WorldError, WorldMarket};

/// Whole quote tokens that the demo's trader deposits.
const DEPOSITED: u64 = 20_000;
/// Whole base tokens that it buys: more than the best prices offer, so that the take goes through
/// several makers' orders.
const BOUGHT: u64 = 60;
/// How far above the best ask it goes, in ticks.
const RANGE_TICKS: u32 = 20;
/// Orders that each side of its lane has room for.
const CAPACITY: u16 = 8;

/// Why the demo did not end well.
#[derive(Debug, thiserror::Error)]
pub enum BookDemoError {
    /// The chain, the SDK or the program refused something.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The order book has no orders to trade with.
    #[error("nobody sells in the order book {name}")]
    Empty {
        /// The pair.
        name: String,
    },
    /// The chain has the transaction but no record of what it spent.
    #[error("the chain confirmed {signature} but does not say how many compute units it used")]
    NoRecord {
        /// The take.
        signature: String,
    },
    /// The execution did not meet the quote, which is the one thing that must not happen.
    #[error(
        "the execution does not meet the quote: quoted {quoted:?}, executed {executed:?} (in base units; transaction {signature})"
    )]
    QuoteNotMet {
        /// What the quote said.
        quoted: Box<Amounts>,
        /// What the lanes on the chain say.
        executed: Box<Amounts>,
        /// The take.
        signature: String,
    },
}

/// What a take comes to, in base units of the tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// Base units bought.
    pub base: u64,
    /// Quote units paid to makers.
    pub value: u64,
    /// The taker's fee in quote units.
    pub fee: u64,
    /// Every resting order that was traded with: lane, order, lots.
    pub fills: Vec<(Pubkey, OrderId, Lots)>,
}

/// What happened.
#[derive(Debug)]
pub struct BookDemo {
    /// The order book traded in.
    pub market: WorldMarket,
    /// How its prices and sizes are written.
    pub units: BookUnits,
    /// The orders before the take.
    pub before: OrderBook,
    /// The orders after it.
    pub after: OrderBook,
    /// The quote.
    pub quote: TakeQuote,
    /// What came of it, by the lanes on the chain.
    pub executed: Amounts,
    /// The trader's lane.
    pub lane: Pubkey,
    /// The lane's free base before and after, in base units.
    pub base_free: [u64; 2],
    /// The lane's free quote before and after.
    pub quote_free: [u64; 2],
    /// The transaction's signature.
    pub signature: String,
    /// The slot it was confirmed in.
    pub slot: u64,
    /// What it spent of the compute budget.
    pub compute_units: u64,
    /// The transaction fee in lamports.
    pub fee_lamports: Option<u64>,
}

/// The demo as one JSON object. Amounts are in base units.
#[derive(Debug, Serialize)]
pub struct BookDemoReport {
    /// What ran the chain.
    pub backend: String,
    /// The market.
    pub market: String,
    /// Its pair.
    pub pair: String,
    /// The trader's lane.
    pub lane: String,
    /// The worst price that was accepted, in ticks.
    pub limit_ticks: u32,
    /// What the quote said would be bought.
    pub quote_base: u64,
    /// What was bought, by the lane's balance on the chain.
    pub executed_base: u64,
    /// What the quote said would be paid to makers.
    pub quote_value: u64,
    /// What was paid to them.
    pub executed_value: u64,
    /// The taker's fee, paid as quoted.
    pub fee: u64,
    /// Resting orders traded with, each by as many lots as quoted.
    pub fills: usize,
    /// Makers' lanes that they rested in.
    pub lanes: usize,
    /// What the transaction spent of the compute budget.
    pub compute_units: u64,
    /// The transaction fee in lamports.
    pub fee_lamports: Option<u64>,
    /// The transaction.
    pub signature: String,
    /// The slot it was confirmed in.
    pub slot: u64,
    /// The best of the book before.
    pub book_before: BookLevels,
    /// The best of the book after.
    pub book_after: BookLevels,
}

/// Levels of each side that the report has.
const REPORTED_LEVELS: usize = 5;

/// The best levels of a book, best first, as (price in ticks, lots).
#[derive(Debug, Serialize)]
pub struct BookLevels {
    /// Who buys.
    pub bids: Vec<(u32, u64)>,
    /// Who sells.
    pub asks: Vec<(u32, u64)>,
}

impl BookLevels {
    fn of(book: &OrderBook) -> Self {
        let levels = |side| {
            let levels = book.levels(side).into_iter().take(REPORTED_LEVELS);
            levels.map(|level| (level.price.0, level.lots.0)).collect()
        };
        Self {
            bids: levels(BookSide::Bid),
            asks: levels(BookSide::Ask),
        }
    }
}

impl BookDemo {
    /// Lets a demo wallet open a lane, deposit, and buy from several makers at once.
    ///
    /// # Errors
    ///
    /// [`BookDemoError::QuoteNotMet`] if the lanes moved by other amounts than the quote said;
    /// [`BookDemoError::World`] if something failed before.
    pub async fn run(
        chain: &Chain,
        world: &World,
        progress: &Progress,
    ) -> Result<Self, BookDemoError> {
        let market = world.markets[0].clone();
        let trader = &world.wallets.alice;
        let mut client = Client::new(chain.rpc_url());

        progress.step("Opening a lane and depositing");
        let lane = fund_lane(&mut client, &market, trader).await?;

        progress.step("Quoting a take");
        let before = Moment::read(&mut client, &market, &lane).await?;
        let units = client
            .markets()
            .units(&market.address)
            .doing(|| format!("reading the order book {}", market.name))?;
        let request = request(&market, &before.book, lane)?;
        let caller = Caller::new(trader.address()).without_account_creation();
        let limits = TakeLimits::default();
        let plan = take_instructions(client.markets(), &request, &limits, &caller)
            .doing(|| format!("quoting a take in {}", market.name))?;

        progress.step("Taking");
        let confirmed = client
            .send(&plan.instructions, &trader.keypair)
            .await
            .doing(|| format!("taking in {}", market.name))?;
        let after = Moment::read(&mut client, &market, &lane).await?;
        compared(market, units, plan.quote, confirmed, before, after)
    }

    /// All of it for machines.
    #[must_use]
    pub fn report(&self, chain: &Chain) -> BookDemoReport {
        let outcome = &self.quote.outcome;
        BookDemoReport {
            backend: chain.backend_name().to_owned(),
            market: self.market.address.to_string(),
            pair: self.market.name.clone(),
            lane: self.lane.to_string(),
            limit_ticks: self.quote.request.limit.0,
            quote_base: outcome.base,
            executed_base: self.executed.base,
            quote_value: outcome.value,
            executed_value: self.executed.value,
            fee: self.executed.fee,
            fills: self.executed.fills.len(),
            lanes: self.lanes(),
            compute_units: self.compute_units,
            fee_lamports: self.fee_lamports,
            signature: self.signature.clone(),
            slot: self.slot,
            book_before: BookLevels::of(&self.before),
            book_after: BookLevels::of(&self.after),
        }
    }

    /// Makers' lanes that were traded with.
    #[must_use]
    pub fn lanes(&self) -> usize {
        let fills = self.executed.fills.iter();
        let lanes: BTreeSet<&Pubkey> = fills.map(|(lane, ..)| lane).collect();
        lanes.len()
    }

    /// The name of the wallet that a maker's lane belongs to.
    #[must_use]
    pub fn maker(&self, lane: &Pubkey) -> &'static str {
        let mut lanes = self.market.lanes.iter();
        let known = lanes.find(|known| known.address == *lane);
        known.map_or("somebody", |known| known.owner)
    }
}

/// Opens the trader's lane and deposits quote tokens.
async fn fund_lane(
    client: &mut Client,
    market: &WorldMarket,
    trader: &Wallet,
) -> Result<Pubkey, WorldError> {
    let owner = trader.address();
    let doing = || format!("opening a lane in {}", market.name);
    let opened = open_lane_instructions(&OpenLaneRequest {
        market: market.address,
        owner,
        index: 0,
        capacity: CAPACITY,
        referrer: None,
    })
    .doing(doing)?;
    client
        .send(&opened.instructions, &trader.keypair)
        .await
        .doing(doing)?;
    let doing = || format!("depositing in {}", market.name);
    client.fetch_market(&market.address).await.doing(doing)?;
    let deposit = deposit_instructions(
        client.markets(),
        &opened.lane,
        &Caller::new(owner),
        0,
        market.quote.units(DEPOSITED),
    )
    .doing(doing)?;
    client
        .send(&deposit.instructions, &trader.keypair)
        .await
        .doing(doing)?;
    Ok(opened.lane)
}

/// All or nothing, at most so far above the best ask.
fn request(
    market: &WorldMarket,
    book: &OrderBook,
    lane: Pubkey,
) -> Result<TakeRequest, BookDemoError> {
    let best = book.best(BookSide::Ask).ok_or_else(|| {
        let name = market.name.clone();
        BookDemoError::Empty { name }
    })?;
    let limit = Ticks(best.price.0.saturating_add(RANGE_TICKS));
    let lots = Lots(market.base.units(BOUGHT) / market.params.base_lot);
    Ok(TakeRequest {
        time_in_force: TimeInForce::FillOrKill,
        ..TakeRequest::new(lane, BookSide::Bid, limit, lots)
    })
}

/// What the chain's accounts say.
struct Moment {
    book: OrderBook,
    lane: LaneSnapshot,
    address: Pubkey,
}

impl Moment {
    async fn read(
        client: &mut Client,
        market: &WorldMarket,
        lane: &Pubkey,
    ) -> Result<Self, WorldError> {
        let doing = || format!("reading the order book {}", market.name);
        client.fetch_market(&market.address).await.doing(doing)?;
        let book = client.markets().book(&market.address).doing(doing)?;
        let unknown = MarketError::UnknownLane { lane: *lane };
        let entry = client.markets().lane(lane).ok_or(unknown).doing(doing)?;
        Ok(Self {
            book,
            lane: entry.lane.clone(),
            address: *lane,
        })
    }

    /// What moved since an earlier moment: by balances, by volume, and order by order.
    fn since(&self, before: &Self) -> Amounts {
        let (was, is) = (before.lane.header(), self.lane.header());
        let paid = was.quote_free.saturating_sub(is.quote_free);
        let value = is.taker_volume.wrapping_sub(was.taker_volume);
        let left: BTreeMap<(Pubkey, OrderId), Lots> = asks(&self.book).collect();
        let fills = asks(&before.book).filter_map(|(order, lots)| {
            let left = left.get(&order).copied().unwrap_or_default();
            let traded = Lots(lots.0.saturating_sub(left.0));
            (traded > Lots::ZERO).then_some((order.0, order.1, traded))
        });
        Amounts {
            base: is.base_free.saturating_sub(was.base_free),
            value,
            fee: paid.saturating_sub(value),
            fills: fills.collect(),
        }
    }
}

/// Every order that sells: lane and id, and its lots.
fn asks(book: &OrderBook) -> impl Iterator<Item = ((Pubkey, OrderId), Lots)> {
    let orders = book.orders(BookSide::Ask).iter();
    orders.map(|order| ((order.lane, order.id), order.lots))
}

/// The demo is a success only if the lanes moved by what the quote said.
fn compared(
    market: WorldMarket,
    units: BookUnits,
    quote: TakeQuote,
    confirmed: Confirmed,
    before: Moment,
    after: Moment,
) -> Result<BookDemo, BookDemoError> {
    let signature = confirmed.signature.to_string();
    let executed = after.since(&before);
    let outcome = &quote.outcome;
    let traded = |fill: &QuotedFill| (fill.lane, fill.id, fill.lots);
    let quoted = Amounts {
        base: outcome.base,
        value: outcome.value,
        fee: outcome.fee,
        fills: outcome.fills.iter().map(traded).collect(),
    };
    if quoted != executed {
        return Err(BookDemoError::QuoteNotMet {
            quoted: Box::new(quoted),
            executed: Box::new(executed),
            signature,
        });
    }
    let Some(compute_units) = confirmed.compute_units else {
        return Err(BookDemoError::NoRecord { signature });
    };
    let (was, is) = (before.lane.header(), after.lane.header());
    Ok(BookDemo {
        lane: after.address,
        base_free: [was.base_free, is.base_free],
        quote_free: [was.quote_free, is.quote_free],
        market,
        units,
        before: before.book,
        after: after.book,
        quote,
        executed,
        signature,
        slot: confirmed.slot,
        compute_units,
        fee_lamports: confirmed.fee,
    })
}
