//! New markets, and what their authorities do.

use sealane_core::{
    book::{Fees, Sizes},
    units::{Bps, FeeRate},
};
use sealane_orderbook::{
    MarketAction, MarketParams, accounts,
    errors::OrderbookError,
    instruction as arguments,
    state::{FeeParams, MAX_VAULT_SHARDS},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{instruction, tokens};
use crate::{
    address::{self, SYSTEM_PROGRAM, VaultShardAddresses},
    markets::{MarketError, Markets},
    plan::PoolToken,
    tx,
};

/// A market to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateMarketRequest {
    /// Pays, signs, and becomes the authority.
    pub creator: Pubkey,
    /// Tells apart markets of one creator and pair.
    pub id: u16,
    /// The base token; prices are quote per base.
    pub base: PoolToken,
    /// The quote token.
    pub quote: PoolToken,
    /// Lot, tick and fees.
    pub params: MarketParams,
    /// How many vault shards: how many deposits and withdrawals can run side by side.
    pub vault_shards: u8,
}

/// How a market is created.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateMarketPlan {
    /// Where the market will be.
    pub market: Pubkey,
    /// Where its vault shards will be.
    pub vault_shards: Vec<VaultShardAddresses>,
    /// The instructions of each transaction. To be sent in order, each after the one before is
    /// confirmed, since a vault shard's index follows from how many there are.
    pub transactions: Vec<Vec<Instruction>>,
}

/// Creates a market with its vault shards, in as few transactions as fit.
///
/// ```
/// use sealane_sdk::{address::TOKEN_PROGRAM, plan, orderbook::{MarketParams, state::FeeParams}};
/// use solana_pubkey::Pubkey;
///
/// let token = || plan::PoolToken { mint: Pubkey::new_unique(), token_program: TOKEN_PROGRAM };
/// let created = plan::create_market_instructions(&plan::CreateMarketRequest {
///     creator: Pubkey::new_unique(),
///     id: 0,
///     base: token(),
///     quote: token(),
///     params: MarketParams {
///         base_lot: 1_000_000,
///         tick: 1,
///         fees: FeeParams {
///             taker_pips: 300,
///             maker_pips: -100,
///             referrer_share_bps: 2_000,
///             cross_reward_pips: 100,
///         },
///     },
///     vault_shards: 2,
/// })?;
/// assert_eq!(created.transactions.concat().len(), 3);
/// # Ok::<(), sealane_sdk::markets::MarketError>(())
/// ```
///
/// # Errors
/// [`MarketError`] for what the program would refuse about the request itself. Mints are looked at
/// only on chain.
pub fn create_market_instructions(
    request: &CreateMarketRequest,
) -> Result<CreateMarketPlan, MarketError> {
    check(request)?;
    let (base, quote) = (&request.base, &request.quote);
    let (market, _) = address::market(&request.creator, &base.mint, &quote.mint, request.id);
    let vault_shards: Vec<VaultShardAddresses> = (0..request.vault_shards)
        .map(|index| VaultShardAddresses::derive(&market, &base.mint, &quote.mint, index))
        .collect();
    let create = instruction(
        &accounts::CreateMarket {
            creator: request.creator,
            market,
            base_mint: base.mint,
            quote_mint: quote.mint,
            base_token_program: base.token_program,
            quote_token_program: quote.token_program,
            system_program: SYSTEM_PROGRAM,
        },
        &arguments::CreateMarket {
            id: request.id,
            params: request.params,
        },
    );
    let creator = &request.creator;
    let shards = vault_shards.iter();
    let shards = shards.map(|shard| add_instruction(&market, base, quote, shard, creator, creator));
    let transactions = tx::pack(creator, std::iter::once(create).chain(shards).collect());
    Ok(CreateMarketPlan {
        market,
        vault_shards,
        transactions,
    })
}

/// Refuses what the program would refuse, before anything is paid.
fn check(request: &CreateMarketRequest) -> Result<(), MarketError> {
    let vault_shards = request.vault_shards;
    if vault_shards == 0 || vault_shards > MAX_VAULT_SHARDS {
        return Err(MarketError::VaultShardCount { vault_shards });
    }
    if request.base.mint == request.quote.mint {
        return Err(OrderbookError::SameMint.into());
    }
    Sizes::try_new(request.params.base_lot, request.params.tick)?;
    let fees = &request.params.fees;
    Fees::try_new(
        FeeRate::new(fees.taker_pips),
        fees.maker_pips,
        Bps(fees.referrer_share_bps),
        FeeRate::new(fees.cross_reward_pips),
    )?;
    Ok(())
}

/// Adds the next vault shard to a market that the cache holds.
///
/// # Errors
/// [`MarketError`] if the market is unknown or has all the vault shards that it can have.
pub fn add_vault_shard_instructions(
    markets: &Markets,
    market: &Pubkey,
    authority: &Pubkey,
    payer: &Pubkey,
) -> Result<(VaultShardAddresses, Vec<Instruction>), MarketError> {
    let config = markets.known(market)?.market;
    if config.vault_shard_count >= MAX_VAULT_SHARDS {
        return Err(OrderbookError::TooManyVaultShards.into());
    }
    let [base, quote] = tokens(config).map(|token| PoolToken {
        mint: token.mint,
        token_program: token.program,
    });
    let next = config.vault_shard_count;
    let shard = VaultShardAddresses::derive(market, &base.mint, &quote.mint, next);
    let add = add_instruction(market, &base, &quote, &shard, authority, payer);
    Ok((shard, vec![add]))
}

fn add_instruction(
    market: &Pubkey,
    base: &PoolToken,
    quote: &PoolToken,
    shard: &VaultShardAddresses,
    authority: &Pubkey,
    payer: &Pubkey,
) -> Instruction {
    instruction(
        &accounts::AddVaultShard {
            payer: *payer,
            authority: *authority,
            market: *market,
            vault_shard: shard.vault_shard,
            base_vault: shard.base_vault,
            quote_vault: shard.quote_vault,
            base_mint: base.mint,
            quote_mint: quote.mint,
            base_token_program: base.token_program,
            quote_token_program: quote.token_program,
            system_program: SYSTEM_PROGRAM,
        },
        &arguments::AddVaultShard {},
    )
}

/// Does what only the market's authority may do.
#[must_use]
pub fn administer_market_instruction(
    market: &Pubkey,
    authority: &Pubkey,
    action: MarketAction,
) -> Instruction {
    let accounts = accounts::Administer {
        market: *market,
        authority: *authority,
    };
    instruction(&accounts, &arguments::Administer { action })
}

/// Replaces the fees. Resting orders keep the maker's fee that they were placed under.
#[must_use]
pub fn set_market_fees_instruction(
    market: &Pubkey,
    authority: &Pubkey,
    fees: FeeParams,
) -> Instruction {
    administer_market_instruction(market, authority, MarketAction::SetFees(fees))
}

/// Sets which actions are paused: the bits of [`pause`](crate::orderbook::state::pause).
#[must_use]
pub fn set_market_paused_instruction(
    market: &Pubkey,
    authority: &Pubkey,
    paused: u8,
) -> Instruction {
    administer_market_instruction(market, authority, MarketAction::SetPaused(paused))
}

/// Proposes another authority, who then has to accept. The default address withdraws a proposal.
#[must_use]
pub fn propose_market_authority_instruction(
    market: &Pubkey,
    authority: &Pubkey,
    proposed: &Pubkey,
) -> Instruction {
    let action = MarketAction::ProposeAuthority(proposed.to_bytes());
    administer_market_instruction(market, authority, action)
}

/// Takes over as authority; signed by the proposed one.
#[must_use]
pub fn accept_market_authority_instruction(market: &Pubkey, proposed: &Pubkey) -> Instruction {
    administer_market_instruction(market, proposed, MarketAction::AcceptAuthority)
}
