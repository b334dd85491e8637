//! `create_market`: anyone makes a market of two mints.

use anchor_lang::prelude::*;
use sealane_core::book::Sizes;
use sealane_onchain::{derived::create_loaded, events::log, mint::check_mint};

use crate::{
    errors::OrderbookError,
    events::MarketCreated,
    state::{FeeParams, MARKET_SEED, Market},
};

/// What a new market is to be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct MarketParams {
    /// Base units in a lot.
    pub base_lot: u64,
    /// Quote units that a lot's value grows by with each tick.
    pub tick: u32,
    /// The fees.
    pub fees: FeeParams,
}

/// Accounts of `create_market`.
#[derive(Accounts)]
pub struct CreateMarket {
    /// Pays the rent and becomes the authority.
    #[account(mut)]
    pub creator: Signer,
    /// The new market, at its derived address.
    #[account(mut)]
    pub market: UncheckedAccount,
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

/// Handler of `create_market`.
#[inline(never)]
pub(crate) fn handle(
    ctx: &mut Context<CreateMarket>,
    id: u16,
    params: &MarketParams,
) -> Result<()> {
    let accounts = &ctx.accounts;
    require!(
        accounts.base_mint.address() != accounts.quote_mint.address(),
        OrderbookError::SameMint
    );
    let sizes = Sizes::try_new(params.base_lot, params.tick).map_err(OrderbookError::from)?;
    let base_decimals = check_mint(
        accounts.base_mint.account(),
        accounts.base_token_program.account(),
    )
    .map_err(OrderbookError::from)?;
    let quote_decimals = check_mint(
        accounts.quote_mint.account(),
        accounts.quote_token_program.account(),
    )
    .map_err(OrderbookError::from)?;
    let (mut created, bump) = create_loaded::<Market>(
        accounts.creator.account(),
        accounts.market.account(),
        &[
            MARKET_SEED,
            accounts.creator.address().as_ref(),
            accounts.base_mint.address().as_ref(),
            accounts.quote_mint.address().as_ref(),
            &id.to_le_bytes(),
        ],
    )
    .map_err(OrderbookError::from)?;
    let address = *created.address();
    let market: &mut Market = &mut created;
    market.creator = *accounts.creator.address();
    market.authority = *accounts.creator.address();
    market.base_mint = *accounts.base_mint.address();
    market.quote_mint = *accounts.quote_mint.address();
    market.base_token_program = *accounts.base_token_program.address();
    market.quote_token_program = *accounts.quote_token_program.address();
    market.base_lot = sizes.base_lot;
    market.tick = sizes.tick;
    market
        .set_fees(&params.fees)
        .map_err(OrderbookError::from)?;
    market.base_decimals = base_decimals;
    market.quote_decimals = quote_decimals;
    market.id = id;
    market.bump = bump;

    log(MarketCreated {
        market: address,
        creator: market.creator,
        base_mint: market.base_mint,
        quote_mint: market.quote_mint,
        base_lot: market.base_lot,
        tick: market.tick,
        taker_fee_pips: market.taker_fee_pips,
        maker_fee_pips: market.maker_fee_pips,
        cross_reward_pips: market.cross_reward_pips,
        referrer_share_bps: market.referrer_share_bps,
        id,
        base_decimals,
        quote_decimals,
        reserved: [0; 2],
    });
    Ok(())
}
