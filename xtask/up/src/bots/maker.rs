//! Quotes a ladder around the index price, with all that its lane owns.

use std::{sync::Arc, time::Duration};

use rust_decimal::Decimal;
use sealane_localnet::world::TokenName;
use sealane_sdk::{
    book::{Ladder, LadderShape},
    client::Client,
    plan::{self, Caller},
};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;
use tokio::sync::watch;

use super::{Bot, BotError};
use crate::bank::Bank;

/// Levels a side, and how far they are from each other.
const SHAPE: LadderShape = LadderShape {
    levels: 8,
    step_bps: 4,
};
/// How often it requotes.
const EVERY: Duration = Duration::from_millis(2_500);
/// The price has to move by this part before it requotes.
const WORTH_IT_BPS: i64 = 2;
/// One side of the lane is this many times as large as the other before it is filled up.
const LOPSIDED: Decimal = Decimal::from_parts(3, 0, 0, false, 0);
/// Whole tokens of each kind that it fills up with.
const REFILL_BASE: u64 = 100;
const REFILL_QUOTE: u64 = 15_000;

pub(super) struct Maker {
    client: Client,
    wallet: Keypair,
    market: Pubkey,
    lane: Pubkey,
    bank: Arc<Bank>,
    index: watch::Receiver<Decimal>,
    quoted: Option<Decimal>,
}

impl Maker {
    pub(super) fn new(
        client: Client,
        wallet: Keypair,
        (market, lane): (Pubkey, Pubkey),
        bank: Arc<Bank>,
        index: watch::Receiver<Decimal>,
    ) -> Self {
        Self {
            client,
            wallet,
            market,
            lane,
            bank,
            index,
            quoted: None,
        }
    }

    /// Whether the price has moved enough since the last quotes.
    fn has_moved(&self, price: Decimal) -> bool {
        self.quoted.is_none_or(|quoted| {
            (price - quoted).abs() * Decimal::from(10_000) >= quoted * Decimal::from(WORTH_IT_BPS)
        })
    }

    /// Fills up the side that has been bought or sold empty. The bank has no end.
    async fn refill(&mut self, base: bool) -> Result<(), BotError> {
        let owner = self.wallet.pubkey();
        let of = |name: TokenName| match name {
            TokenName::Sol if base => REFILL_BASE,
            TokenName::Usdc if !base => REFILL_QUOTE,
            _ => 0,
        };
        let given = self
            .bank
            .give_tokens(&owner, |token| of(token.name))
            .await?;
        let amount = given.first().map_or(Ok(0), |given| given.amount.parse())?;
        let amounts = if base { (amount, 0) } else { (0, amount) };
        let caller = Caller::new(owner);
        let markets = self.client.markets();
        let deposit =
            plan::deposit_instructions(markets, &self.lane, &caller, amounts.0, amounts.1)?;
        self.client.execute(deposit, &self.wallet).await?;
        Ok(())
    }
}

impl Bot for Maker {
    fn name(&self) -> String {
        format!("maker {}", self.lane)
    }

    fn pause(&mut self) -> Duration {
        EVERY
    }

    async fn act(&mut self) -> Result<(), BotError> {
        let price = *self.index.borrow();
        if !self.has_moved(price) {
            return Ok(());
        }
        self.client.fetch_market(&self.market).await?;
        let units = self.client.markets().units(&self.market)?;
        let entry = self.client.markets().known_lane(&self.lane)?;
        let header = entry.lane.header();
        let base = units.base(header.base_free + header.base_locked) * price;
        let quote = units.quote(header.quote_free + header.quote_locked);
        let ladder = Ladder::around(&units, entry.lane, price, SHAPE);
        let owner = self.wallet.pubkey();
        let replace =
            plan::replace_all_instruction(&self.market, &self.lane, &owner, &ladder, &[])?;
        self.client.send(&[replace], &self.wallet).await?;
        self.quoted = Some(price);
        if base * LOPSIDED < quote {
            self.refill(true).await?;
        } else if quote * LOPSIDED < base {
            self.refill(false).await?;
        }
        Ok(())
    }
}
