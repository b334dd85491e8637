//! New pools: the pool, then its shards, packed into as few transactions as fit.

use sealane_amm::{
    PoolParams, accounts,
    errors::AmmError,
    instruction as arguments,
    state::{
        CURVE_CONSTANT_PRODUCT, CURVE_STABLE_SWAP, FeeParams, MAX_PROTOCOL_SHARE_BPS, MAX_SHARDS,
    },
};
use sealane_core::{CoreError, curve::AmplificationRamp, fee::BoundedRatioFee, units::FeeRate};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use thiserror::Error;

use super::instruction;
use crate::{
    address::{self, SYSTEM_PROGRAM, ShardAddresses, TOKEN_PROGRAM},
    error::AmmErrorExt,
    tx,
};

/// Why a pool cannot be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PlanError {
    /// Too few or too many shards.
    #[error("a pool has 1 to {MAX_SHARDS} shards, not {shards}")]
    ShardCount {
        /// How many were asked for.
        shards: u8,
    },
    /// The program would refuse.
    #[error("{} ({})", .0.message(), .0.name())]
    Refused(AmmError),
}

impl PlanError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::ShardCount { .. } => "choose between 1 and 32; shards can be added later",
            Self::Refused(error) => error.hint(),
        }
    }
}

impl From<CoreError> for PlanError {
    fn from(error: CoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// One of a new pool's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolToken {
    /// Its mint.
    pub mint: Pubkey,
    /// The program that owns the mint.
    pub token_program: Pubkey,
}

/// A pool to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreatePoolRequest {
    /// Pays, signs, and becomes the authority.
    pub creator: Pubkey,
    /// Tells apart pools of one creator and pair.
    pub id: u16,
    /// The base token; prices are quote per base.
    pub base: PoolToken,
    /// The quote token.
    pub quote: PoolToken,
    /// Curve and fees.
    pub params: PoolParams,
    /// How many shards: how many swaps can run side by side.
    pub shards: u8,
}

/// How a pool is created.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatePoolPlan {
    /// Where the pool will be.
    pub pool: Pubkey,
    /// Where its shards will be.
    pub shards: Vec<ShardAddresses>,
    /// The instructions of each transaction. To be sent in order, each after the one before is
    /// confirmed, since a shard's index follows from how many there are.
    pub transactions: Vec<Vec<Instruction>>,
}

/// The default fees: those with which the sharded pool's conditions hold with room to spare, from
/// 0.1% to 1.2%, a tenth of them for the authority.
#[must_use]
pub fn default_fees() -> FeeParams {
    let fee = BoundedRatioFee::DEFAULT;
    FeeParams {
        min_pips: fee.min().get(),
        max_pips: fee.max().get(),
        slope_pips: fee.slope(),
        protocol_share_bps: 1_000,
    }
}

/// One rate for every swap, in millionths of its output: 3,000 is 0.3%. The protocol's share is
/// in basis points of the fee.
///
/// With a flat fee it pays to split a swap over all shards, so it suits pools of one shard.
#[must_use]
pub fn flat_fees(pips: u32, protocol_share_bps: u16) -> FeeParams {
    FeeParams {
        min_pips: pips,
        max_pips: pips,
        slope_pips: 0,
        protocol_share_bps,
    }
}

/// A constant product pool with these fees.
#[must_use]
pub fn constant_product_params(fees: FeeParams) -> PoolParams {
    PoolParams {
        curve: CURVE_CONSTANT_PRODUCT,
        amplification: 0,
        fees,
    }
}

/// A stable swap pool with amplification A = `amplification`.
///
/// # Errors
/// [`PlanError::Refused`] with [`AmmError::InvalidAmplification`] outside 1 to 10,000.
pub fn stable_swap_params(amplification: u32, fees: FeeParams) -> Result<PoolParams, PlanError> {
    AmplificationRamp::constant(amplification)?;
    Ok(PoolParams {
        curve: CURVE_STABLE_SWAP,
        amplification,
        fees,
    })
}

/// Creates a pool with its shards, in as few transactions as fit.
///
/// ```
/// use sealane_sdk::{address::TOKEN_PROGRAM, plan};
/// use solana_pubkey::Pubkey;
///
/// let token = || plan::PoolToken { mint: Pubkey::new_unique(), token_program: TOKEN_PROGRAM };
/// let created = plan::create_pool_instructions(&plan::CreatePoolRequest {
///     creator: Pubkey::new_unique(),
///     id: 0,
///     base: token(),
///     quote: token(),
///     params: plan::constant_product_params(plan::default_fees()),
///     shards: 4,
/// })?;
/// assert_eq!(created.shards.len(), 4);
/// assert_eq!(created.transactions.concat().len(), 5);
/// # Ok::<(), plan::PlanError>(())
/// ```
///
/// # Errors
/// [`PlanError`] for what the program would refuse about the request itself. Mints are looked at
/// only on chain.
pub fn create_pool_instructions(request: &CreatePoolRequest) -> Result<CreatePoolPlan, PlanError> {
    check(request)?;
    let (base, quote) = (&request.base, &request.quote);
    let (pool, _) = address::pool(&request.creator, &base.mint, &quote.mint, request.id);
    let shards: Vec<ShardAddresses> = (0..request.shards)
        .map(|index| ShardAddresses::derive(&pool, &base.mint, &quote.mint, index))
        .collect();
    let create = instruction(
        &accounts::CreatePool {
            creator: request.creator,
            pool,
            base_mint: base.mint,
            quote_mint: quote.mint,
            base_token_program: base.token_program,
            quote_token_program: quote.token_program,
            system_program: SYSTEM_PROGRAM,
        },
        &arguments::CreatePool {
            id: request.id,
            params: request.params,
        },
    );
    let creator = &request.creator;
    let instructions = std::iter::once(create)
        .chain(
            shards
                .iter()
                .map(|shard| add_shard_instruction(&pool, base, quote, shard, creator, creator)),
        )
        .collect();
    let transactions = tx::pack(creator, instructions);
    Ok(CreatePoolPlan {
        pool,
        shards,
        transactions,
    })
}

/// Refuses what the program would refuse, before anything is paid.
fn check(request: &CreatePoolRequest) -> Result<(), PlanError> {
    let fees = &request.params.fees;
    if request.shards == 0 || request.shards > MAX_SHARDS {
        return Err(PlanError::ShardCount {
            shards: request.shards,
        });
    }
    if request.base.mint == request.quote.mint {
        return Err(PlanError::Refused(AmmError::SameMint));
    }
    let rate = FeeRate::new;
    BoundedRatioFee::try_new(rate(fees.min_pips), rate(fees.max_pips), fees.slope_pips)?;
    if fees.protocol_share_bps > MAX_PROTOCOL_SHARE_BPS {
        return Err(PlanError::Refused(AmmError::ProtocolShareTooHigh));
    }
    match request.params.curve {
        CURVE_CONSTANT_PRODUCT if request.params.amplification == 0 => Ok(()),
        CURVE_CONSTANT_PRODUCT => Err(PlanError::Refused(AmmError::NotStableSwap)),
        CURVE_STABLE_SWAP => {
            AmplificationRamp::constant(request.params.amplification)?;
            if fees.min_pips == 0 {
                return Err(PlanError::Refused(AmmError::InvalidFee));
            }
            Ok(())
        }
        _ => Err(PlanError::Refused(AmmError::InvalidCurve)),
    }
}

/// Adds a shard; it has to be the next one.
pub(super) fn add_shard_instruction(
    pool: &Pubkey,
    base: &PoolToken,
    quote: &PoolToken,
    shard: &ShardAddresses,
    authority: &Pubkey,
    payer: &Pubkey,
) -> Instruction {
    instruction(
        &accounts::AddShard {
            payer: *payer,
            authority: *authority,
            pool: *pool,
            shard: shard.shard,
            base_vault: shard.base_vault,
            quote_vault: shard.quote_vault,
            lp_mint: shard.lp_mint,
            base_mint: base.mint,
            quote_mint: quote.mint,
            base_token_program: base.token_program,
            quote_token_program: quote.token_program,
            lp_token_program: TOKEN_PROGRAM,
            system_program: SYSTEM_PROGRAM,
        },
        &arguments::AddShard {},
    )
}
