//! What the SDK plans besides swaps is what the bytecode does, to the unit: deposits, withdrawals,
//! rebalancing, collecting, in random pools in random states; or both refuse with the same error.

use std::collections::BTreeMap;

use rand::Rng;
use sealane_sdk::{
    plan::{self, Caller, Plan},
    quote::{
        AddLiquidityRequest, AddSingleSidedRequest, QuoteError, RemoveLiquidityRequest,
        RemoveSingleSidedRequest,
    },
};
use sealane_testkit::{Market, Reason, Seeded, Side, log_uniform};
use solana_instruction::Instruction;
use spl_token_interface::error::TokenError;

const POOLS: usize = 100;
const TRIALS: usize = 80;

/// In the most uneven stable swap states the search for the best single-sided deposit can be more
/// than a transaction has units for. It must stay a rarity.
const OUT_OF_COMPUTE: &str = "out of compute units";

/// Changes of the trader's (base, quote, shares).
type Change = (i128, i128, i128);

/// An action: what the SDK plans, and the same without bounds for when it refuses.
struct Trial {
    name: &'static str,
    shard: usize,
    planned: Result<(Vec<Instruction>, Change), QuoteError>,
    unbounded: Instruction,
}

#[test]
fn plans_equal_executions() {
    let mut seeded = Seeded::new(99);
    let mut outcomes: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for number in 0..POOLS {
        let mut market = Market::random(&mut seeded.rng, number % 2 == 1);
        for _ in 0..TRIALS {
            market.change(&mut seeded.rng);
            let trial = Trial::random(&market, &mut seeded.rng);
            let name = trial.name;
            let outcome = trial.run(&mut market);
            *outcomes.entry((name, outcome)).or_default() += 1;
        }
    }
    println!("{outcomes:#?}");
    let dear: usize = outcomes
        .iter()
        .filter(|((_, what), _)| what == OUT_OF_COMPUTE)
        .map(|(_, count)| count)
        .sum();
    assert!(
        dear * 100 <= POOLS * TRIALS,
        "out of compute units {dear} times"
    );
    for name in [
        "add",
        "remove",
        "add one",
        "remove one",
        "rebalance",
        "collect",
    ] {
        let executed = outcomes
            .get(&(name, "executed".into()))
            .copied()
            .unwrap_or_default();
        assert!(executed >= 100, "{name} was executed {executed} times only");
    }
}

impl Trial {
    fn random(market: &Market, rng: &mut impl Rng) -> Self {
        let shard = rng.random_range(0..market.pool.shards.len());
        let side = if rng.random() {
            Side::Base
        } else {
            Side::Quote
        };
        match rng.random_range(0..10) {
            0 | 1 => Self::add(market, rng, shard),
            2 | 3 => Self::remove(market, rng, shard),
            4 | 5 => Self::add_one(market, rng, shard, side),
            6 | 7 => Self::remove_one(market, rng, shard, side),
            8 => Self::rebalance(market, rng, shard),
            _ => Self::collect(market, shard),
        }
    }

    fn add(market: &Market, rng: &mut impl Rng, shard: usize) -> Self {
        let (base, quote) = (
            amount(market, rng, shard, Side::Base),
            amount(market, rng, shard, Side::Quote),
        );
        let request = AddLiquidityRequest {
            pool: market.pool.address,
            shard: Some(shard as u8),
            maximum_base: base,
            maximum_quote: quote,
            slippage_tolerance_bps: 0,
        };
        let caller = caller(market);
        let plan = plan::add_liquidity_instructions(&market.feed.pools, &request, &caller);
        Self {
            name: "add",
            shard,
            planned: change(plan, |q| (-i(q.base), -i(q.quote), i(q.shares))),
            unbounded: market.pool.add_liquidity(shard, market.trader, base, quote),
        }
    }

    fn remove(market: &Market, rng: &mut impl Rng, shard: usize) -> Self {
        let shares = shares(market, rng, shard);
        let request = RemoveLiquidityRequest {
            pool: market.pool.address,
            shard: shard as u8,
            shares,
            slippage_tolerance_bps: 0,
        };
        let caller = caller(market);
        let plan = plan::remove_liquidity_instructions(&market.feed.pools, &request, &caller);
        Self {
            name: "remove",
            shard,
            planned: change(plan, |q| (i(q.base), i(q.quote), -i(q.shares))),
            unbounded: market.pool.remove_liquidity(shard, market.trader, shares),
        }
    }

    fn add_one(market: &Market, rng: &mut impl Rng, shard: usize, side: Side) -> Self {
        let amount = amount(market, rng, shard, side);
        let request = AddSingleSidedRequest {
            pool: market.pool.address,
            shard: Some(shard as u8),
            mint_in: market.pool.mint(side).address,
            amount,
            slippage_tolerance_bps: 0,
        };
        let caller = caller(market);
        let plan = plan::add_single_sided_instructions(&market.feed.pools, &request, &caller);
        Self {
            name: "add one",
            shard,
            planned: change(plan, |q| of_side(side, -i(q.amount), i(q.shares))),
            unbounded: market
                .pool
                .add_single_sided(shard, market.trader, side, amount),
        }
    }

    fn remove_one(market: &Market, rng: &mut impl Rng, shard: usize, side: Side) -> Self {
        let shares = shares(market, rng, shard);
        let request = RemoveSingleSidedRequest {
            pool: market.pool.address,
            shard: shard as u8,
            mint_out: market.pool.mint(side).address,
            shares,
            slippage_tolerance_bps: 0,
        };
        let caller = caller(market);
        let plan = plan::remove_single_sided_instructions(&market.feed.pools, &request, &caller);
        Self {
            name: "remove one",
            shard,
            planned: change(plan, |q| of_side(side, i(q.received), -i(q.shares))),
            unbounded: market
                .pool
                .remove_single_sided(shard, market.trader, side, shares),
        }
    }

    fn rebalance(market: &Market, rng: &mut impl Rng, shard: usize) -> Self {
        let shards = market.pool.shards.len();
        let second = (shard + rng.random_range(1..shards.max(2))) % shards;
        if second == shard || !within_supply(market, [shard, second]) {
            return Self::collect(market, shard);
        }
        let pools = &market.feed.pools;
        let plan =
            plan::rebalance_instructions(pools, &market.pool.address, shard as u8, second as u8);
        Self {
            name: "rebalance",
            shard,
            planned: change(plan, |_| (0, 0, 0)),
            unbounded: market.pool.rebalance(shard, second),
        }
    }

    fn collect(market: &Market, shard: usize) -> Self {
        // The trader receives; the authority is another one.
        let authority = Caller::new(market.pool.creator).without_account_creation();
        let pools = &market.feed.pools;
        let pool = &market.pool.address;
        let plan = plan::collect_protocol_fees_instructions(pools, pool, shard as u8, &authority);
        let to_trader = |instruction: &mut Instruction| {
            for mint in [&market.pool.base, &market.pool.quote] {
                for meta in &mut instruction.accounts {
                    if meta.pubkey == mint.account_of(&market.pool.creator) {
                        meta.pubkey = mint.account_of(&market.trader);
                    }
                }
            }
        };
        let mut unbounded = market
            .pool
            .collect_protocol_fees(shard, market.pool.creator);
        to_trader(&mut unbounded);
        let planned =
            change(plan, |q| (i(q.base), i(q.quote), 0)).map(|(mut instructions, change)| {
                instructions.iter_mut().for_each(to_trader);
                (instructions, change)
            });
        Self {
            name: "collect",
            shard,
            planned,
            unbounded,
        }
    }

    /// Executes the plan, or shows that the bytecode refuses as the SDK does.
    fn run(self, market: &mut Market) -> String {
        market.fund(self.shard);
        if self.receives() {
            for side in [Side::Base, Side::Quote] {
                let account = market.pool.mint(side).account_of(&market.trader);
                market.world.set_balance(&account, 0);
            }
        }
        let before = holdings(market, self.shard);
        let outcome = match self.planned {
            Ok((instructions, change)) => {
                match market.world.try_execute_heavy(&instructions) {
                    Ok(_) => {
                        let after = holdings(market, self.shard);
                        let expected = (
                            before.0 + change.0,
                            before.1 + change.1,
                            before.2 + change.2,
                        );
                        assert_eq!(after, expected, "{}: {instructions:?}", self.name);
                        "executed".to_owned()
                    }
                    Err(refused) if refused.reason == Reason::OutOfCompute => OUT_OF_COMPUTE.into(),
                    Err(refused) => {
                        // What the SDK cannot know: how much the wallet holds.
                        let lacks = before.0 + change.0 < 0
                            || before.1 + change.1 < 0
                            || before.2 + change.2 < 0;
                        assert!(lacks, "{} was planned, but: {refused:?}", self.name);
                        assert_eq!(refused.reason, Reason::token(TokenError::InsufficientFunds));
                        "more than the wallet holds".to_owned()
                    }
                }
            }
            Err(error) => {
                let expected = error
                    .amm_error()
                    .unwrap_or_else(|| panic!("{}: {error}", self.name));
                let refused = market.world.try_execute_heavy(&[self.unbounded]);
                let refused = refused.expect_err("refused by the SDK, but executed");
                if refused.reason != Reason::OutOfCompute {
                    assert_eq!(refused.reason, Reason::amm(expected), "{}", self.name);
                }
                refused.reason.to_string()
            }
        };
        market.feed.all(&market.world.svm, &market.pool);
        outcome
    }

    fn receives(&self) -> bool {
        matches!(self.name, "remove" | "remove one" | "collect")
    }
}

/// Whether two shards hold no more of either token than a mint can have given out. The random
/// states of single shards do not respect that together.
fn within_supply(market: &Market, shards: [usize; 2]) -> bool {
    [Side::Base, Side::Quote].into_iter().all(|side| {
        let [first, second] =
            shards.map(|shard| market.world.balance(&market.pool.vault(shard, side)));
        first.checked_add(second).is_some()
    })
}

fn i(amount: u64) -> i128 {
    i128::from(amount)
}

fn of_side(side: Side, amount: i128, shares: i128) -> Change {
    match side {
        Side::Base => (amount, 0, shares),
        Side::Quote => (0, amount, shares),
    }
}

fn change<Q>(
    plan: Result<Plan<Q>, QuoteError>,
    of: impl FnOnce(&Q) -> Change,
) -> Result<(Vec<Instruction>, Change), QuoteError> {
    plan.map(|plan| {
        let change = of(&plan.quote);
        (plan.instructions, change)
    })
}

fn caller(market: &Market) -> Caller {
    Caller::new(market.trader).without_account_creation()
}

fn holdings(market: &Market, shard: usize) -> Change {
    let (base, quote) = market.world.balances(&market.trader, &market.pool);
    let shares = market.world.shares(&market.trader, &market.pool, shard);
    (i(base), i(quote), i(shares))
}

/// Nothing, everything, or any size up to a few times the reserve.
fn amount(market: &Market, rng: &mut impl Rng, shard: usize, side: Side) -> u64 {
    let reserve = market
        .world
        .shard(&market.pool, shard)
        .state()
        .reserves
        .of(side)
        .max(100_000);
    match rng.random_range(0..20) {
        0 => [0, 1, u64::MAX][rng.random_range(0..3)],
        1..=3 => log_uniform(rng, reserve.saturating_mul(4)),
        _ => log_uniform(rng, reserve / 10).max(reserve / 100_000),
    }
}

/// Nothing, everything, too much, or any part.
fn shares(market: &Market, rng: &mut impl Rng, shard: usize) -> u64 {
    let own = market.world.shares(&market.trader, &market.pool, shard);
    let all = market.world.shard(&market.pool, shard).shares;
    match rng.random_range(0..20) {
        0 => [0, own, own + 1, all, all + 1, u64::MAX][rng.random_range(0..6)],
        _ => log_uniform(rng, own.max(1)),
    }
}
