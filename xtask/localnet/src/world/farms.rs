//! The demo's stake pool and farms, and who stakes in them from the beginning.

use sealane_sdk::client::Client;
use sealane_sdk::farms::Farms;
use sealane_sdk::plan::staking::{
    CreateFarmRequest, FundRequest, RewardRequest, ShardChoice, StakeRequest,
    create_farm_instructions, fund_instructions, open_position_instruction, stake_instructions,
};
use sealane_sdk::plan::{Caller, PoolToken, Sequence};
use sealane_sdk::staking::FarmParams;
use sealane_sdk::{address::TOKEN_PROGRAM, engine_core::stake::Moment};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;

use super::pools::{pool_token, token};
use super::spec::{
    EPOCH_SECONDS, FARMS, FarmSpec, GRACE_SECONDS, REWARDED_SECONDS, STAKERS, StakeSpec,
};
use super::{
    Doing as _, Token, TokenName, Wallet, Wallets, WorldError, WorldFarm, WorldMarket, WorldPool,
};
use crate::chain::Chain;

/// Rewards begin so long after the plan is made, so that it is not yet too late when it is executed.
const HEAD_START_SECONDS: i64 = 30;
/// The liquidity provider stakes this part of its liquidity: a half.
const STAKED_PART: u64 = 2;

/// Everything that farms are made of.
struct Setting<'a> {
    chain: &'a Chain,
    wallets: &'a Wallets,
    tokens: &'a [Token],
    pools: &'a [WorldPool],
    market: &'a WorldMarket,
}

/// Creates and funds all farms, and stakes, the farms side by side.
pub(super) async fn create_all(
    chain: &Chain,
    wallets: &Wallets,
    tokens: &[Token],
    pools: &[WorldPool],
    market: &WorldMarket,
) -> Result<Vec<WorldFarm>, WorldError> {
    let setting = Setting {
        chain,
        wallets,
        tokens,
        pools,
        market,
    };
    let [first, second, third, fourth, fifth] = &FARMS;
    let (first, second, third, fourth, fifth) = tokio::try_join!(
        setting.create(first),
        setting.create(second),
        setting.create(third),
        setting.create(fourth),
        setting.create(fifth),
    )?;
    Ok(vec![first, second, third, fourth, fifth])
}

impl Setting<'_> {
    async fn create(&self, spec: &FarmSpec) -> Result<WorldFarm, WorldError> {
        let maker = &self.wallets.maker;
        let doing = || format!("creating the farm {}", spec.name);
        let mut client = Client::new(self.chain.rpc_url());
        let now = client.now().await.doing(doing)?;
        let stake = self.staked(spec.stake);
        let rewards: Vec<Token> = spec
            .rewards
            .iter()
            .map(|(name, _)| token(self.tokens, *name))
            .collect();
        let market = (spec.stake == StakeSpec::MakerVolume).then_some(self.market.address);
        let (lock_boost, lock_max_epochs) = spec.locks;
        let start = now + HEAD_START_SECONDS;
        let plan = create_farm_instructions(&CreateFarmRequest {
            creator: maker.address(),
            id: spec.id,
            stake,
            params: FarmParams {
                epoch_seconds: EPOCH_SECONDS,
                cooldown_seconds: spec.cooldown_seconds,
                grace_seconds: GRACE_SECONDS,
                lock_boost,
                lock_max_epochs,
            },
            market,
            shards: spec.shards,
            rewards: rewards
                .iter()
                .map(|token| RewardRequest {
                    token: pool_token(token),
                    start,
                    end: start + REWARDED_SECONDS,
                })
                .collect(),
        })
        .doing(doing)?;
        let farm = plan.farm;
        let creation = Sequence {
            transactions: plan.transactions,
            quote: (),
        };
        send(&client, creation, &maker.keypair, doing).await?;
        self.fund(&mut client, spec, &farm, &rewards).await?;
        self.stake(&mut client, spec, &farm).await?;
        Ok(WorldFarm {
            name: spec.name,
            address: farm,
            stake_mint: stake.mint,
            market,
            rewards,
            shards: plan.shards,
        })
    }

    fn staked(&self, stake: StakeSpec) -> PoolToken {
        match stake {
            StakeSpec::Token(name) => pool_token(&token(self.tokens, name)),
            StakeSpec::Liquidity(base) => PoolToken {
                mint: self.pool_of(base).shards[0].lp_mint,
                token_program: TOKEN_PROGRAM,
            },
            StakeSpec::MakerVolume => pool_token(&self.market.quote),
        }
    }

    fn pool_of(&self, base: TokenName) -> &WorldPool {
        let mut pools = self.pools.iter();
        pools
            .find(|pool| pool.base.name == base)
            .expect("farms name bases of pools")
    }

    async fn fund(
        &self,
        client: &mut Client,
        spec: &FarmSpec,
        farm: &Pubkey,
        rewards: &[Token],
    ) -> Result<(), WorldError> {
        let maker = &self.wallets.maker;
        let doing = || format!("funding the farm {}", spec.name);
        let caller = Caller::new(maker.address());
        for ((index, (_, whole)), token) in (0..).zip(spec.rewards).zip(rewards) {
            client.fetch_farm(farm).await.doing(doing)?;
            let request = FundRequest {
                farm: *farm,
                reward: index,
                amount: token.units(*whole),
                end: None,
            };
            let plan = fund_instructions(client.farms(), &request, &caller).doing(doing)?;
            send(client, plan, &maker.keypair, doing).await?;
        }
        Ok(())
    }

    async fn stake(
        &self,
        client: &mut Client,
        spec: &FarmSpec,
        farm: &Pubkey,
    ) -> Result<(), WorldError> {
        let doing = || format!("staking in {}", spec.name);
        client.fetch_farm(farm).await.doing(doing)?;
        match spec.stake {
            StakeSpec::Token(name) => {
                let token = token(self.tokens, name);
                for (_, who, whole, epochs) in STAKERS.iter().filter(|staker| staker.0 == name) {
                    let mut wallets = self.wallets.iter();
                    let wallet = wallets.find(|wallet| wallet.name == *who);
                    let wallet = wallet.expect("stakers are demo wallets");
                    let present = present(client.farms(), farm);
                    let until = (*epochs > 0).then(|| present + u32::from(*epochs));
                    let amount = token.units(*whole);
                    stake(client, wallet, farm, amount, until, doing).await?;
                }
            }
            StakeSpec::Liquidity(base) => {
                let maker = &self.wallets.maker;
                let mint = self.pool_of(base).shards[0].lp_mint;
                let held = client.token_balance(&maker.address(), &mint).await;
                let amount = held.doing(doing)? / STAKED_PART;
                stake(client, maker, farm, amount, None, doing).await?;
            }
            StakeSpec::MakerVolume => {
                for wallet in &self.wallets.makers {
                    let caller = Caller::new(wallet.address());
                    let choice = ShardChoice::ByOwner;
                    let open = open_position_instruction(client.farms(), farm, 0, choice, &caller);
                    let open = [open.doing(doing)?];
                    client.send(&open, &wallet.keypair).await.doing(doing)?;
                }
            }
        }
        Ok(())
    }
}

fn present(farms: &Farms, farm: &Pubkey) -> u32 {
    let moment = farms.farm(farm).zip(farms.clock());
    let moment: Option<Moment> = moment.and_then(|(farm, clock)| {
        let now = clock.unix_timestamp.max(farm.account.start);
        farm.account.moment(now).ok()
    });
    moment.map_or(0, |moment| moment.epoch)
}

async fn stake(
    client: &Client,
    wallet: &Wallet,
    farm: &Pubkey,
    amount: u64,
    lock_until: Option<u32>,
    doing: impl Fn() -> String,
) -> Result<(), WorldError> {
    let request = StakeRequest {
        farm: *farm,
        index: 0,
        amount,
        lock_until,
        shard: ShardChoice::ByOwner,
    };
    let caller = Caller::new(wallet.address());
    let plan = stake_instructions(client.farms(), &request, &caller).doing(&doing)?;
    let sent = client.send(&plan.instructions, &wallet.keypair).await;
    sent.map(drop).doing(doing)
}

async fn send<Q>(
    client: &Client,
    sequence: Sequence<Q>,
    payer: &Keypair,
    doing: impl FnOnce() -> String,
) -> Result<(), WorldError> {
    let sent = client.execute_sequence(sequence, payer, |_, _| {}).await;
    sent.map(drop).doing(doing)
}
