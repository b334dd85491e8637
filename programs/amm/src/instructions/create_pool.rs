//! `create_pool`: anyone makes a pool of two mints.

use anchor_lang::prelude::*;
use sealane_core::curve::{AmplificationRamp, StableSwap};
use sealane_onchain::{derived::create_loaded, mint::check_mint};

use crate::{
    errors::AmmError,
    events::{self, PoolCreated},
    state::{CURVE_CONSTANT_PRODUCT, CURVE_STABLE_SWAP, FeeParams, POOL_SEED, Pool},
};

/// What a new pool is to be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct PoolParams {
    /// [`CURVE_CONSTANT_PRODUCT`] or [`CURVE_STABLE_SWAP`].
    pub curve: u8,
    /// Amplification A of a stable swap pool, whole; 0 for constant product.
    pub amplification: u32,
    /// The fees.
    pub fees: FeeParams,
}

/// Accounts of `create_pool`.
#[derive(Accounts)]
pub struct CreatePool {
    /// Pays the rent and becomes the authority.
    #[account(mut)]
    pub creator: Signer,
    /// The new pool, at its derived address.
    #[account(mut)]
    pub pool: UncheckedAccount,
    /// Base mint.
    pub base_mint: UncheckedAccount,
    /// Quote mint.
    pub quote_mint: UncheckedAccount,
    /// Token program of the base mint.
    pub base_token_program: UncheckedAccount,
    /// Token program of the quote mint.
    pub quote_token_program: UncheckedAccount,
    /// Creates the account.
    pub system_program: Program<System>,
}

/// Handler of `create_pool`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<CreatePool>, id: u16, params: &PoolParams) -> Result<()> {
    let accounts = &ctx.accounts;
    require!(
        accounts.base_mint.address() != accounts.quote_mint.address(),
        AmmError::SameMint
    );
    let base_decimals = check_mint(
        accounts.base_mint.account(),
        accounts.base_token_program.account(),
    )
    .map_err(AmmError::from)?;
    let quote_decimals = check_mint(
        accounts.quote_mint.account(),
        accounts.quote_token_program.account(),
    )
    .map_err(AmmError::from)?;
    let (mut created, bump) = create_loaded::<Pool>(
        accounts.creator.account(),
        accounts.pool.account(),
        &[
            POOL_SEED,
            accounts.creator.address().as_ref(),
            accounts.base_mint.address().as_ref(),
            accounts.quote_mint.address().as_ref(),
            &id.to_le_bytes(),
        ],
    )
    .map_err(AmmError::from)?;
    let address = *created.address();
    let pool: &mut Pool = &mut created;
    pool.creator = *accounts.creator.address();
    pool.authority = *accounts.creator.address();
    pool.base_mint = *accounts.base_mint.address();
    pool.quote_mint = *accounts.quote_mint.address();
    pool.base_token_program = *accounts.base_token_program.address();
    pool.quote_token_program = *accounts.quote_token_program.address();
    pool.base_decimals = base_decimals;
    pool.quote_decimals = quote_decimals;
    pool.id = id;
    pool.bump = bump;
    set_curve(pool, params)?;
    pool.set_fees(&params.fees)?;

    events::log(PoolCreated {
        pool: address,
        creator: pool.creator,
        base_mint: pool.base_mint,
        quote_mint: pool.quote_mint,
        fee_min_pips: pool.fee_min_pips,
        fee_max_pips: pool.fee_max_pips,
        fee_slope_pips: pool.fee_slope_pips,
        amplification: params.amplification,
        protocol_share_bps: pool.protocol_share_bps,
        id,
        curve: pool.curve,
        reserved: [0; 3],
    });
    Ok(())
}

fn set_curve(pool: &mut Pool, params: &PoolParams) -> Result<()> {
    pool.curve = params.curve;
    match params.curve {
        CURVE_CONSTANT_PRODUCT => {
            require!(params.amplification == 0, AmmError::NotStableSwap);
        }
        CURVE_STABLE_SWAP => {
            let ramp = AmplificationRamp::constant(params.amplification).map_err(AmmError::from)?;
            pool.set_ramp(ramp);
            let (base_scale, quote_scale) =
                StableSwap::scales(pool.base_decimals, pool.quote_decimals)
                    .map_err(AmmError::from)?;
            pool.base_scale = base_scale;
            pool.quote_scale = quote_scale;
        }
        _ => return Err(AmmError::InvalidCurve.into()),
    }
    Ok(())
}
