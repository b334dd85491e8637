//! `swap_take`: a wallet trades with the lanes it names, without a lane of its own.

use anchor_lang::prelude::*;
use sealane_core::{
    book::{BookSide, Fees, Key, Lots, Moment, TakeOrder, Taken, Ticks},
    pool::wallet::{TransferFee, TransferFees},
    units::Side,
};
use sealane_onchain::{
    Loaded,
    mint::transfer_fee,
    token::{self, Authority, Leg, TOKEN_PROGRAM, TokenOf},
};

use super::{
    KnownMarket, fills::FillLog, key, makers::Makers, refused, self_trade_of, side_of, trailing,
};
use crate::{
    errors::OrderbookError,
    events::orders::SwapTaken,
    instructions::{require_same, token_of},
    state::{Lane, Market, VaultShard, pause},
};

/// Accounts of `swap_take`. Behind them: if the data says so, the referrer's lane, writable; then
/// the maker lanes, 1 to 32, writable, each once. Written are those, one vault shard, its vaults and
/// the trader's two accounts.
#[derive(Accounts)]
pub struct SwapTake {
    /// Configuration; read only.
    pub market: KnownMarket,
    /// Is paid by the trader and pays the trader; counts the protocol's part of the fee.
    #[account(mut)]
    pub vault_shard: Loaded<VaultShard>,
    /// Owner of the token account that pays.
    pub trader: Signer,
    /// The trader's base tokens. The token program checks its mint and, if it pays, its owner; what
    /// is paid may go to anyone.
    #[account(mut)]
    pub trader_base: UncheckedAccount,
    /// The trader's quote tokens, likewise.
    #[account(mut)]
    pub trader_quote: UncheckedAccount,
    /// The vault shard's base vault.
    #[account(mut)]
    pub base_vault: UncheckedAccount,
    /// The vault shard's quote vault.
    #[account(mut)]
    pub quote_vault: UncheckedAccount,
    /// Base mint.
    pub base_mint: UncheckedAccount,
    /// Quote mint.
    pub quote_mint: UncheckedAccount,
    /// Token program of the base mint.
    pub base_token_program: UncheckedAccount,
    /// Token program of the quote mint.
    pub quote_token_program: UncheckedAccount,
}

/// What a wallet wants. A buyer sends quote and receives base, a seller the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct SwapTakeParams {
    /// 0: buys base; 1: sells base.
    pub side: u8,
    /// About resting orders of the wallet's own: 0 makes them smaller by what they would have
    /// traded; 1 cancels them; 2 fails.
    pub self_trade: u8,
    /// Bits of [`swap_flag`].
    pub flags: u8,
    /// At most so many resting orders are traded with; `u16::MAX`: no limit.
    pub max_orders: u16,
    /// The worst price, in ticks, fees aside.
    pub limit: u32,
    /// At most so many lots; `u64::MAX`: as many as `maximum_sent` pays for.
    pub lots: u64,
    /// At most so much leaves the trader's account, transfer fee and taker's fee included.
    pub maximum_sent: u64,
    /// At least so much reaches it, after the taker's fee and the transfer fee.
    pub minimum_received: u64,
    /// Fails after this Unix second.
    pub deadline: i64,
}

/// What [`SwapTakeParams::flags`] say.
pub mod swap_flag {
    /// Fails unless all lots are traded.
    pub const WHOLE: u8 = 1 << 0;
    /// The first account behind the declared ones is the lane of a referrer, who gets the
    /// referrer's part of the fee: a lane of the market, not the trader's own, and not one of the
    /// makers.
    pub const REFERRER: u8 = 1 << 1;
    /// Every bit that means something.
    pub const ALL: u8 = WHOLE | REFERRER;
}

/// No referrer.
const NOBODY: Address = Address::new_from_array([0; 32]);

/// A take as the wallet sees it.
struct Amounts {
    /// What leaves the wallet.
    sent: u64,
    /// What is to arrive in the vault.
    arrives: u64,
    /// What leaves the vault.
    paid: u64,
    /// What arrives in the wallet.
    received: u64,
}

impl SwapTakeParams {
    /// The take that `maximum_sent` pays for.
    #[inline(always)]
    fn order(&self, side: BookSide, market: &Market, on_in: &TransferFee) -> Result<TakeOrder> {
        let arrives = on_in.after_fee(self.maximum_sent);
        let (lots, max_quote) = match side {
            BookSide::Bid => (self.lots, arrives),
            BookSide::Ask => (self.lots.min(arrives / market.base_lot.max(1)), u64::MAX),
        };
        Ok(TakeOrder {
            side,
            limit: Ticks(self.limit),
            lots: Lots(lots),
            max_quote,
            max_orders: self.max_orders,
            self_trade: self_trade_of(self.self_trade)?,
        })
    }

    /// What the wallet sends and receives for a take, within its bounds.
    #[inline(always)]
    fn amounts(&self, side: BookSide, taken: &Taken, fees: &TransferFees) -> Result<Amounts> {
        require!(taken.lots > Lots::ZERO, OrderbookError::NothingFilled);
        if self.flags & swap_flag::WHOLE != 0 {
            require!(taken.lots.0 == self.lots, OrderbookError::NotFilled);
        }
        let (arrives, paid) = match side {
            BookSide::Bid => (taken.value.checked_add(taken.fee), Some(taken.base)),
            BookSide::Ask => (Some(taken.base), taken.value.checked_sub(taken.fee)),
        };
        let arrives = arrives.ok_or(OrderbookError::Overflow)?;
        let paid = paid.ok_or(OrderbookError::Overflow)?;
        let sent = fees
            .on_in
            .pre_fee_amount(arrives)
            .map_err(|_| OrderbookError::TransferFeeTooHigh)?;
        let received = fees.on_out.after_fee(paid);
        require!(
            sent <= self.maximum_sent && received >= self.minimum_received,
            OrderbookError::SlippageExceeded
        );
        Ok(Amounts {
            sent,
            arrives,
            paid,
            received,
        })
    }
}

impl SwapTake {
    /// Checks every account that the token programs will not check.
    #[inline(always)]
    fn verify(&self) -> Result<&Market> {
        let shard = &self.vault_shard;
        let market = self.market.of(&key(&shard.market))?;
        market.require_active(pause::TAKE)?;
        require_same(
            self.base_vault.address(),
            &shard.base_vault,
            OrderbookError::WrongVault,
        )?;
        require_same(
            self.quote_vault.address(),
            &shard.quote_vault,
            OrderbookError::WrongVault,
        )?;
        token_of(
            market,
            Side::Base,
            &self.base_mint,
            &self.base_token_program,
        )?;
        token_of(
            market,
            Side::Quote,
            &self.quote_mint,
            &self.quote_token_program,
        )?;
        Ok(market)
    }

    /// The token that goes in and the one that is paid out, after [`SwapTake::verify`].
    #[inline(always)]
    fn tokens(&self, market: &Market, side: BookSide) -> [TokenOf<'_>; 2] {
        let base = TokenOf {
            mint: self.base_mint.account(),
            program: self.base_token_program.account(),
            decimals: market.base_decimals,
        };
        let quote = TokenOf {
            mint: self.quote_mint.account(),
            program: self.quote_token_program.account(),
            decimals: market.quote_decimals,
        };
        match side {
            BookSide::Bid => [quote, base],
            BookSide::Ask => [base, quote],
        }
    }

    /// What the wallet's side decides: (account that pays, vault that is paid), (vault that pays,
    /// account that is paid).
    #[inline(always)]
    fn route(&self, side: BookSide) -> [(&AccountView, &AccountView); 2] {
        let base = (self.trader_base.account(), self.base_vault.account());
        let quote = (self.trader_quote.account(), self.quote_vault.account());
        match side {
            BookSide::Bid => [quote, (base.1, base.0)],
            BookSide::Ask => [base, (quote.1, quote.0)],
        }
    }

    /// Moves the tokens.
    #[inline(always)]
    fn transfer(&self, side: BookSide, amounts: &Amounts) -> Result<()> {
        let market = self.market.of(&key(&self.vault_shard.market))?;
        let tokens = self.tokens(market, side);
        let [(from, vault_in), (vault_out, to)] = self.route(side);
        let held = token::balance(vault_out).map_err(OrderbookError::from)?;
        require!(held >= amounts.paid, OrderbookError::InsufficientVault);
        let seeds = self.vault_shard.seeds();
        let authority = Authority::Derived(self.vault_shard.account(), &seeds);
        if is_plain(&tokens) {
            let [in_leg, out_leg] = [
                Leg {
                    from,
                    to: vault_in,
                    amount: amounts.sent,
                },
                Leg {
                    from: vault_out,
                    to,
                    amount: amounts.paid,
                },
            ];
            let program = tokens[0].program;
            token::exchange(program, in_leg, out_leg, self.trader.account(), authority);
            return Ok(());
        }
        let wallet = self.trader.account();
        let arrived = token::transfer_in(tokens[0], from, vault_in, wallet, amounts.sent)
            .map_err(OrderbookError::from)?;
        // The ledgers have been credited with just that.
        require!(arrived == amounts.arrives, OrderbookError::TransferMismatch);
        token::transfer(tokens[1], vault_out, to, authority, amounts.paid);
        Ok(())
    }
}

/// Whether both tokens are SPL Token's, which knows no transfer fees.
#[inline(always)]
fn is_plain(tokens: &[TokenOf<'_>; 2]) -> bool {
    *tokens[0].program.address() == TOKEN_PROGRAM && *tokens[1].program.address() == TOKEN_PROGRAM
}

#[inline(never)]
fn transfer_fees(tokens: &[TokenOf<'_>; 2], epoch: u64) -> Result<TransferFees> {
    let on = |token: &TokenOf<'_>| {
        transfer_fee(token.mint, token.program.address(), epoch).map_err(OrderbookError::from)
    };
    Ok(TransferFees {
        on_in: on(&tokens[0])?,
        on_out: on(&tokens[1])?,
    })
}

/// The referrer's lane, checked.
#[inline(never)]
fn referrer_lane(view: &AccountView, market: &Key, trader: &Signer) -> Result<Lane> {
    // SAFETY: nothing else borrows the account: loading refuses it if it is marked as borrowed.
    let lane = unsafe { Lane::load_mut(*view) }?;
    let header = lane.header();
    require!(header.market == *market, OrderbookError::WrongMarket);
    require!(
        header.owner != key(trader.address()),
        OrderbookError::WrongReferrer
    );
    Ok(lane)
}

/// Credits what is left of the taker's fee: the referrer's lane, and the vault shard's count.
/// Returns the referrer's part.
#[inline(always)]
fn book_fee(
    vault_shard: &mut VaultShard,
    referrer: Option<&mut Lane>,
    fees: &Fees,
    taken: &Taken,
) -> Result<u64> {
    let mut referrer_fee = 0;
    if let Some(lane) = referrer {
        referrer_fee = fees
            .referrer_part(taken.fee, taken.rebates)
            .map_err(refused)?;
        lane.as_mut()
            .header_mut()
            .credit_quote(referrer_fee)
            .map_err(refused)?;
    }
    let protocol = taken
        .fee
        .checked_sub(taken.rebates)
        .and_then(|left| left.checked_sub(referrer_fee))
        .and_then(|left| left.checked_add(vault_shard.protocol_fees))
        .ok_or(OrderbookError::Overflow)?;
    vault_shard.protocol_fees = protocol;
    Ok(referrer_fee)
}

/// Handler of `swap_take`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<SwapTake>, params: &SwapTakeParams) -> Result<()> {
    let clock = Clock::get()?;
    require!(
        clock.unix_timestamp <= params.deadline,
        OrderbookError::DeadlinePassed
    );
    require!(
        params.flags & !swap_flag::ALL == 0,
        OrderbookError::InvalidChoice
    );
    let moment = Moment {
        slot: clock.slot,
        time: clock.unix_timestamp,
    };
    let side = side_of(params.side)?;
    let views = trailing(ctx)?;
    let accounts = &mut ctx.accounts;
    let stored = key(&accounts.vault_shard.market);
    let market = accounts.verify()?;
    let tokens = accounts.tokens(market, side);
    let transfer_fees = if is_plain(&tokens) {
        TransferFees::NONE
    } else {
        transfer_fees(&tokens, clock.epoch)?
    };
    let order = params.order(side, market, &transfer_fees.on_in)?;
    let (fees, sizes) = (market.fees(), market.sizes());
    let (mut referrer, makers_views) = match (params.flags & swap_flag::REFERRER, &*views) {
        (0, all) => (None, all),
        (_, [first, rest @ ..]) => (Some(referrer_lane(first, &stored, &accounts.trader)?), rest),
        (_, []) => return Err(OrderbookError::WrongLaneCount.into()),
    };
    let mut makers = Makers::new();
    makers.add_all(makers_views, &stored)?;
    let address = *accounts.market.address();
    let mut log = FillLog::new(&address);
    let trader = key(accounts.trader.address());
    let taken = makers.take((&fees, sizes), &order, &trader, moment, &mut log)?;
    let amounts = params.amounts(side, &taken, &transfer_fees)?;
    let referrer_fee = book_fee(&mut accounts.vault_shard, referrer.as_mut(), &fees, &taken)?;
    accounts.transfer(side, &amounts)?;
    let referrer = referrer.map_or(NOBODY, |lane| *lane.address());
    let orders = log.orders();
    log.log(SwapTaken {
        market: address,
        vault_shard: *accounts.vault_shard.address(),
        trader: *accounts.trader.address(),
        referrer,
        lots: taken.lots.0,
        value: taken.value,
        fee: taken.fee,
        rebates: taken.rebates,
        referrer_fee,
        sent: amounts.sent,
        received: amounts.received,
        side: params.side,
        ended: taken.ended as u8,
        orders,
        reserved: [0; 4],
    });
    Ok(())
}
