//! Every instruction, in every variant whose cost differs.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_testkit::{MintSpec, PoolSpec, Side, TestPool, World, amm::state::pause, log_uniform};
use solana_pubkey::Pubkey;

use crate::report::Measured;

/// What every wallet gets of every token.
const FUNDS: u64 = 1_000_000_000_000_000;
/// What a shard holds of each token at first.
const RESERVE: u64 = 1_000_000_000_000;
/// Seconds between two runs, if any: about half of them are the first of their second and bring
/// the price history up to date.
const BETWEEN: i64 = 1;

/// A pool in use, and the costs of what is done with it.
struct Bench {
    world: World,
    pool: TestPool,
    wallet: Pubkey,
    rng: ChaCha8Rng,
    variant: &'static str,
    runs: usize,
    measured: Vec<Measured>,
}

/// Runs everything.
pub(crate) fn measure(runs: usize) -> Vec<Measured> {
    let mut measured = Vec::new();
    for (variant, spec) in variants() {
        let mut bench = Bench::new(variant, spec, runs);
        bench.swaps();
        bench.liquidity();
        bench.single_sided();
        bench.rebalance();
        bench.collect();
        bench.observe();
        if variant.is_empty() || variant == "stable" {
            bench.administer();
        }
        bench.create();
        measured.extend(bench.measured);
    }
    let administer = all_of(&measured, "amm.administer");
    measured.push(administer);
    measured.sort_by_key(|measured| order(&measured.instruction));
    measured
}

/// The plain case first: constant product, SPL Token, default fees with a protocol share.
fn variants() -> [(&'static str, PoolSpec); 6] {
    let plain = PoolSpec::default()
        .mints(MintSpec::spl(6), MintSpec::spl(6))
        .protocol_share(1_000)
        .shards(4);
    let token_2022 = (MintSpec::token_2022(6), MintSpec::token_2022(6));
    let transfer_fee = MintSpec::with_transfer_fee(6, 30, 1_000_000);
    [
        ("", plain.clone()),
        ("flat_fee", plain.clone().flat_fee(3_000, 1_000)),
        (
            "token_2022",
            plain.clone().mints(token_2022.0, token_2022.1),
        ),
        (
            "transfer_fee",
            plain.clone().mints(transfer_fee.clone(), transfer_fee),
        ),
        ("stable", plain.clone().stable(100)),
        (
            "stable.decimals",
            plain.mints(MintSpec::spl(6), MintSpec::spl(9)).stable(100),
        ),
    ]
}

/// All runs of an instruction's variants as one.
fn all_of(measured: &[Measured], instruction: &str) -> Measured {
    let variants = measured
        .iter()
        .filter(|variant| variant.instruction.starts_with(instruction));
    let units = variants
        .flat_map(|variant| variant.units.iter().copied())
        .collect();
    Measured {
        instruction: instruction.to_owned(),
        units,
    }
}

/// Instructions together, their plain case first.
pub(crate) fn order(name: &str) -> (String, usize, String) {
    let mut parts = name.splitn(3, '.');
    let instruction: Vec<&str> = parts.by_ref().take(2).collect();
    let variant = parts.next().unwrap_or_default();
    (
        instruction.join("."),
        variant.len().min(1),
        variant.to_owned(),
    )
}

impl Bench {
    fn new(variant: &'static str, spec: PoolSpec, runs: usize) -> Self {
        let mut world = World::new();
        let pool = world.create_pool(&spec);
        let wallet = world.wallet();
        for wallet in [wallet, pool.creator] {
            world.fund(wallet, &pool, FUNDS, FUNDS);
        }
        let scale = world.pool(&pool).base_scale.max(1);
        for shard in 0..pool.shards.len() {
            let add = pool.add_liquidity(shard, wallet, RESERVE / scale, RESERVE);
            world.execute(&[add]);
        }
        let rng = ChaCha8Rng::seed_from_u64(1);
        Self {
            world,
            pool,
            wallet,
            rng,
            variant,
            runs,
            measured: Vec::new(),
        }
    }

    /// Runs what `next` makes of the world as often as asked, and notes the units.
    fn run(
        &mut self,
        name: &str,
        mut next: impl FnMut(&mut Self) -> solana_instruction::Instruction,
    ) {
        let mut units = Vec::with_capacity(self.runs);
        for _ in 0..self.runs {
            let instruction = next(self);
            if self.rng.random() {
                self.world.svm.advance_time(BETWEEN);
            }
            units.push(self.world.execute_heavy(&[instruction]).program_units());
        }
        let mut instruction = format!("amm.{name}");
        if !self.variant.is_empty() {
            instruction = format!("{instruction}.{}", self.variant);
        }
        self.measured.push(Measured { instruction, units });
    }

    /// From a millionth of the reserve to a tenth, every size alike.
    fn amount(&mut self, side: Side) -> u64 {
        let reserve = self.world.shard(&self.pool, 0).state().reserves.of(side);
        (reserve / 1_000_000).max(100) + log_uniform(&mut self.rng, reserve / 10)
    }

    /// One side after the other, so that the price stays where it is.
    fn side(&mut self) -> Side {
        if self.rng.random() {
            Side::Base
        } else {
            Side::Quote
        }
    }

    fn swaps(&mut self) {
        let wallet = self.wallet;
        self.run("swap_exact_in", |bench| {
            let side = bench.side();
            let amount = bench.amount(side);
            bench.pool.swap_exact_in(0, wallet, side, amount, 1)
        });
        self.run("swap_exact_out", |bench| {
            let side = bench.side();
            let amount = bench.amount(side.opposite());
            bench.pool.swap_exact_out(0, wallet, side, amount, u64::MAX)
        });
    }

    fn liquidity(&mut self) {
        let wallet = self.wallet;
        self.run("add_liquidity", |bench| {
            let (base, quote) = (bench.amount(Side::Base), bench.amount(Side::Quote));
            bench.pool.add_liquidity(0, wallet, base, quote)
        });
        self.run("remove_liquidity", |bench| {
            let shares = bench.some_shares();
            bench.pool.remove_liquidity(0, wallet, shares)
        });
    }

    fn single_sided(&mut self) {
        let wallet = self.wallet;
        self.run("add_liquidity_single_sided", |bench| {
            let side = bench.side();
            let amount = bench.amount(side);
            bench.pool.add_single_sided(0, wallet, side, amount)
        });
        self.run("remove_liquidity_single_sided", |bench| {
            let (side, shares) = (bench.side(), bench.some_shares());
            bench.pool.remove_single_sided(0, wallet, side, shares)
        });
    }

    fn some_shares(&mut self) -> u64 {
        let shares = self.world.shares(&self.wallet, &self.pool, 0);
        (shares / 1_000_000).max(100) + log_uniform(&mut self.rng, shares / 100)
    }

    /// Between two shards whose prices a swap has moved apart. Not with transfer fees.
    fn rebalance(&mut self) {
        if self.variant == "transfer_fee" {
            return;
        }
        let wallet = self.wallet;
        self.run("rebalance", |bench| {
            let rebalance = bench.pool.rebalance(1, 2);
            // A swap may also have brought the prices together.
            loop {
                let side = bench.side();
                let amount = bench.amount(side);
                let swap = bench.pool.swap_exact_in(1, wallet, side, amount, 1);
                bench.world.execute_heavy(&[swap]);
                let pays = bench.world.svm.simulate(std::slice::from_ref(&rebalance));
                if pays.is_ok() {
                    return rebalance;
                }
            }
        });
    }

    /// Of both tokens, after a swap in each direction.
    fn collect(&mut self) {
        let (wallet, creator) = (self.wallet, self.pool.creator);
        self.run("collect_protocol_fees", |bench| {
            for side in [Side::Base, Side::Quote] {
                let amount = bench.amount(side);
                let swap = bench.pool.swap_exact_in(3, wallet, side, amount, 1);
                bench.world.execute_heavy(&[swap]);
            }
            bench.pool.collect_protocol_fees(3, creator)
        });
    }

    fn observe(&mut self) {
        self.run("observe", |bench| bench.pool.observe(0));
    }

    /// What the authority does. Only the amplification depends on the kind of pool.
    fn administer(&mut self) {
        let (creator, wallet) = (self.pool.creator, self.wallet);
        if self.variant == "stable" {
            self.run("administer.ramp_amplification", |bench| {
                let end = bench.world.svm.clock().unix_timestamp + 100_000;
                bench.pool.ramp_amplification(creator, 120, end)
            });
            self.run("administer.stop_ramp", |bench| {
                bench.pool.stop_ramp(creator)
            });
            return;
        }
        let fees = PoolSpec::default().params.fees;
        self.run("administer.set_fees", |bench| {
            bench.pool.set_fees(creator, fees)
        });
        self.run("administer.set_paused", |bench| {
            let bits = bench.rng.random_range(0..=pause::ALL);
            bench.pool.set_paused(creator, bits)
        });
        self.run("administer.propose_authority", |bench| {
            bench.pool.propose_authority(creator, wallet)
        });
        self.run("administer.accept_authority", |bench| {
            let authority = bench.world.pool(&bench.pool).authority;
            let next = if authority == creator {
                wallet
            } else {
                creator
            };
            let propose = bench.pool.propose_authority(authority, next);
            bench.world.execute(&[propose]);
            bench.pool.accept_authority(next)
        });
    }

    /// New pools of the same mints, and their first shards.
    fn create(&mut self) {
        let params = self.spec_params();
        self.run("create_pool", |bench| {
            let creator = bench.world.wallet();
            let pool = TestPool::new(creator, 0, bench.pool.base, bench.pool.quote);
            pool.create(params)
        });
        self.run("add_shard", |bench| {
            let creator = bench.world.wallet();
            let pool = TestPool::new(creator, 0, bench.pool.base, bench.pool.quote);
            bench.world.execute(&[pool.create(params)]);
            pool.add_shard(0, creator, bench.world.svm.payer())
        });
    }

    /// The parameters of this variant's pool.
    fn spec_params(&self) -> sealane_testkit::amm::PoolParams {
        let variant = variants()
            .into_iter()
            .find(|(variant, _)| *variant == self.variant);
        variant.expect("a known variant").1.params
    }
}
