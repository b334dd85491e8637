//! A stake pool with locks that pays two tokens, stakes in it, and what the SDK makes of them.

use bytemuck::Zeroable as _;
use sealane_sdk::{
    address::{self, TOKEN_PROGRAM},
    engine::fixtures::{account_bytes, clock_now},
    engine_core::{
        farm::Schedule,
        stake::{Epochs, LockTerms, Moment, Points, PositionStake, ShardStake},
    },
    farms,
    plan::{
        Caller,
        staking::{
            self as builders, ClaimRequest, ShardChoice, StakeRequest, claim_instructions,
            close_epochs_instructions, lock_instructions, restake_instructions,
            set_vote_delegate_instruction, stake_instructions, unstake_instructions,
            withdraw_stake_instructions,
        },
    },
    staking::{
        self,
        state::{Budget, EpochRecord, Farm, Position, Shard},
    },
};
use serde_json::{Value, json};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{big, digits, instructions, world::Stage};

const EPOCH_SECONDS: u32 = 60;
/// The present epoch.
const EPOCH: u32 = 10;
/// Epochs from 1 to here are closed; the two behind have ended.
const CLOSED: u32 = 7;

/// The farm.
#[derive(Clone, Copy)]
pub(crate) struct Stakes {
    pub(crate) farm: Pubkey,
    positions: [Pubkey; 3],
}

/// What is being made: everything that the program would have done.
struct Making {
    farm: Pubkey,
    config: Farm,
    shards: [Shard; 2],
    positions: Vec<(Pubkey, Position)>,
}

impl Making {
    fn new(stage: &Stage) -> Self {
        let mut config = Farm::zeroed();
        config.creator = stage.wallets[3];
        config.authority = stage.wallets[3];
        config.stake_mint = stage.mints[2];
        config.stake_token_program = TOKEN_PROGRAM;
        config.reward_mints[..2].copy_from_slice(&stage.mints[2..]);
        for (at, mint) in stage.mints[2..].iter().enumerate() {
            config.reward_token_programs[at] = stage.token_program(mint);
            config.reward_decimals[at] = 6;
        }
        config.start = clock_now().unix_timestamp - i64::from(EPOCH * EPOCH_SECONDS) - 5;
        (config.epoch_seconds, config.cooldown_seconds) = (EPOCH_SECONDS, EPOCH_SECONDS);
        config.grace_seconds = 30 * 86_400;
        config.rewards_from = 1;
        (config.lock_boost, config.lock_max_epochs) = (250, 100);
        (
            config.shard_count,
            config.reward_count,
            config.stake_decimals,
        ) = (2, 2, 6);
        let (farm, bump) = address::farm(&config.creator, &config.stake_mint, 0);
        config.bump = bump;
        let shards = [0, 1].map(|index| {
            let (at, bump) = address::farm_shard(&farm, index);
            let mut shard = Shard::zeroed();
            (shard.farm, shard.index, shard.bump) = (farm, index, bump);
            shard.stake_vault = address::stake_vault(&at).0;
            for reward in 0..2 {
                shard.reward_vaults[usize::from(reward)] = address::reward_vault(&at, reward).0;
            }
            shard
        });
        Self {
            farm,
            config,
            shards,
            positions: Vec::new(),
        }
    }

    fn time(&self) -> (Epochs, LockTerms) {
        (self.config.epochs(), self.config.terms())
    }

    /// A position that stakes in an epoch, and what else it does in the next one.
    fn stake(
        &mut self,
        owner: Pubkey,
        (epoch, shard, amount): (u32, usize, u64),
        then: impl Fn(&mut PositionStake, &Moment, &LockTerms) -> Vec<ShardChange>,
    ) {
        let (epochs, terms) = self.time();
        let moment = |epoch| {
            epochs
                .moment(epochs.begin(epoch) + 7)
                .expect("within the farm's time")
        };
        let (at, later) = (moment(epoch), moment(epoch + 1));
        let (address, bump) = address::position(&self.farm, &owner, 0);
        let mut position = Position::zeroed();
        (position.farm, position.owner, position.bump) = (self.farm, owner, bump);
        position.shard = address::farm_shard(&self.farm, shard as u8).0;
        *position.stake_mut() = PositionStake::new(epoch);
        let sums: &mut ShardStake = self.shards[shard].stake_mut();
        let staked = position
            .stake_mut()
            .add(&at, &terms, amount)
            .expect("some units");
        sums.follow(&at, &terms, &staked, 1).expect("its shard");
        for change in then(position.stake_mut(), &later, &terms) {
            sums.follow(&later, &terms, &change, 1).expect("its shard");
        }
        self.shards[shard].cooling += position.cooling;
        self.positions.push((address, position));
    }

    /// Closes epochs, as the program does.
    fn close(&mut self) -> (Budget, Vec<EpochRecord>) {
        let (epochs, terms) = self.time();
        let mut budget = Budget::zeroed();
        budget.farm = self.farm;
        for reward in 0..2 {
            let schedule = Schedule {
                funded: 1 << (40 + reward),
                allotted: 0,
                start: epochs.begin(1),
                end: epochs.begin(1_000),
            };
            budget.store(reward, &schedule);
        }
        let mut records = Vec::new();
        for epoch in 1..=CLOSED {
            let mut record = EpochRecord::zeroed();
            (record.farm, record.epoch, record.closed) = (self.farm, epoch, 1);
            (record.next_shard, record.rewarded_before) = (2, epoch);
            let (mut points, mut weight) = (0, 0);
            for shard in &mut self.shards {
                let sum = shard.stake_mut().sum(epoch, &terms, EPOCH_SECONDS);
                let sum = sum.expect("in order");
                points += sum.points.get();
                weight += sum.weight.get();
            }
            record.points = bytemuck::cast(Points::new(points));
            record.weight = bytemuck::cast(Points::new(weight));
            for reward in 0..2 {
                let mut schedule = budget.schedule(reward);
                let allotted = schedule.allot(epochs.begin(epoch), epochs.end(epoch));
                record.rewards[reward] = allotted.expect("a part");
                budget.store(reward, &schedule);
            }
            record.allotted = budget.allotted;
            records.push(record);
        }
        (budget.next_epoch, budget.rewarded_before) = (CLOSED + 1, CLOSED + 1);
        (budget, records)
    }
}

type ShardChange = sealane_sdk::engine_core::stake::StakeChange;

impl Stakes {
    /// Puts a farm and stakes of the first three wallets into the world.
    pub(crate) fn new(stage: &mut Stage) -> Self {
        let mut making = Making::new(stage);
        let [locked, free, leaving] = [0, 1, 2].map(|at| stage.wallets[at]);
        making.stake(locked, (1, 0, 5_000_000_007), |stake, at, terms| {
            vec![stake.lock(at, terms, 60).expect("a lock")]
        });
        making.stake(free, (2, 1, 7_000_000_001), |_, _, _| Vec::new());
        making.stake(leaving, (2, 1, 900_000), |stake, at, terms| {
            let cooled_at = clock_now().unix_timestamp - 1;
            vec![
                stake
                    .unstake(at, terms, 400_000, cooled_at)
                    .expect("a stake"),
            ]
        });
        let (budget, records) = making.close();
        let farm = making.farm;
        stage.put(farm, staking::ID, account_bytes(&making.config));
        stage.put(
            address::budget(&farm).0,
            staking::ID,
            account_bytes(&budget),
        );
        // Vaults before their shards: they may arrive in any order.
        for (index, shard) in making.shards.iter().enumerate() {
            let (at, _) = address::farm_shard(&farm, index as u8);
            for (reward, mint) in stage.mints[2..].to_vec().iter().enumerate() {
                let held = stage.token_account(mint, &at, 1 << 39);
                stage.put(shard.reward_vaults[reward], stage.token_program(mint), held);
            }
        }
        for shard in &making.shards {
            let (at, _) = address::farm_shard(&farm, shard.index);
            stage.put(at, staking::ID, account_bytes(shard));
            for vault in &shard.reward_vaults[..2] {
                stage.put_again(vault);
            }
        }
        for record in &records {
            let (at, _) = address::epoch_record(&farm, record.epoch);
            stage.put(at, staking::ID, account_bytes(record));
        }
        for (at, position) in &making.positions {
            stage.put(*at, staking::ID, account_bytes(position));
        }
        let at = |index: usize| making.positions[index].0;
        Self {
            farm,
            positions: [at(0), at(1), at(2)],
        }
    }

    /// What positions have, as the library is to tell it.
    pub(crate) fn views(&self, stage: &Stage) -> Vec<Value> {
        let (known, now) = (stage.world.farms(), clock_now().unix_timestamp);
        let views = self.positions.iter().map(|position| {
            let view = farms::position_view(known, position, now).expect("a position");
            let pending = farms::pending(known, position, now).expect("all records");
            let (earned, present) = (pending.earned(), pending.present);
            let rewards = (0..2).map(|reward| {
                json!({ "reward": reward, "amount": earned[reward], "accruing": present[reward] })
            });
            let expected = digits(json!({
                "index": view.index,
                "amount": view.amount,
                "weight": view.weight.to_string(),
                "multiplier_bps": view.multiplier(),
                "cooling": view.cooling,
                "voting_power": view.voting_power.to_string(),
                "claim_from": view.claim_from,
                "claimable_epochs": pending.settlement.epochs(),
                "pending": rewards.collect::<Vec<_>>(),
            }));
            json!({ "owner": view.owner.to_string(), "position": position.to_string(),
                "expected": expected })
        });
        views.collect()
    }

    /// Every kind of instruction: a call of the library, and the SDK's instructions for it.
    pub(crate) fn calls(&self, stage: &Stage) -> Vec<Value> {
        let mut calls = self.stakes(stage);
        calls.extend(self.claims(stage));
        calls
    }

    fn stakes(&self, stage: &Stage) -> Vec<Value> {
        let farms = stage.world.farms();
        let [locked, free, leaving] = self.positions;
        let caller = |at: usize| Caller::new(stage.wallets[at]);
        let request = StakeRequest {
            farm: self.farm,
            index: 3,
            amount: 1 << 41,
            lock_until: Some(40),
            shard: ShardChoice::Index(1),
        };
        let opened = stake_instructions(farms, &request, &caller(3)).expect("an open farm");
        let request = StakeRequest {
            index: 0,
            amount: 12_345,
            lock_until: None,
            shard: ShardChoice::ByOwner,
            ..request
        };
        let more = stake_instructions(farms, &request, &caller(1)).expect("an open farm");
        let longer = lock_instructions(farms, &locked, 70, &caller(0)).expect("a longer lock");
        let part = unstake_instructions(farms, &free, 77, &caller(1)).expect("a free stake");
        let all = unstake_instructions(farms, &free, u64::MAX, &caller(1)).expect("a free stake");
        let paid = withdraw_stake_instructions(farms, &leaving, &caller(2)).expect("cooled down");
        let delegate = stage.wallets[3];
        let delegated = |to: Option<&Pubkey>| {
            [set_vote_delegate_instruction(
                &self.farm,
                &free,
                &stage.wallets[1],
                to,
            )]
        };
        let farm = self.farm.to_string();
        let owner = |at: usize| stage.wallets[at].to_string();
        vec![
            call(
                "stake",
                json!([{ "farm": farm, "owner": owner(3), "amount": big(1 << 41), "index": 3,
                    "shard": 1, "lockUntil": 40 }]),
                &opened.instructions,
            ),
            call(
                "stake",
                json!([{ "farm": farm, "owner": owner(1), "amount": big(12_345) }]),
                &more.instructions,
            ),
            call(
                "lock",
                json!([{ "position": locked.to_string(), "until": 70 }]),
                &longer.instructions,
            ),
            call(
                "unstake",
                json!([{ "position": free.to_string(), "amount": big(77) }]),
                &part.instructions,
            ),
            call(
                "unstake",
                json!([{ "position": free.to_string() }]),
                &all.instructions,
            ),
            call(
                "withdrawStake",
                json!([{ "position": leaving.to_string() }]),
                &paid.instructions,
            ),
            call(
                "setDelegate",
                json!([{ "position": free.to_string(), "delegate": delegate.to_string() }]),
                &delegated(Some(&delegate)),
            ),
            call(
                "setDelegate",
                json!([{ "position": free.to_string() }]),
                &delegated(None),
            ),
        ]
    }

    fn claims(&self, stage: &Stage) -> Vec<Value> {
        let farms = stage.world.farms();
        let [locked, free, _] = self.positions;
        let all = ClaimRequest {
            close_due: true,
            give_up_lost: true,
        };
        let caller = |at: usize| Caller::new(stage.wallets[at]);
        let claimed = claim_instructions(farms, &free, &all, &caller(1)).expect("rewards");
        let staked = restake_instructions(farms, &locked, 0, &all, &caller(0)).expect("rewards");
        let payer = stage.wallets[3];
        let closed = close_epochs_instructions(farms, &self.farm, &payer).expect("epochs");
        assert_eq!(closed.quote.epochs.len(), 2, "two epochs have ended");
        vec![
            call(
                "claim",
                json!([{ "position": free.to_string() }]),
                &claimed.transactions.concat(),
            ),
            call(
                "restake",
                json!([{ "position": locked.to_string(), "reward": 0 }]),
                &staked.transactions.concat(),
            ),
            call(
                "closeEpochs",
                json!([{ "farm": self.farm.to_string(), "payer": payer.to_string() }]),
                &closed.transactions.concat(),
            ),
        ]
    }

    /// A call that is refused, and how.
    pub(crate) fn refusal(&self, stage: &Stage) -> Value {
        let locked = self.positions[0];
        let caller = Caller::new(stage.wallets[0]);
        let refused = builders::unstake_instructions(stage.world.farms(), &locked, 1, &caller);
        let error = refused.expect_err("it is locked");
        json!({ "arguments": [{ "position": locked.to_string(), "amount": big(1) }],
            "refused": crate::refusal(&error) })
    }
}

/// A method of the library's farms with its arguments, and the instructions that it is to give.
fn call(method: &str, arguments: Value, built: &[Instruction]) -> Value {
    json!({ "method": method, "arguments": arguments, "instructions": instructions(built) })
}
