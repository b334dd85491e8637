//! What a trade moves in the ledgers of its maker and its taker.

use super::{
    error::BookError,
    lane::{Key, LaneMut, add},
    market::{Fees, maker_fee, maker_rebate},
    order::Order,
    take::Taken,
    units::{BookSide, Lots, plus},
};

impl LaneMut<'_> {
    /// Moves what a fill of `lots` for `value` moves in the maker's lane; returns the rebate that
    /// the maker got. `before` is the order before the fill.
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
        self.trade(side, before, lots, value, (fee, rebate))?;
        self.header.maker_volume = self.header.maker_volume.wrapping_add(value);
        Ok(rebate)
    }

    /// Pays for a fill out of what the order had locked, credits what it bought and the rebate, and
    /// books the maker's fee. What the rounding of the fee leaves unlocked goes to the free funds.
    #[inline(always)]
    pub(super) fn trade(
        &mut self,
        side: BookSide,
        before: &Order,
        lots: Lots,
        value: u64,
        (fee, rebate): (u64, u64),
    ) -> Result<(), BookError> {
        let sizes = self.header.sizes();
        let base = sizes.base(lots)?.get();
        let header = &mut *self.header;
        match side {
            BookSide::Ask => {
                header.base_locked = header
                    .base_locked
                    .checked_sub(base)
                    .ok_or(BookError::Overflow)?;
                let proceeds = value.checked_sub(fee).ok_or(BookError::Overflow)?;
                header.credit_quote(plus(proceeds, rebate)?)?;
            }
            BookSide::Bid => {
                let unlocked = if before.maker_rate > 0 {
                    let mut after = *before;
                    after.lots = Lots(before.lots.0 - lots.0);
                    before
                        .lock(sizes, side)?
                        .checked_sub(after.lock(sizes, side)?)
                } else {
                    // Without a fee an order locks its value, and that is linear.
                    sizes
                        .value(before.price, lots)
                        .ok()
                        .map(|value| value.get())
                };
                let unlocked = unlocked.ok_or(BookError::Overflow)?;
                header.quote_locked = header
                    .quote_locked
                    .checked_sub(unlocked)
                    .ok_or(BookError::Overflow)?;
                let surplus = unlocked.checked_sub(plus(value, fee)?);
                let surplus = surplus.ok_or(BookError::Overflow)?;
                header.credit_quote(plus(surplus, rebate)?)?;
                header.credit_base(base)?;
            }
        }
        if fee > 0 {
            add(&mut header.protocol_fees, fee)?;
        }
        Ok(())
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

    /// [`LaneMut::trade`] without a maker's fee, likewise.
    #[inline(never)]
    pub(super) fn trade_apart(
        &mut self,
        side: BookSide,
        before: &Order,
        lots: Lots,
        value: u64,
    ) -> Result<(), BookError> {
        self.trade(side, before, lots, value, (0, 0))
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
