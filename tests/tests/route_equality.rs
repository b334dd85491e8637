//! Routes are their executions: random routes over pools and markets of four tokens, computed from
//! the account bytes, give to the unit what the bytecode then does: whole in one transaction, and
//! leg by leg with the wallet looked at after each.

use std::collections::BTreeMap;

use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use sealane_core::book::{BookSide, Expiry, Lots, NewOrder, PostOnly, Ticks};
use sealane_sdk::{
    address::CLOCK_SYSVAR,
    engine::world::World as Cache,
    plan::{self, Caller, Plan, route_instructions},
    pools::AccountUpdate,
    quote::SwapKind,
    route::{Route, RouteError, RouteLeg, RouteRequest, Venues},
    tx::{MAX_TRANSACTION_SIZE, transaction_size},
};
use sealane_testkit::{
    Mint, MintSpec, PoolSpec, Seeded, TestPool,
    book::{
        market::{PARAMS, TestMarket},
        world::BookWorld,
    },
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Worlds that are made, and routes tried in each.
const WORLDS: usize = 12;
const ROUTES: usize = 30;
/// What every wallet gets of every token.
const FUNDS: u64 = 1 << 45;

#[derive(Debug, Default)]
struct Tally {
    routes: usize,
    leg_by_leg: usize,
    legs: usize,
    takes: usize,
    split: usize,
    hops: usize,
    refused: usize,
}

struct Stage {
    world: BookWorld,
    mints: Vec<Mint>,
    pools: Vec<TestPool>,
    markets: Vec<TestMarket>,
    lanes: Vec<Pubkey>,
    cache: Cache,
    slot: u64,
    trader: Pubkey,
}

impl Stage {
    fn set(rng: &mut ChaCha8Rng) -> Self {
        let mut world = BookWorld::new();
        let mints: Vec<Mint> = (0..4)
            .map(|_| {
                let spec = match rng.random_range(0..4) {
                    0 => MintSpec::with_transfer_fee(6, rng.random_range(1..200), 1_000_000),
                    1 => MintSpec::token_2022(6),
                    _ => MintSpec::spl(6),
                };
                world.world.create_mint(&spec)
            })
            .collect();
        let trader = world.world.wallet();
        let mut stage = Self {
            world,
            mints,
            pools: Vec::new(),
            markets: Vec::new(),
            lanes: Vec::new(),
            cache: Cache::new(),
            slot: 0,
            trader,
        };
        for mint in stage.mints.clone() {
            let payer = stage.world.world.svm.payer();
            let funding = [
                mint.create_account(&payer, &trader),
                mint.mint_to(&trader, FUNDS),
            ];
            stage.world.execute(&funding);
        }
        for (at, pair) in [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3)]
            .into_iter()
            .enumerate()
        {
            // A row of pools for sure, the rest now and then.
            if at < 3 || rng.random_bool(0.4) {
                stage.add_pool(rng, pair);
            }
            if rng.random_bool(0.5) {
                stage.add_market(rng, pair);
            }
        }
        stage
    }

    fn pair(&self, (base, quote): (usize, usize)) -> (Mint, Mint) {
        (self.mints[base], self.mints[quote])
    }

    fn add_pool(&mut self, rng: &mut ChaCha8Rng, pair: (usize, usize)) {
        let (base, quote) = self.pair(pair);
        let spec = PoolSpec::default().shards(rng.random_range(1..=3));
        let spec = match rng.random_range(0..4) {
            0 => spec.flat_fee(rng.random_range(100..10_000), 1_000),
            1 => spec.stable(100),
            _ => spec.protocol_share(2_000),
        };
        let pool = self.world.world.create_pool_of(&spec, base, quote);
        let provider = self.world.world.wallet();
        self.world.world.fund(provider, &pool, FUNDS, FUNDS);
        for shard in 0..pool.shards.len() {
            let base = rng.random_range(1_000_000..2_000_000_000);
            let quote = base * rng.random_range(980..1_020) / 1_000;
            self.world
                .world
                .execute(&[pool.add_liquidity(shard, provider, base, quote)]);
        }
        self.pools.push(pool);
    }

    fn add_market(&mut self, rng: &mut ChaCha8Rng, pair: (usize, usize)) {
        let (base, quote) = self.pair(pair);
        let market = self.world.create_market_of(base, quote, PARAMS, 2);
        for _ in 0..rng.random_range(1..6) {
            let (owner, lane) = self.world.funded_lane(&market, 16, FUNDS / 16, FUNDS / 16);
            self.lanes.push(lane);
            for _ in 0..rng.random_range(1..8) {
                let side = *[BookSide::Bid, BookSide::Ask].choose(rng).unwrap();
                let away = rng.random_range(1..30);
                let price = match side {
                    BookSide::Bid => 1_000 - away,
                    BookSide::Ask => 1_000 + away,
                };
                let order = NewOrder {
                    side,
                    price: Ticks(price),
                    lots: Lots(rng.random_range(1..20_000)),
                    client_id: 0,
                    expiry: Expiry::NEVER,
                };
                let params = plan::order_params(&order, PostOnly::Off);
                let place = plan::place_instruction(&market.address, &lane, &owner, &params, &[]);
                self.world.execute(&[place]);
            }
        }
        self.markets.push(market);
    }

    /// Brings the cache up to the machine.
    fn feed(&mut self) {
        self.slot += 1;
        let mut addresses = vec![CLOCK_SYSVAR];
        addresses.extend(self.mints.iter().map(|mint| mint.address));
        for pool in &self.pools {
            addresses.push(pool.address);
            addresses.extend(pool.shards.iter().map(|shard| shard.address));
        }
        for market in &self.markets {
            addresses.push(market.address);
            let vaults = market.vaults.iter();
            // The balances of vaults are taken in once their vault shard is known.
            addresses.extend(vaults.clone().map(|at| at.address));
            addresses.extend(vaults.flat_map(|at| [at.base, at.quote]));
        }
        addresses.extend(&self.lanes);
        for address in addresses {
            let account = self.world.world.svm.account(&address).expect("an account");
            let update = AccountUpdate {
                address,
                owner: account.owner,
                slot: self.slot,
                data: &account.data,
            };
            self.cache.apply(update).unwrap();
        }
    }

    fn held(&self) -> BTreeMap<Pubkey, i128> {
        let balance = |mint: &Mint| {
            let account = mint.account_of(&self.trader);
            (mint.address, i128::from(self.world.world.balance(&account)))
        };
        self.mints.iter().map(balance).collect()
    }

    fn plan(&mut self, rng: &mut ChaCha8Rng) -> Result<Plan<Route>, RouteError> {
        self.feed();
        let from = rng.random_range(0..4);
        let to = (from + rng.random_range(1..4)) % 4;
        let kind = *[SwapKind::ExactIn, SwapKind::ExactOut].choose(rng).unwrap();
        let most = 1u64 << rng.random_range(8..30);
        let amount = rng.random_range(1..most);
        let (mint_in, mint_out) = (self.mints[from].address, self.mints[to].address);
        let request = RouteRequest {
            slippage_tolerance_bps: *[0, 50].choose(rng).unwrap(),
            hop_tolerance_bps: *[0, 0, 30].choose(rng).unwrap(),
            ..RouteRequest::new(kind, amount, mint_in, mint_out, self.trader)
        };
        let caller = Caller::new(self.trader).without_account_creation();
        let venues: Venues<'_> = (&self.cache).into();
        let plan = route_instructions(&venues, &request, &caller)?;
        let route = &plan.quote;
        match kind {
            SwapKind::ExactIn => assert_eq!(route.sent + route.unspent, amount),
            SwapKind::ExactOut => assert!(route.received >= amount),
        }
        let size = transaction_size(&plan.instructions, &self.trader);
        assert_eq!(size, route.transaction.bytes);
        assert!(size <= MAX_TRANSACTION_SIZE);
        Ok(plan)
    }

    /// All legs in one transaction.
    fn run_whole(&mut self, plan: &Plan<Route>) {
        let route = &plan.quote;
        let mut expected = self.held();
        *expected.get_mut(&route.mint_in).unwrap() -= i128::from(route.sent);
        *expected.get_mut(&route.mint_out).unwrap() += i128::from(route.received);
        for left in &route.leftovers {
            *expected.get_mut(&left.mint).unwrap() += i128::from(left.amount);
        }
        let executed = self.world.execute(&plan.instructions);
        assert_eq!(self.held(), expected, "{route:?}");
        assert!(
            executed.compute_units <= route.transaction.compute_units,
            "{} units, {} estimated",
            executed.compute_units,
            route.transaction.compute_units
        );
    }

    /// Each leg alone.
    fn run_leg_by_leg(&mut self, plan: &Plan<Route>) {
        let mut instructions = plan.instructions.iter();
        for leg in &plan.quote.legs {
            let reaps = match leg {
                RouteLeg::Pool(_) => 0,
                RouteLeg::Market(take) => take.quote.outcome.reaped.len(),
            };
            let own: Vec<Instruction> = instructions.by_ref().take(reaps + 1).cloned().collect();
            let mut expected = self.held();
            *expected.get_mut(&leg.mint_in()).unwrap() -= i128::from(leg.sent());
            *expected.get_mut(&leg.mint_out()).unwrap() += i128::from(leg.received());
            self.world.execute(&own);
            assert_eq!(self.held(), expected, "{leg:?}");
        }
        assert!(instructions.next().is_none());
    }
}

#[test]
fn quotes_equal_executions() {
    let mut seeded = Seeded::new(20_261_125);
    let rng = &mut seeded.rng;
    let mut tally = Tally::default();
    for _ in 0..WORLDS {
        let mut stage = Stage::set(rng);
        for _ in 0..ROUTES {
            let plan = match stage.plan(rng) {
                Ok(plan) => plan,
                Err(
                    RouteError::NotEnoughLiquidity { .. }
                    | RouteError::AmountTooSmall { .. }
                    | RouteError::TooLarge { .. },
                ) => {
                    tally.refused += 1;
                    continue;
                }
                Err(error) => panic!("{error}"),
            };
            let route = &plan.quote;
            tally.routes += 1;
            tally.legs += route.legs.len();
            let takes = route
                .legs
                .iter()
                .filter(|leg| matches!(leg, RouteLeg::Market(_)));
            tally.takes += takes.count();
            let tokens = route.passed_through().len();
            tally.hops += usize::from(tokens > 0);
            tally.split += usize::from(route.legs.len() > tokens + 1);
            if rng.random_bool(0.5) {
                stage.run_whole(&plan);
            } else {
                tally.leg_by_leg += 1;
                stage.run_leg_by_leg(&plan);
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.routes >= 200 && tally.takes >= 50);
    assert!(tally.split >= 50 && tally.hops >= 50);
}
