//! A shard whose price cannot be computed trades with nobody, and keeps nobody in.
//!
//! No sequence of instructions makes one: each refuses to leave a stable swap with reserves beyond
//! what its arithmetic takes, and all others have a price. So such reserves are written straight
//! into the accounts.

use sealane_amm::errors::AmmError;
use sealane_core::curve::MAX_SCALED_RESERVE;
use sealane_sdk::{
    plan::{self, Caller, Plan},
    quote::{
        AddLiquidityRequest, QuoteError, QuoteRequest, RemoveLiquidityRequest, VenueChoice,
        quote_add_liquidity, quote_exact_in,
    },
};
use sealane_testkit::{Feed, MintSpec, PoolSpec, Reason, Side, Snapshot, TestPool, World};
use solana_pubkey::Pubkey;

const FUNDS: u64 = 1_000_000_000_000;
const AMOUNT: u64 = 1_000_000;
const WITHIN: u64 = MAX_SCALED_RESERVE / 2;
const BEYOND: u64 = MAX_SCALED_RESERVE * 2;
const REFUSED: AmmError = AmmError::ReserveLimit;

#[test]
fn providers_can_leave() {
    for reserves in [(BEYOND, WITHIN), (WITHIN, BEYOND), (BEYOND, BEYOND)] {
        for base in [
            MintSpec::spl(6),
            MintSpec::with_transfer_fee(6, 50, u64::MAX),
        ] {
            let mut shard = Unpriced::new(base, reserves);
            let last_update = shard.last_update();
            shard.refuses_to_trade();
            shard.leave(shard.small);
            // Three quarters are still beyond the limit.
            shard.refuses_to_trade();
            shard.leave(shard.large);
            // The price history waited, which is only possible where there was no price.
            assert_eq!(shard.last_update(), last_update);

            // What the locked shares hold has a price again.
            shard.trade();
            assert_eq!(shard.last_update(), shard.now());
            let (pool, creator) = (&shard.pool, shard.pool.creator);
            shard
                .world
                .execute(&[pool.collect_protocol_fees(0, creator)]);
        }
    }
}

/// A stable swap pool with a single shard, which two providers share.
struct Unpriced {
    world: World,
    pool: TestPool,
    feed: Feed,
    /// Owns a quarter of the shard.
    small: Pubkey,
    /// Owns the rest but for the locked shares.
    large: Pubkey,
}

impl Unpriced {
    fn new(base: MintSpec, (base_reserve, quote_reserve): (u64, u64)) -> Self {
        let mut world = World::new();
        let spec = PoolSpec::default()
            .mints(base, MintSpec::spl(6))
            .stable(100)
            .protocol_share(1_000);
        let pool = world.create_pool(&spec);
        let (small, large) = (world.wallet(), world.wallet());
        for wallet in [small, large, pool.creator] {
            world.fund(wallet, &pool, FUNDS, FUNDS);
        }
        world.execute(&[
            pool.add_liquidity(0, small, FUNDS / 4, FUNDS / 4),
            pool.add_liquidity(0, large, FUNDS / 4 * 3, FUNDS / 4 * 3),
        ]);
        world.set_reserves(&pool, 0, |shard| {
            (shard.base_reserve, shard.quote_reserve) = (base_reserve, quote_reserve);
            (shard.base_protocol_fees, shard.quote_protocol_fees) = (AMOUNT, AMOUNT);
        });
        // Within the second of the last update no price is asked for.
        world.svm.advance_time(60);
        let mut feed = Feed::new();
        feed.all(&world.svm, &pool);
        Self {
            world,
            pool,
            feed,
            small,
            large,
        }
    }

    fn now(&self) -> i64 {
        self.world.svm.clock().unix_timestamp
    }

    fn last_update(&self) -> i64 {
        self.world.shard(&self.pool, 0).last_update
    }

    /// Whatever needs a price is refused, by the program and by the SDK.
    fn refuses_to_trade(&mut self) {
        let (pool, wallet) = (&self.pool, self.large);
        for instruction in [
            pool.swap_exact_in(0, wallet, Side::Base, AMOUNT, 0),
            pool.swap_exact_out(0, wallet, Side::Base, AMOUNT, u64::MAX),
            pool.add_liquidity(0, wallet, AMOUNT, AMOUNT),
            pool.add_single_sided(0, wallet, Side::Quote, AMOUNT),
            pool.remove_single_sided(0, wallet, Side::Quote, AMOUNT),
            pool.observe(0),
        ] {
            let before = Snapshot::of(&self.world.svm, std::slice::from_ref(&instruction));
            let refused = self.world.try_execute(&[instruction]);
            let reason = refused.expect_err("there is no price").reason;
            assert_eq!(reason, Reason::amm(REFUSED));
            before.assert_unchanged(&self.world.svm, "without a price");
        }
        let deposit = AddLiquidityRequest {
            pool: pool.address,
            shard: Some(0),
            maximum_base: AMOUNT,
            maximum_quote: AMOUNT,
            slippage_tolerance_bps: 0,
        };
        let pools = &self.feed.pools;
        let errors = [
            quote_exact_in(pools, &self.order()).err(),
            quote_add_liquidity(pools, &deposit).err(),
        ];
        for error in errors {
            assert_eq!(
                error.as_ref().and_then(QuoteError::amm_error),
                Some(REFUSED)
            );
        }
    }

    fn order(&self) -> QuoteRequest {
        QuoteRequest {
            pool: self.pool.address,
            mint_in: self.pool.quote.address,
            amount: AMOUNT,
            slippage_tolerance_bps: 0,
            choice: VenueChoice::BEST,
        }
    }

    /// Withdraws all that a provider has, and what arrives is what the SDK quotes. That the vaults
    /// hold just what the shard owes from then on is checked by the world.
    fn leave(&mut self, provider: Pubkey) {
        let request = RemoveLiquidityRequest {
            pool: self.pool.address,
            shard: 0,
            shares: self.world.shares(&provider, &self.pool, 0),
            slippage_tolerance_bps: 0,
        };
        let caller = Caller::new(provider).without_account_creation();
        let plan = plan::remove_liquidity_instructions(&self.feed.pools, &request, &caller);
        let (quote, received) = self.execute(plan, provider);
        assert_eq!(received, (quote.base.into(), quote.quote.into()));
        assert!(quote.base > FUNDS && quote.quote > FUNDS, "{quote:?}");
        assert_eq!(self.world.shares(&provider, &self.pool, 0), 0);
    }

    fn trade(&mut self) {
        let caller = Caller::new(self.small).without_account_creation();
        let plan = plan::swap_exact_in_instructions(&self.feed.pools, &self.order(), &caller);
        let (quote, received) = self.execute(plan, self.small);
        assert_eq!(received, (quote.received.into(), -i128::from(AMOUNT)));
    }

    /// Executes a plan. Returns its quote, and what it brought a wallet of (base, quote).
    fn execute<Q>(&mut self, plan: Result<Plan<Q>, QuoteError>, of: Pubkey) -> (Q, (i128, i128)) {
        let Plan {
            instructions,
            quote,
        } = plan.expect("a plan");
        let before = self.world.balances(&of, &self.pool);
        self.world.execute(&instructions);
        self.feed.all(&self.world.svm, &self.pool);
        let after = self.world.balances(&of, &self.pool);
        let change = |after: u64, before: u64| i128::from(after) - i128::from(before);
        (
            quote,
            (change(after.0, before.0), change(after.1, before.1)),
        )
    }
}
