//! One swap, quoted and executed.

use rand::{Rng, seq::IndexedRandom};
use sealane_amm::events::Swapped;
use sealane_sdk::{
    error::AmmErrorExt,
    events::Event,
    plan::{Caller, swap_instructions},
    quote::{
        Quote, QuoteError, QuoteRequest, SwapKind, VenueChoice, quote_exact_in,
        quote_exact_in_on_shard, quote_exact_out, quote_exact_out_on_shard,
    },
};
use sealane_testkit::{Market, Reason, Side, log_uniform};
use solana_instruction::Instruction;
use spl_token_interface::error::TokenError;

use crate::tally::Tally;

/// What is asked for.
struct Order {
    kind: SwapKind,
    side: Side,
    shard: usize,
    /// Whether the SDK chooses the shard.
    best: bool,
    request: QuoteRequest,
}

/// What a swap changes.
#[derive(Debug, PartialEq, Eq)]
struct State {
    trader_in: u64,
    trader_out: u64,
    reserve_in: u64,
    reserve_out: u64,
    fees_in: u64,
    fees_out: u64,
    vault_in: u64,
    vault_out: u64,
}

/// Quotes a random swap and executes it.
pub(crate) fn swap(market: &mut Market, rng: &mut impl Rng, tally: &mut Tally) {
    let order = Order::random(market, rng);
    match order.quote(market) {
        Ok(quote) => execute(market, rng, &order, quote, tally),
        Err(error) => refuse(market, &order, &error, tally),
    }
}

/// Executes a quote and compares everything.
fn execute(
    market: &mut Market,
    rng: &mut impl Rng,
    order: &Order,
    quote: Quote,
    tally: &mut Tally,
) {
    let shard = usize::from(quote.shard_index);
    let funds = fund(market, order.side, shard);
    let before = state(market, order.side, shard);
    let caller = Caller::new(market.trader).without_account_creation();
    let plan = swap_instructions(&market.feed.pools, quote, &caller).expect("a quote at hand");
    let quote = plan.quote;
    assert!(quote.sent > 0, "nothing is free: {quote:?}\n{before:?}");
    if rng.random_bool(0.1) {
        bounds_are_tight(market, order, &quote);
    }
    let outcome = market.world.try_execute_heavy(&plan.instructions);
    if quote.sent > funds {
        let refused = outcome.expect_err("nobody can send more than there is");
        assert_eq!(
            refused.reason,
            Reason::token(TokenError::InsufficientFunds),
            "{quote:?}"
        );
        tally.refused("more than the mint's supply".into());
        return;
    }
    let executed = outcome.unwrap_or_else(|refused| {
        panic!(
            "quoted, but refused with {}: {quote:?}\n{before:?}",
            refused.reason
        )
    });

    let after = state(market, order.side, shard);
    let received_by_vault = quote.sent - quote.transfer_fee_in;
    let paid = quote.received + quote.transfer_fee_out;
    let expected = State {
        trader_in: before.trader_in - quote.sent,
        trader_out: before.trader_out + quote.received,
        reserve_in: before.reserve_in + received_by_vault,
        reserve_out: before.reserve_out - paid - quote.protocol_fee,
        fees_in: before.fees_in,
        fees_out: before.fees_out + quote.protocol_fee,
        vault_in: before.vault_in + received_by_vault,
        vault_out: before.vault_out - paid,
    };
    assert_eq!(after, expected, "{quote:?}\nbefore: {before:?}");
    assert_event(market, order, &quote, &executed.events());
    let address = market.pool.shards[shard].address;
    market.feed.account(&market.world.svm, &address);
    tally.executed(&order.kinds(market, &quote, &before));
}

/// The event tells the same.
fn assert_event(market: &Market, order: &Order, quote: &Quote, events: &[Event]) {
    let shard = market
        .world
        .shard(&market.pool, usize::from(quote.shard_index));
    let expected = Swapped {
        shard: quote.shard,
        trader: market.trader,
        sent: quote.sent,
        received: quote.received,
        fee: quote.lp_fee + quote.protocol_fee,
        protocol_fee: quote.protocol_fee,
        base_reserve: shard.base_reserve,
        quote_reserve: shard.quote_reserve,
        side_in: u8::from(order.side == Side::Quote),
        reserved: [0; 7],
    };
    assert_eq!(events, [Event::Swapped(expected)]);
}

/// A bound that is one unit better than the quote is not met.
fn bounds_are_tight(market: &mut Market, order: &Order, quote: &Quote) {
    let (pool, trader, side) = (&market.pool, market.trader, order.side);
    let shard = usize::from(quote.shard_index);
    let amount = order.request.amount;
    let instruction = match order.kind {
        SwapKind::ExactIn => pool.swap_exact_in(
            shard,
            trader,
            side,
            amount,
            quote.received.saturating_add(1),
        ),
        SwapKind::ExactOut => {
            pool.swap_exact_out(shard, trader, side, amount, quote.sent.saturating_sub(1))
        }
    };
    let refused = market
        .world
        .try_execute_heavy(&[instruction])
        .expect_err("a bound not met");
    assert_eq!(
        refused.reason,
        Reason::amm(sealane_amm::errors::AmmError::SlippageExceeded)
    );
}

/// The bytecode refuses with the error of the quote.
fn refuse(market: &mut Market, order: &Order, error: &QuoteError, tally: &mut Tally) {
    let Some(expected) = error.amm_error() else {
        panic!("the cache is complete, but: {error}");
    };
    let shard = match order.best {
        true => the_refusing_shard(market, order, expected.code()),
        false => order.shard,
    };
    fund(market, order.side, shard);
    let before = state(market, order.side, shard);
    let instruction = order.without_bounds(market, shard);
    let refused = match market.world.try_execute_heavy(&[instruction]) {
        Ok(_) => panic!(
            "refused by the quote with {error}, but executed: {:?}",
            order.request
        ),
        Err(refused) => refused,
    };
    let request = &order.request;
    assert_eq!(
        refused.reason,
        Reason::amm(expected),
        "{request:?}\n{before:?}"
    );
    assert_eq!(state(market, order.side, shard), before);
    tally.refused(refused.reason.to_string());
}

/// The shard whose refusal the best quote's was.
fn the_refusing_shard(market: &Market, order: &Order, code: u32) -> usize {
    (0..market.pool.shards.len())
        .find(|shard| {
            let quote = order.quote_on(market, *shard);
            quote.is_err_and(|error| error.amm_error().is_some_and(|error| error.code() == code))
        })
        .expect("a shard that refuses so")
}

impl Order {
    fn random(market: &Market, rng: &mut impl Rng) -> Self {
        let kind = *[SwapKind::ExactIn, SwapKind::ExactOut]
            .choose(rng)
            .expect("not empty");
        let side = *[Side::Base, Side::Quote].choose(rng).expect("not empty");
        let shard = rng.random_range(0..market.pool.shards.len());
        let state = market.world.shard(&market.pool, shard).state();
        let reserve = match kind {
            SwapKind::ExactIn => state.reserves.of(side),
            SwapKind::ExactOut => state.reserves.of(side.opposite()),
        };
        let request = QuoteRequest {
            pool: market.pool.address,
            mint_in: market.pool.mint(side).address,
            amount: random_amount(rng, reserve.max(1)),
            slippage_tolerance_bps: *[0, 0, 50, 10_000].choose(rng).expect("not empty"),
            choice: VenueChoice::BEST,
        };
        Self {
            kind,
            side,
            shard,
            best: rng.random_bool(0.3),
            request,
        }
    }

    fn quote(&self, market: &Market) -> Result<Quote, QuoteError> {
        if !self.best {
            return self.quote_on(market, self.shard);
        }
        let pools = &market.feed.pools;
        let best = match self.kind {
            SwapKind::ExactIn => quote_exact_in(pools, &self.request),
            SwapKind::ExactOut => quote_exact_out(pools, &self.request),
        };
        for shard in 0..market.pool.shards.len() {
            if let Ok(other) = self.quote_on(market, shard) {
                let best = best.as_ref().expect("a shard can do it");
                match self.kind {
                    SwapKind::ExactIn => assert!(best.received >= other.received),
                    SwapKind::ExactOut => assert!(best.sent <= other.sent),
                }
            }
        }
        best
    }

    fn quote_on(&self, market: &Market, shard: usize) -> Result<Quote, QuoteError> {
        let (pools, shard) = (&market.feed.pools, shard as u8);
        match self.kind {
            SwapKind::ExactIn => quote_exact_in_on_shard(pools, &self.request, shard),
            SwapKind::ExactOut => quote_exact_out_on_shard(pools, &self.request, shard),
        }
    }

    /// The instruction with bounds that everything meets.
    fn without_bounds(&self, market: &Market, shard: usize) -> Instruction {
        let (pool, trader, amount) = (&market.pool, market.trader, self.request.amount);
        match self.kind {
            SwapKind::ExactIn => pool.swap_exact_in(shard, trader, self.side, amount, 0),
            SwapKind::ExactOut => pool.swap_exact_out(shard, trader, self.side, amount, u64::MAX),
        }
    }

    /// Everything that an executed swap is an example of.
    fn kinds(&self, market: &Market, quote: &Quote, before: &State) -> Vec<&'static str> {
        let (small, large) = (100, 1 << 60);
        let reserves = (
            before.reserve_in.min(before.reserve_out),
            before.reserve_in.max(before.reserve_out),
        );
        let amounts = (
            quote.sent.min(quote.received),
            quote.sent.max(quote.received),
        );
        let flat = market.fees.slope_pips == 0;
        let no_fee = market.fees.max_pips == 0;
        [
            ("all", true),
            ("constant product", !market.stable),
            ("stable swap", market.stable),
            ("exact in", self.kind == SwapKind::ExactIn),
            ("exact out", self.kind == SwapKind::ExactOut),
            ("base in", self.side == Side::Base),
            ("quote in", self.side == Side::Quote),
            ("one shard", market.pool.shards.len() == 1),
            ("many shards", market.pool.shards.len() > 16),
            ("best shard", self.best),
            ("transfer fee in", quote.transfer_fee_in > 0),
            ("transfer fee out", quote.transfer_fee_out > 0),
            (
                "transfer fees on both",
                quote.transfer_fee_in > 0 && quote.transfer_fee_out > 0,
            ),
            ("sharded fee", !flat),
            ("flat fee", flat && !no_fee),
            ("no fee", no_fee),
            ("protocol fee", quote.protocol_fee > 0),
            ("amount below 100", amounts.0 < small),
            ("amount above 2^60", amounts.1 > large),
            ("reserve below 100", reserves.0 < small),
            ("reserve above 2^60", reserves.1 > large),
        ]
        .into_iter()
        .filter_map(|(kind, is)| is.then_some(kind))
        .collect()
    }
}

/// Gives the trader all that there is of the token sent and nothing of the other; returns how much.
fn fund(market: &mut Market, side: Side, shard: usize) -> u64 {
    let (base, quote) = market.fund(shard);
    let received = market.pool.mint(side.opposite()).account_of(&market.trader);
    market.world.set_balance(&received, 0);
    match side {
        Side::Base => base,
        Side::Quote => quote,
    }
}

fn state(market: &Market, side: Side, shard: usize) -> State {
    let out = side.opposite();
    let (world, pool) = (&market.world, &market.pool);
    let state = world.shard(pool, shard).state();
    let trader = |side| world.balance(&pool.mint(side).account_of(&market.trader));
    let vault = |side| world.balance(&pool.vault(shard, side));
    State {
        trader_in: trader(side),
        trader_out: trader(out),
        reserve_in: state.reserves.of(side),
        reserve_out: state.reserves.of(out),
        fees_in: state.protocol_fees.of(side),
        fees_out: state.protocol_fees.of(out),
        vault_in: vault(side),
        vault_out: vault(out),
    }
}

/// Nothing, one, any size, around the reserve, everything.
fn random_amount(rng: &mut impl Rng, reserve: u64) -> u64 {
    match rng.random_range(0..24) {
        0 => *[
            0,
            1,
            2,
            u64::MAX,
            reserve - 1,
            reserve,
            reserve.saturating_add(1),
        ]
        .choose(rng)
        .expect("not empty"),
        1 | 2 => log_uniform(rng, u64::MAX),
        3 | 4 => log_uniform(rng, reserve),
        5..=8 => rng.random_range(1..=reserve),
        // The usual sizes, from a millionth of the reserve to a tenth.
        _ => log_uniform(rng, (reserve / 10).max(1)).max(reserve / 1_000_000),
    }
}
