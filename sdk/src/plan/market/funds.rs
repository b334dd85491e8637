//! Deposits to and withdrawals from lanes.

use sealane_core::units::Side;
use sealane_orderbook::{
    EVERYTHING, accounts,
    errors::OrderbookError,
    instruction as arguments,
    state::{VaultShard, pause},
};
use solana_pubkey::Pubkey;

use super::{FundedShard, instruction, tokens};
use crate::{
    markets::{MarketError, Markets},
    plan::{Caller, Plan},
    quote::spread,
};

/// What a deposit does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositQuote {
    /// The lane that is credited.
    pub lane: Pubkey,
    /// Where the tokens go.
    pub vault_shard: Pubkey,
    /// Base units that leave the wallet.
    pub base_sent: u64,
    /// Quote units that leave the wallet.
    pub quote_sent: u64,
    /// Base units that are credited: what a transfer fee leaves.
    pub base_credited: u64,
    /// Quote units that are credited.
    pub quote_credited: u64,
}

/// Deposits the caller's tokens in a lane, which may be another owner's. The vault shard is one
/// that the lane's address picks, so that lanes spread over them.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, or the program would refuse.
pub fn deposit_instructions(
    markets: &Markets,
    lane: &Pubkey,
    caller: &Caller,
    base: u64,
    quote: u64,
) -> Result<Plan<DepositQuote>, MarketError> {
    let market = markets.known_lane(lane)?.lane.market();
    deposit_in_market_instructions(markets, &market, lane, caller, base, quote)
}

/// As [`deposit_instructions`], for a lane that the cache need not hold: one that is opened in the
/// same transaction.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, or the program would refuse.
pub fn deposit_in_market_instructions(
    markets: &Markets,
    market: &Pubkey,
    lane: &Pubkey,
    caller: &Caller,
    base: u64,
    quote: u64,
) -> Result<Plan<DepositQuote>, MarketError> {
    if base == 0 && quote == 0 {
        return Err(OrderbookError::ZeroAmount.into());
    }
    let config = markets.known(market)?.market;
    config.require_active(pause::DEPOSIT)?;
    let shards: Vec<_> = markets.vault_shards(market).collect();
    if shards.is_empty() {
        return Err(MarketError::NoVaultShards { market: *market });
    }
    let shard = &shards[spread(lane, shards.len())];
    let credited = |sent: u64, mint: &Pubkey, program: &Pubkey| {
        let fee = markets.transfer_fee(mint, program)?;
        let net = fee.net_of(sent);
        net.map_err(|_| MarketError::from(OrderbookError::TransferFeeTooHigh))
    };
    let quoted = DepositQuote {
        lane: *lane,
        vault_shard: shard.address,
        base_sent: base,
        quote_sent: quote,
        base_credited: credited(base, &config.base_mint, &config.base_token_program)?,
        quote_credited: credited(quote, &config.quote_mint, &config.quote_token_program)?,
    };
    let accounts = funds(
        markets,
        market,
        (shard.address, shard.vault_shard),
        lane,
        caller,
    )?;
    Ok(Plan {
        instructions: vec![instruction(&accounts, &arguments::Deposit { base, quote })],
        quote: quoted,
    })
}

/// A part of a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithdrawalPart {
    /// The vault shard that pays.
    pub vault_shard: Pubkey,
    /// Base units.
    pub base: u64,
    /// Quote units.
    pub quote: u64,
}

/// What a withdrawal does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WithdrawalQuote {
    /// Base units that leave the lane.
    pub base: u64,
    /// Quote units that leave the lane.
    pub quote: u64,
    /// Base units that arrive: what a transfer fee leaves.
    pub base_received: u64,
    /// Quote units that arrive.
    pub quote_received: u64,
    /// From which vault shards: one, unless none holds enough.
    pub parts: Vec<WithdrawalPart>,
}

/// Withdraws a lane's free balances to its owner, who is the caller; `u64::MAX` is all that is
/// free. Paid by one vault shard, the fullest that can, or else by several: a withdrawal can be cut
/// anywhere, so whatever all of them hold together can be withdrawn.
///
/// [`balance_vaults`](super::balance_vaults_instruction) in front is therefore never needed, and it
/// would cost a transfer more and be refused for tokens with a transfer fee. It helps where somebody
/// else may empty a vault meanwhile: with everything gathered in one vault shard first, it does not
/// matter where the tokens lie when the transaction runs.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, or less is free.
pub fn withdraw_instructions(
    markets: &Markets,
    lane: &Pubkey,
    caller: &Caller,
    base: u64,
    quote: u64,
) -> Result<Plan<WithdrawalQuote>, MarketError> {
    if base == 0 && quote == 0 {
        return Err(OrderbookError::ZeroAmount.into());
    }
    let header = markets.known_lane(lane)?.lane.header();
    let available = |amount: u64, free: u64| match amount {
        EVERYTHING => Ok(free),
        amount if amount <= free => Ok(amount),
        _ => Err(OrderbookError::InsufficientFunds),
    };
    let base = available(base, header.base_free)?;
    let quote = available(quote, header.quote_free)?;
    if base == 0 && quote == 0 {
        return Err(OrderbookError::InsufficientFunds.into());
    }
    withdraw_exactly(markets, lane, caller, [base, quote])
}

/// Withdraws these amounts, which will be free.
pub(super) fn withdraw_exactly(
    markets: &Markets,
    lane: &Pubkey,
    caller: &Caller,
    [base, quote]: [u64; 2],
) -> Result<Plan<WithdrawalQuote>, MarketError> {
    let entry = markets.known_lane(lane)?;
    if entry.lane.owner() != caller.owner {
        return Err(OrderbookError::WrongOwner.into());
    }
    let market = entry.lane.market();
    let config = markets.known(&market)?.market;
    let shards: Result<Vec<_>, _> = markets
        .vault_shards(&market)
        .map(|entry| FundedShard::new(&entry))
        .collect();
    let shards = shards?;
    if shards.is_empty() {
        return Err(MarketError::NoVaultShards { market });
    }
    let parts = parts(&shards, base, quote)?;
    let received = |amount: u64, mint: &Pubkey, program: &Pubkey| {
        let fee = markets.transfer_fee(mint, program)?;
        Ok::<u64, MarketError>(fee.after_fee(amount))
    };
    let mut quoted = WithdrawalQuote {
        base,
        quote,
        ..WithdrawalQuote::default()
    };
    let mut withdrawals = Vec::with_capacity(parts.len());
    for (shard, [base, quote]) in parts {
        quoted.base_received += received(base, &config.base_mint, &config.base_token_program)?;
        quoted.quote_received += received(quote, &config.quote_mint, &config.quote_token_program)?;
        quoted.parts.push(WithdrawalPart {
            vault_shard: shard.address,
            base,
            quote,
        });
        let from = (shard.address, shard.vault_shard);
        let accounts = funds(markets, &market, from, lane, caller)?;
        withdrawals.push(instruction(&accounts, &arguments::Withdraw { base, quote }));
    }
    let [base_token, quote_token] = tokens(config);
    let mut receiving = Vec::new();
    receiving.extend((base > 0).then_some(base_token));
    receiving.extend((quote > 0).then_some(quote_token));
    let mut withdrawals = withdrawals.into_iter();
    let first = withdrawals.next().ok_or(OrderbookError::ZeroAmount)?;
    let mut plan = caller.plan(&receiving, first, quoted);
    plan.instructions.extend(withdrawals);
    Ok(plan)
}

/// Which vault shards pay how much: one if any holds enough of both tokens, of several the one that
/// holds most of what is wanted; otherwise the fullest first, for each token.
fn parts<'a>(
    shards: &'a [FundedShard<'a>],
    base: u64,
    quote: u64,
) -> Result<Vec<(&'a FundedShard<'a>, [u64; 2])>, MarketError> {
    let wanted = if base > 0 { Side::Base } else { Side::Quote };
    let able = shards.iter();
    let able =
        able.filter(|shard| shard.held(Side::Base) >= base && shard.held(Side::Quote) >= quote);
    if let Some(shard) = able.max_by_key(|shard| shard.held(wanted)) {
        return Ok(vec![(shard, [base, quote])]);
    }
    let mut parts: Vec<[u64; 2]> = vec![[0; 2]; shards.len()];
    for (at, (side, amount)) in [(Side::Base, base), (Side::Quote, quote)]
        .into_iter()
        .enumerate()
    {
        let mut fullest: Vec<usize> = (0..shards.len()).collect();
        fullest.sort_by_key(|shard| std::cmp::Reverse(shards[*shard].held(side)));
        let mut left = amount;
        for shard in fullest {
            let part = left.min(shards[shard].held(side));
            parts[shard][at] = part;
            left -= part;
        }
        if left > 0 {
            return Err(MarketError::VaultsTooSmall {
                held: amount - left,
                wanted: amount,
            });
        }
    }
    let paying = shards.iter().zip(parts).filter(|(_, part)| *part != [0; 2]);
    Ok(paying.collect())
}

fn funds(
    markets: &Markets,
    market: &Pubkey,
    (vault_shard, shard): (Pubkey, &VaultShard),
    lane: &Pubkey,
    caller: &Caller,
) -> Result<accounts::Funds, MarketError> {
    let config = markets.known(market)?.market;
    let [base, quote] = tokens(config);
    Ok(accounts::Funds {
        market: *market,
        vault_shard,
        lane: *lane,
        wallet: caller.owner,
        wallet_base: caller.account(&base),
        wallet_quote: caller.account(&quote),
        base_vault: shard.base_vault,
        quote_vault: shard.quote_vault,
        base_mint: base.mint,
        quote_mint: quote.mint,
        base_token_program: base.program,
        quote_token_program: quote.program,
    })
}
