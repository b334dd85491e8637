//! What a trade moves in the ledgers of its maker and its taker.

use super::{
    error::BookError,
    lane::{Key, LaneHeader, LaneMut, add},
    market::{Fees, maker_fee, maker_rebate},
    order::Order,
    take::Taken,
    units::{BookSide, Lots, Sizes, plus},
};

impl LaneMut<'_> {
    /// Moves what a fill of `lots` for `value`, at the order's own price, moves in the maker's lane;
    /// returns the rebate that the maker got. `before` is the order before the fill.
    #[inline(always)]
    pub(super) fn settle_maker(
        &mut self,
        side: BookSide,
        before: &Order,
        lots: Lots,
        value: u64,
        fees: &Fees,
    ) -> Result<u64, BookError> {
        let rate = before.maker_rate;
        let rebate = maker_rebate(value, rate, fees.taker)?;
        let fee = maker_fee(value, rate)?;
        let sizes = self.header.sizes();
        let base = sizes.base(lots)?.get();
        match side {
            BookSide::Ask => {
                unlock_base(self.header, base)?;
                let proceeds = value.checked_sub(fee).ok_or(BookError::Overflow)?;
                self.header.credit_quote(plus(proceeds, rebate)?)?;
            }
            BookSide::Bid => {
                let paid = plus(value, fee)?;
                // What an order without a fee locks is its value, and that is linear; so is what
                // the last lots of any order lock.
                let unlocked = if rate > 0 && lots < before.lots {
                    unlocked_quote(sizes, before, lots)?
                } else {
                    paid
                };
                unlock_quote(self.header, unlocked)?;
                let surplus = unlocked.checked_sub(paid).ok_or(BookError::Overflow)?;
                self.header.credit_quote(plus(surplus, rebate)?)?;
                self.header.credit_base(base)?;
            }
        }
        if fee > 0 {
            add(&mut self.header.protocol_fees, fee)?;
        }
        self.header.maker_volume = self.header.maker_volume.wrapping_add(value);
        Ok(rebate)
    }

    /// [`LaneMut::settle_maker`] where its code need not stand in place.
    #[inline(never)]
    pub(super) fn settle_maker_apart(
        &mut self,
        side: BookSide,
        before: &Order,
        lots: Lots,
        value: u64,
        fees: &Fees,
    ) -> Result<u64, BookError> {
        self.settle_maker(side, before, lots, value, fees)
    }

    /// Moves what an order trades at another price than its own, without a maker's fee: pays for
    /// the fill out of what the order had locked, and credits what it bought. What is left of what
    /// `lots` had locked goes to the free funds.
    #[inline(never)]
    pub(super) fn trade_at(
        &mut self,
        side: BookSide,
        before: &Order,
        lots: Lots,
        value: u64,
    ) -> Result<(), BookError> {
        let sizes = self.header.sizes();
        let base = sizes.base(lots)?.get();
        match side {
            BookSide::Ask => {
                unlock_base(self.header, base)?;
                self.header.credit_quote(value)
            }
            BookSide::Bid => {
                let unlocked = unlocked_quote(sizes, before, lots)?;
                unlock_quote(self.header, unlocked)?;
                let surplus = unlocked.checked_sub(value).ok_or(BookError::Overflow)?;
                self.header.credit_quote(surplus)?;
                self.header.credit_base(base)
            }
        }
    }

    /// Settles a take in the taker's own lane: pays, credits, and books the fee with its referrer
    /// and with the market.
    ///
    /// # Errors
    /// [`BookError::InsufficientFunds`], [`BookError::Overflow`]; the lane is to be discarded.
    pub fn settle_taker(
        &mut self,
        fees: &Fees,
        side: BookSide,
        taken: &Taken,
    ) -> Result<(), BookError> {
        let header = &mut *self.header;
        match side {
            BookSide::Bid => {
                header.debit_quote(plus(taken.value, taken.fee)?)?;
                header.credit_base(taken.base)?;
            }
            BookSide::Ask => {
                header.debit_base(taken.base)?;
                let proceeds = taken.value.checked_sub(taken.fee);
                header.credit_quote(proceeds.ok_or(BookError::Overflow)?)?;
            }
        }
        self.book_taker_fee(fees, taken.value, taken.fee, taken.rebates)
    }

    /// Books what rebates leave of a taker's fee in the taker's lane: with its referrer and with
    /// the market.
    #[inline]
    pub(super) fn book_taker_fee(
        &mut self,
        fees: &Fees,
        value: u64,
        fee: u64,
        rebates: u64,
    ) -> Result<(), BookError> {
        let header = &mut *self.header;
        let referrer = if header.referrer == Key::NONE {
            0
        } else {
            fees.referrer_part(fee, rebates)?
        };
        let protocol = fee
            .checked_sub(rebates)
            .and_then(|left| left.checked_sub(referrer));
        add(&mut header.referrer_fees, referrer)?;
        add(
            &mut header.protocol_fees,
            protocol.ok_or(BookError::Overflow)?,
        )?;
        header.taker_volume = header.taker_volume.wrapping_add(value);
        Ok(())
    }
}

/// The quote that a bid no longer locks once `lots` of it are gone: what the rounding of the fee
/// leaves is the maker's.
#[inline(always)]
fn unlocked_quote(sizes: Sizes, before: &Order, lots: Lots) -> Result<u64, BookError> {
    let after = Order {
        lots: Lots(before.lots.0 - lots.0),
        ..*before
    };
    let (locked, kept) = (
        before.lock(sizes, BookSide::Bid)?,
        after.lock(sizes, BookSide::Bid)?,
    );
    locked.checked_sub(kept).ok_or(BookError::Overflow)
}

#[inline(always)]
fn unlock_base(header: &mut LaneHeader, amount: u64) -> Result<(), BookError> {
    let left = header.base_locked.checked_sub(amount);
    header.base_locked = left.ok_or(BookError::Overflow)?;
    Ok(())
}

#[inline(always)]
fn unlock_quote(header: &mut LaneHeader, amount: u64) -> Result<(), BookError> {
    let left = header.quote_locked.checked_sub(amount);
    header.quote_locked = left.ok_or(BookError::Overflow)?;
    Ok(())
}
