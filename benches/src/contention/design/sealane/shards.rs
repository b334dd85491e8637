//! Pools in shards.
//!
//! Traders see the shards as they were when the slot opened, quote on each with the core's own
//! arithmetic, and send to one. Swaps are then executed in the order of their arrival on the shards
//! as they are by then, so that what traders of one slot do to each other is counted.

use sealane_core::{
    curve::Curve,
    fee::BoundedRatioFee,
    pool::{PoolParams, ShardState, SwapUpdate, rebalance, swap_exact_in},
    units::{Bps, InAmount, Reserves, Shares, Side},
};
use sealane_sdk::{
    address,
    engine::{
        fixtures::{World, world},
        quote::{QuoteRequest, VenueChoice, quote_exact_in_on_shard, spread},
    },
    plan::{Caller, rebalance_instructions, swap_instructions},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::super::{Design, Made, made, token, wallet};
use crate::contention::{
    day::{Action, Kind, Who, Window},
    stream::{Sent, Stream},
    units::Units,
};

/// Which of a pool's shards a trader sends to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The one that pays most.
    Best,
    /// Of those that pay at most so many basis points less than the best, the one that the
    /// trader's address picks.
    Within(u64),
}

/// A pool's shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShardsOptions {
    /// How many shards share the pool's depth.
    pub(crate) shards: u8,
    /// Which one traders choose.
    pub(crate) choice: Choice,
    /// What they pay.
    pub(crate) fee: BoundedRatioFee,
}

/// A pool's reserve of either token, over all shards.
pub(crate) const DEPTH: u64 = 1 << 43;
/// Prices of two shards further apart than this are brought together at the end of the slot.
const APART_BPS: f64 = 20.0;
/// A swap fails if it pays less than its quote by more than this.
const TOLERANCE_BPS: u64 = 50;
const BPS: u64 = 10_000;

/// What became of a swap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Executed {
    /// Amount sent, as a part of the pool's depth.
    pub(crate) part: f64,
    /// By how much it paid less than the pool's price when the slot opened, fee included, in basis
    /// points; `None` if it failed.
    pub(crate) cost_bps: Option<f64>,
}

/// Pools in shards.
pub(crate) struct Shards {
    units: Units,
    options: ShardsOptions,
    pools: Vec<ShardedPool>,
    /// What became of all swaps so far.
    pub(crate) executed: Vec<Executed>,
}

pub(super) struct ShardedPool {
    params: PoolParams,
    /// When the slot opened.
    pub(super) opening: Vec<ShardState>,
    now: Vec<ShardState>,
    is_touched: bool,
    /// By side and shard.
    swaps: [Vec<Template>; 2],
    /// Accounts of the pool. Only addresses are looked at: what the shards hold is above.
    world: World,
}

/// A swap of the SDK whose trader is to be put in.
pub(super) struct Template {
    instruction: Instruction,
    trader: usize,
    trader_in: usize,
    trader_out: usize,
    sells_base: bool,
}

impl Template {
    pub(super) fn new(world: &World, side: Side, shard: u8) -> Self {
        let mint_in = match side {
            Side::Base => world.config.base_mint,
            Side::Quote => world.config.quote_mint,
        };
        let request = QuoteRequest {
            pool: world.pool,
            mint_in,
            amount: 1 << 20,
            slippage_tolerance_bps: 50,
            choice: VenueChoice::BEST,
        };
        let quote = quote_exact_in_on_shard(&world.pools, &request, shard);
        let quote = quote.expect("a shard with reserves");
        let owner = made(Made::Wallet, u32::MAX, 0);
        let account = |mint| address::associated_token(&owner, mint, &address::TOKEN_PROGRAM);
        let (account_in, account_out) = (account(&quote.mint_in), account(&quote.mint_out));
        let caller = Caller::new(owner).without_account_creation();
        let plan = swap_instructions(&world.pools, quote, &caller).expect("a cached shard");
        let [instruction] = <[Instruction; 1]>::try_from(plan.instructions).expect("a swap alone");
        let place = |address: Pubkey| {
            let accounts = instruction.accounts.iter();
            let mut places = accounts
                .enumerate()
                .filter(|(_, meta)| meta.pubkey == address);
            places.next().expect("the trader's account").0
        };
        Self {
            trader: place(owner),
            trader_in: place(account_in),
            trader_out: place(account_out),
            sells_base: side == Side::Base,
            instruction,
        }
    }

    pub(super) fn of(&mut self, pool: u16, who: Who) -> &Instruction {
        let accounts = &mut self.instruction.accounts;
        accounts[self.trader].pubkey = wallet(who);
        accounts[self.trader_in].pubkey = token(who, pool, self.sells_base);
        accounts[self.trader_out].pubkey = token(who, pool, !self.sells_base);
        &self.instruction
    }
}

impl Shards {
    pub(crate) fn new(pools: u32, units: Units, options: ShardsOptions) -> Self {
        Self {
            units,
            options,
            pools: (0..pools).map(|_| ShardedPool::new(&options)).collect(),
            executed: Vec::new(),
        }
    }
}

impl ShardedPool {
    pub(super) fn new(options: &ShardsOptions) -> Self {
        let depth = DEPTH / u64::from(options.shards);
        // Prices in the cache differ, so that any two shards have something to rebalance.
        let cached: Vec<_> = (0..u64::from(options.shards))
            .map(|shard| (depth + shard * (depth >> 8), depth))
            .collect();
        let world = world(&cached, [None; 2]);
        let state = ShardState {
            reserves: Reserves::new(depth, depth),
            shares: Shares::new(depth),
            ..ShardState::default()
        };
        let share = Bps::default();
        let params = PoolParams::try_new(Curve::ConstantProduct, options.fee, share);
        let swaps = [Side::Base, Side::Quote].map(|side| {
            (0..options.shards)
                .map(|shard| Template::new(&world, side, shard))
                .collect()
        });
        Self {
            params: params.expect("a fee that was checked"),
            opening: vec![state; options.shards.into()],
            now: vec![state; options.shards.into()],
            is_touched: false,
            swaps,
            world,
        }
    }

    fn swap(&self, state: &ShardState, side: Side, amount: u64) -> Option<SwapUpdate> {
        swap_exact_in(state, &self.params, side, InAmount::new(amount)).ok()
    }

    /// The shard that a trader sends to, and what it is to pay.
    pub(super) fn choose(
        &self,
        choice: Choice,
        who: Who,
        side: Side,
        amount: u64,
    ) -> Option<(usize, u64)> {
        let quotes: Vec<u64> = self
            .opening
            .iter()
            .map(|state| self.swap(state, side, amount))
            .map(|swap| swap.map_or(0, |swap| swap.amount_out.get()))
            .collect();
        let most = quotes.iter().copied().max().filter(|most| *most > 0)?;
        let below = match choice {
            Choice::Best => 0,
            Choice::Within(bps) => most * bps / BPS,
        };
        let good = (0..quotes.len()).filter(|shard| quotes[*shard] >= most - below);
        let good: Vec<usize> = good.collect();
        let shard = match choice {
            // The first of equals, as in the SDK.
            Choice::Best => good[0],
            Choice::Within(_) => good[spread(&wallet(who), good.len())],
        };
        Some((shard, quotes[shard]))
    }

    /// Quote for one base when the slot opened.
    fn price(&self) -> f64 {
        let sum = |side| -> f64 {
            let reserves = self.opening.iter().map(|state| state.reserves.of(side));
            reserves.map(|reserve| reserve as f64).sum()
        };
        sum(Side::Quote) / sum(Side::Base)
    }

    /// Executes a swap. What it pays, or `None` if that is less than the trader accepts.
    fn execute(&mut self, shard: usize, side: Side, amount: u64, quoted: u64) -> Option<u64> {
        let swap = self.swap(&self.now[shard], side, amount)?;
        let paid = swap.amount_out.get();
        if paid < quoted - quoted * TOLERANCE_BPS / BPS {
            return None;
        }
        self.now[shard] = swap.after;
        self.is_touched = true;
        Some(paid)
    }

    /// The two shards whose prices are furthest apart, if they are too far.
    fn apart(&self) -> Option<(usize, usize)> {
        let price = |state: &ShardState| {
            state.reserves.of(Side::Quote) as f64 / state.reserves.of(Side::Base) as f64
        };
        let prices: Vec<f64> = self.now.iter().map(price).collect();
        let by_price = |a: &usize, b: &usize| prices[*a].total_cmp(&prices[*b]);
        let low = (0..prices.len()).min_by(by_price)?;
        let high = (0..prices.len()).max_by(by_price)?;
        let apart = prices[high] / prices[low] - 1.0;
        (apart * BPS as f64 > APART_BPS).then_some((low, high))
    }
}

impl Design for Shards {
    fn act(&mut self, action: &Action, _: &Window, stream: &mut Stream) {
        let Kind::Swap { side, part } = action.kind else {
            return;
        };
        let who = action.who;
        let pool = &mut self.pools[usize::from(action.place)];
        let amount = (part * DEPTH as f64) as u64;
        let Some((shard, quoted)) = pool.choose(self.options.choice, who, side, amount) else {
            return;
        };
        let price = pool.price();
        let ideal = match side {
            Side::Base => amount as f64 * price,
            Side::Quote => amount as f64 / price,
        };
        let paid = pool.execute(shard, side, amount, quoted);
        self.executed.push(Executed {
            part,
            cost_bps: paid.map(|paid| (1.0 - paid as f64 / ideal) * BPS as f64),
        });
        let swap = pool.swaps[usize::from(side == Side::Quote)][shard].of(action.place, who);
        stream.push(&Sent {
            slot: action.slot,
            is_trade: true,
            payer: wallet(who),
            instructions: std::slice::from_ref(swap),
            units: self.units.swap,
        });
    }

    /// Bots rebalance shards, each of its own wallet.
    fn end_slot(&mut self, slot: u32, stream: &mut Stream) {
        for (number, pool) in self.pools.iter_mut().enumerate() {
            for round in 0..pool.now.len() / 2 {
                let Some((low, high)) = pool.apart().filter(|_| pool.is_touched) else {
                    break;
                };
                let curve = pool.params.curve;
                let Ok(update) = rebalance(&pool.now[low], &pool.now[high], &curve) else {
                    break;
                };
                (pool.now[low], pool.now[high]) = (update.first, update.second);
                let (pools, at) = (&pool.world.pools, &pool.world.pool);
                let plan = rebalance_instructions(pools, at, low as u8, high as u8);
                stream.push(&Sent {
                    slot,
                    is_trade: false,
                    payer: made(Made::Other, 9, (number * 16 + round) as u32),
                    instructions: &plan
                        .expect("cached shards of different prices")
                        .instructions,
                    units: self.units.rebalance,
                });
            }
            pool.opening.clone_from(&pool.now);
            pool.is_touched = false;
        }
    }
}
