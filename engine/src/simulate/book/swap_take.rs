//! `swap_take`: a wallet trades with the lanes it names, without a lane of its own.

use sealane_core::{
    book::{BookSide, Fees, Lots, TakeOrder, Taken, Ticks},
    pool::{TransferFee, TransferFees},
    units::Side,
};
use sealane_orderbook::{
    SwapTakeParams,
    errors::OrderbookError,
    events::SwapTaken,
    state::{Market, pause},
    swap_take::swap_flag,
};
use solana_pubkey::Pubkey;

use super::{
    TokenOf, balance, is_key, makers::Makers, market_of, self_trade_of, side_of, token_of,
};
use crate::{
    book::key,
    simulate::{
        Event, compute,
        error::{Fault, Refusal, require},
        frame::{Frame, Ledger, Sink},
        state::TokenProgram,
        token::{Transfer, exchange, transfer},
        transfer_in,
    },
};

const MARKET: usize = 0;
const VAULT_SHARD: usize = 1;
const TRADER: usize = 2;
const TRADER_BASE: usize = 3;
const TRADER_QUOTE: usize = 4;
const BASE_VAULT: usize = 5;
const QUOTE_VAULT: usize = 6;
const BASE_MINT: usize = 7;
const QUOTE_MINT: usize = 8;
const BASE_PROGRAM: usize = 9;
const QUOTE_PROGRAM: usize = 10;
const TRAILING: usize = 11;
/// Those of the declared accounts that the instruction writes.
const WRITTEN: [usize; 5] = [
    VAULT_SHARD,
    TRADER_BASE,
    TRADER_QUOTE,
    BASE_VAULT,
    QUOTE_VAULT,
];

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

/// The take that `maximum_sent` pays for.
fn order_of(
    params: &SwapTakeParams,
    side: BookSide,
    base_lot: u64,
    on_in: &TransferFee,
) -> Result<TakeOrder, Fault> {
    let arrives = on_in.after_fee(params.maximum_sent);
    let (lots, max_quote) = match side {
        BookSide::Bid => (params.lots, arrives),
        BookSide::Ask => (params.lots.min(arrives / base_lot.max(1)), u64::MAX),
    };
    Ok(TakeOrder {
        side,
        limit: Ticks(params.limit),
        lots: Lots(lots),
        max_quote,
        max_orders: params.max_orders,
        self_trade: self_trade_of(params.self_trade)?,
    })
}

/// What the wallet sends and receives for a take, within its bounds.
fn amounts_of(
    params: &SwapTakeParams,
    side: BookSide,
    taken: &Taken,
    fees: &TransferFees,
) -> Result<Amounts, Fault> {
    require(taken.lots > Lots::ZERO, OrderbookError::NothingFilled)?;
    if params.flags & swap_flag::WHOLE != 0 {
        require(taken.lots.0 == params.lots, OrderbookError::NotFilled)?;
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
    require(
        sent <= params.maximum_sent && received >= params.minimum_received,
        OrderbookError::SlippageExceeded,
    )?;
    Ok(Amounts {
        sent,
        arrives,
        paid,
        received,
    })
}

/// What the instruction needs to know of its market.
struct Terms {
    fees: Fees,
    sizes: sealane_core::book::Sizes,
    base: TokenOf,
    quote: TokenOf,
}

impl Terms {
    /// Checks every account that the token programs will not check.
    fn verify<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>) -> Result<Self, Fault> {
        let shard = frame.vault_shard(VAULT_SHARD, true)?;
        let market: &Market = market_of(frame, MARKET, &key(&shard.market))?;
        market.require_active(pause::TAKE)?;
        for (vault, expected) in [
            (BASE_VAULT, &shard.base_vault),
            (QUOTE_VAULT, &shard.quote_vault),
        ] {
            require(frame.address(vault) == expected, OrderbookError::WrongVault)?;
        }
        Ok(Self {
            fees: market.fees(),
            sizes: market.sizes(),
            base: token_of(frame, market, Side::Base, BASE_MINT, BASE_PROGRAM)?,
            quote: token_of(frame, market, Side::Quote, QUOTE_MINT, QUOTE_PROGRAM)?,
        })
    }

    /// The token that goes in and the one that is paid out.
    fn tokens(&self, side: BookSide) -> [TokenOf; 2] {
        match side {
            BookSide::Bid => [self.quote, self.base],
            BookSide::Ask => [self.base, self.quote],
        }
    }

    fn is_plain(&self) -> bool {
        self.base.program == TokenProgram::Spl && self.quote.program == TokenProgram::Spl
    }
}

fn transfer_fees<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    tokens: &[TokenOf; 2],
) -> Result<TransferFees, Fault> {
    let on = |token: &TokenOf| match token.program {
        TokenProgram::Spl => Ok(TransferFee::NONE),
        TokenProgram::Token2022 => frame.mint(token.mint).map(|mint| mint.transfer_fee),
    };
    Ok(TransferFees {
        on_in: on(&tokens[0])?,
        on_out: on(&tokens[1])?,
    })
}

/// Checks the referrer's lane.
fn check_referrer<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    market: &Pubkey,
) -> Result<(), Fault> {
    let meta = frame.metas[TRAILING];
    require(meta.is_writable, Refusal::NOT_WRITABLE)?;
    let header = frame.lane(TRAILING)?.lane().header();
    require(is_key(market, &header.market), OrderbookError::WrongMarket)?;
    require(
        !is_key(frame.address(TRADER), &header.owner),
        OrderbookError::WrongReferrer,
    )
}

/// Credits what is left of the taker's fee: the referrer's lane, and the vault shard's count.
/// Returns the referrer's part.
fn book_fee<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    has_referrer: bool,
    fees: &Fees,
    taken: &Taken,
) -> Result<u64, Fault> {
    let mut referrer_fee = 0;
    if has_referrer {
        referrer_fee = fees.referrer_part(taken.fee, taken.rebates)?;
        let mut lane = frame.lane_mut(TRAILING)?.lane_mut();
        lane.header_mut().credit_quote(referrer_fee)?;
    }
    let shard = frame.vault_shard_mut(VAULT_SHARD)?;
    let protocol = taken
        .fee
        .checked_sub(taken.rebates)
        .and_then(|left| left.checked_sub(referrer_fee))
        .and_then(|left| left.checked_add(shard.protocol_fees))
        .ok_or(OrderbookError::Overflow)?;
    shard.protocol_fees = protocol;
    Ok(referrer_fee)
}

/// Moves the tokens.
fn settle<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    side: BookSide,
    terms: &Terms,
    amounts: &Amounts,
) -> Result<(), Fault> {
    let tokens = terms.tokens(side);
    let base = (TRADER_BASE, BASE_VAULT);
    let quote = (TRADER_QUOTE, QUOTE_VAULT);
    let [(from, vault_in), (vault_out, to)] = match side {
        BookSide::Bid => [quote, (base.1, base.0)],
        BookSide::Ask => [base, (quote.1, quote.0)],
    };
    require(
        balance(frame, vault_out)? >= amounts.paid,
        OrderbookError::InsufficientVault,
    )?;
    let pays = Transfer {
        program: tokens[1].program,
        from: vault_out,
        to,
        authority: VAULT_SHARD,
        amount: amounts.paid,
        signed: true,
        writable: (true, true),
        mint: None,
    };
    if terms.is_plain() {
        let sends = Transfer {
            program: TokenProgram::Spl,
            from,
            to: vault_in,
            authority: TRADER,
            amount: amounts.sent,
            signed: true,
            writable: (true, true),
            mint: None,
        };
        return exchange(frame, [sends, pays]);
    }
    let arrived = transfer_in(
        frame,
        (tokens[0].program, tokens[0].mint, tokens[0].decimals),
        (from, vault_in),
        TRADER,
        amounts.sent,
        OrderbookError::InvalidTokenAccount,
        OrderbookError::TransferMismatch,
    )?;
    // The ledgers have been credited with just that.
    require(arrived == amounts.arrives, OrderbookError::TransferMismatch)?;
    if amounts.paid == 0 {
        return Ok(());
    }
    frame.charge(compute::called_transfer(pays.program));
    let mint = Some((tokens[1].mint, tokens[1].decimals));
    transfer(frame, &Transfer { mint, ..pays })
}

/// Handler of `swap_take`.
pub(crate) fn handle<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    params: &SwapTakeParams,
) -> Result<(), Fault> {
    let stored = frame.vault_shard(VAULT_SHARD, true)?.market;
    let moment = frame.moment();
    require(
        moment.time <= params.deadline,
        OrderbookError::DeadlinePassed,
    )?;
    require(
        params.flags & !swap_flag::ALL == 0,
        OrderbookError::InvalidChoice,
    )?;
    let side = side_of(params.side)?;
    let names_written = frame.metas[TRAILING..]
        .iter()
        .any(|meta| meta.is_repeated && WRITTEN.iter().any(|&at| frame.id(at) == meta.account));
    require(!names_written, OrderbookError::DuplicateLane)?;
    let terms = Terms::verify(frame)?;
    let transfer_fees = if terms.is_plain() {
        TransferFees::NONE
    } else {
        transfer_fees(frame, &terms.tokens(side))?
    };
    let order = order_of(params, side, terms.sizes.base_lot, &transfer_fees.on_in)?;
    let lanes = frame.metas.len() - TRAILING;
    frame.charge(compute::swap_take(terms.is_plain(), lanes));
    let has_referrer = params.flags & swap_flag::REFERRER != 0;
    let mut first = TRAILING;
    if has_referrer {
        require(frame.metas.len() > TRAILING, OrderbookError::WrongLaneCount)?;
        check_referrer(frame, &stored)?;
        first += 1;
    }
    let makers = Makers::load(frame, first, Some(TRAILING), &key(&stored))?;
    let fees = (&terms.fees, terms.sizes);
    let trader = key(frame.address(TRADER));
    let (taken, orders) = makers.take(frame, fees, &order, &trader, moment)?;
    let amounts = amounts_of(params, side, &taken, &transfer_fees)?;
    let referrer_fee = book_fee(frame, has_referrer, &terms.fees, &taken)?;
    settle(frame, side, &terms, &amounts)?;
    frame.tell(|frame| {
        Event::SwapTaken(SwapTaken {
            market: *frame.address(MARKET),
            vault_shard: *frame.address(VAULT_SHARD),
            trader: *frame.address(TRADER),
            referrer: if has_referrer {
                *frame.address(TRAILING)
            } else {
                Pubkey::default()
            },
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
        })
    });
    Ok(())
}
