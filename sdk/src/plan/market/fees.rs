//! Fees on their way out, and vaults in balance.

use sealane_orderbook::{accounts, errors::OrderbookError, instruction as arguments};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{
    FundedShard, instruction,
    lane::{referrer_owed, sweeping_shard},
    tokens,
};
use crate::{
    markets::{MarketError, Markets},
    plan::{Caller, Plan},
};

/// Takes a lane's fees to a vault shard's count and to the referrer's lane; anyone may.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, or there are no fees.
pub fn sweep_fees_instruction(
    markets: &Markets,
    lane: &Pubkey,
) -> Result<Instruction, MarketError> {
    let entry = markets.known_lane(lane)?;
    let header = entry.lane.header();
    if header.protocol_fees == 0 && header.referrer_fees == 0 {
        return Err(OrderbookError::NothingToCollect.into());
    }
    let accounts = accounts::SweepFees {
        lane: *lane,
        vault_shard: sweeping_shard(markets, &entry)?,
        referrer: referrer_owed(&entry),
    };
    Ok(instruction(&accounts, &arguments::SweepFees {}))
}

/// What collecting fees does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectedMarketFees {
    /// Quote units that leave the vaults.
    pub quote: u64,
    /// The vault shards that pay, and how much.
    pub parts: Vec<(Pubkey, u64)>,
}

/// Pays the protocol fees that the vault shards count to the market's authority, who is the caller.
/// A vault shard pays what its vault holds; the rest stays counted.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, or there is nothing to collect.
pub fn collect_market_fees_instructions(
    markets: &Markets,
    market: &Pubkey,
    authority: &Caller,
) -> Result<Plan<CollectedMarketFees>, MarketError> {
    let config = markets.known(market)?.market;
    if config.authority != authority.owner {
        return Err(OrderbookError::WrongAuthority.into());
    }
    let [_, token] = tokens(config);
    let mut parts = Vec::new();
    let mut collect = Vec::new();
    for entry in markets.vault_shards(market) {
        let shard = FundedShard::new(&entry)?;
        let amount = shard.vault_shard.protocol_fees.min(shard.held[1]);
        if amount == 0 {
            continue;
        }
        parts.push((shard.address, amount));
        let accounts = accounts::CollectProtocolFees {
            market: *market,
            vault_shard: shard.address,
            authority: authority.owner,
            recipient: authority.account(&token),
            quote_vault: shard.vault_shard.quote_vault,
            quote_mint: token.mint,
            quote_token_program: token.program,
        };
        collect.push(instruction(&accounts, &arguments::CollectProtocolFees {}));
    }
    let mut collect = collect.into_iter();
    let first = collect.next().ok_or(OrderbookError::NothingToCollect)?;
    let quote = parts.iter().map(|(_, amount)| amount).sum();
    let mut plan = authority.plan(&[token], first, CollectedMarketFees { quote, parts });
    plan.instructions.extend(collect);
    Ok(plan)
}

/// Moves tokens from one of a market's vault shards to another; anyone may. `u64::MAX` is all that
/// a vault holds.
///
/// # Errors
/// [`MarketError::UnknownMarket`], or [`MarketError::MissingAccount`] for an unknown vault shard.
pub fn balance_vaults_instruction(
    markets: &Markets,
    market: &Pubkey,
    (from, to): (u8, u8),
    base: u64,
    quote: u64,
) -> Result<Instruction, MarketError> {
    let config = markets.known(market)?.market;
    let shard = |index: u8| {
        let mut shards = markets.vault_shards(market);
        let found = shards.find(|entry| entry.vault_shard.index == index);
        found.ok_or_else(|| MarketError::MissingAccount {
            address: crate::address::vault_shard(market, index).0,
            what: "a vault shard",
        })
    };
    let (from, to) = (shard(from)?, shard(to)?);
    let accounts = accounts::BalanceVaults {
        market: *market,
        from: from.address,
        to: to.address,
        from_base_vault: from.vault_shard.base_vault,
        from_quote_vault: from.vault_shard.quote_vault,
        to_base_vault: to.vault_shard.base_vault,
        to_quote_vault: to.vault_shard.quote_vault,
        base_mint: config.base_mint,
        quote_mint: config.quote_mint,
        base_token_program: config.base_token_program,
        quote_token_program: config.quote_token_program,
    };
    Ok(instruction(
        &accounts,
        &arguments::BalanceVaults { base, quote },
    ))
}
