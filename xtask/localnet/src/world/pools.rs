//! The demo pools.

use sealane_sdk::amm;
use sealane_sdk::client::Client;
use sealane_sdk::plan::{self, Caller, CreatePoolRequest, PoolToken, add_liquidity_instructions};
use sealane_sdk::quote::AddLiquidityRequest;
use sealane_sdk::tx::pack;
use solana_keypair::Keypair;
use solana_signer::Signer as _;

use super::spec::{CurveSpec, POOLS, PoolSpec};
use super::{Doing as _, Token, TokenName, WorldError, WorldPool};
use crate::chain::Chain;

/// Nobody else trades on a pool that is being filled: what is quoted is what happens.
const NO_SLIPPAGE_BPS: u16 = 0;

/// Creates all pools and fills their shards, the pools side by side.
pub(super) async fn create_all(
    chain: &Chain,
    maker: &Keypair,
    tokens: &[Token],
) -> Result<Vec<WorldPool>, WorldError> {
    let [first, second, third, fourth] = &POOLS;
    let create = async |spec| {
        let pool = create_pool(chain, maker, tokens, spec).await?;
        fill_pool(chain, maker, &pool, spec).await?;
        Ok::<_, WorldError>(pool)
    };
    let (first, second, third, fourth) =
        tokio::try_join!(create(first), create(second), create(third), create(fourth))?;
    Ok(vec![first, second, third, fourth])
}

async fn create_pool(
    chain: &Chain,
    maker: &Keypair,
    tokens: &[Token],
    spec: &PoolSpec,
) -> Result<WorldPool, WorldError> {
    let base = token(tokens, spec.base);
    let quote = token(tokens, spec.quote);
    let name = format!("{}/{}", base.symbol, quote.symbol);
    let doing = || format!("creating the pool {name}");
    let request = CreatePoolRequest {
        creator: maker.pubkey(),
        id: 0,
        base: pool_token(&base),
        quote: pool_token(&quote),
        params: params(spec.curve).doing(doing)?,
        shards: u8::try_from(spec.deposits.len()).unwrap_or(u8::MAX),
    };
    let created = Client::new(chain.rpc_url())
        .create_pool(&request, maker, |done, total| {
            tracing::debug!(pool = name, done, total, "creating shards");
        })
        .await
        .doing(doing)?;
    Ok(WorldPool {
        address: created.pool,
        curve: spec.curve,
        shards: created.shards,
        name,
        base,
        quote,
    })
}

fn params(curve: CurveSpec) -> Result<amm::PoolParams, plan::PlanError> {
    match curve {
        CurveSpec::ConstantProduct => Ok(plan::constant_product_params(plan::default_fees())),
        CurveSpec::Stable {
            amplification,
            fee_pips,
        } => plan::stable_swap_params(amplification, plan::flat_fees(fee_pips, 0)),
    }
}

async fn fill_pool(
    chain: &Chain,
    maker: &Keypair,
    pool: &WorldPool,
    spec: &PoolSpec,
) -> Result<(), WorldError> {
    let doing = || format!("adding liquidity to {}", pool.name);
    let mut client = Client::new(chain.rpc_url());
    client.fetch_pool(&pool.address).await.doing(doing)?;
    let owner = maker.pubkey();
    let caller = Caller::new(owner);
    let mut instructions = Vec::new();
    for (shard, (base, quote)) in (0_u8..).zip(spec.deposits) {
        let request = AddLiquidityRequest {
            pool: pool.address,
            shard: Some(shard),
            maximum_base: pool.base.units(*base),
            maximum_quote: pool.quote.units(*quote),
            slippage_tolerance_bps: NO_SLIPPAGE_BPS,
        };
        let plan = add_liquidity_instructions(client.pools(), &request, &caller).doing(doing)?;
        instructions.extend(plan.instructions);
    }
    for transaction in pack(&owner, instructions) {
        client.send(&transaction, maker).await.doing(doing)?;
    }
    Ok(())
}

pub(super) fn token(tokens: &[Token], name: TokenName) -> Token {
    tokens
        .iter()
        .find(|token| token.name == name)
        .cloned()
        .expect("a token is created for each of the specifications that pools name")
}

pub(super) fn pool_token(token: &Token) -> PoolToken {
    PoolToken {
        mint: token.mint,
        token_program: token.token_program,
    }
}
