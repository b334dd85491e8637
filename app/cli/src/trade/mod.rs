//! What `quote` and `swap` share: which tokens, which amount, and the best way to trade them.

mod pool;
mod route;

use clap::Args;
use sealane_sdk::{
    amount,
    client::ClientError,
    quote::{Quote, SwapKind},
    route::Route,
    tx::Confirmed,
};
use serde::Serialize;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;

use crate::{
    book::Kind,
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    token::Token,
};
use pool::PoolOffer;
use route::RouteOffer;

/// From this price impact on, it is said aloud.
const HIGH_IMPACT_BPS: u32 = 500;

/// What to trade.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(crate) struct TradeArguments {
    /// How much to send; with --exact-out, how much to receive
    #[arg(value_name = "AMOUNT")]
    pub(crate) amount: String,

    /// The token to send
    #[arg(value_name = "TOKEN-IN")]
    pub(crate) mint_in: String,

    /// The token to receive, over all pools and markets that lead to it; or one pool
    #[arg(value_name = "TOKEN-OUT|POOL")]
    pub(crate) target: String,

    /// AMOUNT is what to receive
    #[arg(long)]
    pub(crate) exact_out: bool,

    /// The shard to trade with, of a pool of the two tokens [default: what is best]
    #[arg(long, value_name = "INDEX")]
    pub(crate) shard: Option<u8>,

    /// How much worse than quoted the outcome may be, in hundredths of a percent: 50 is 0.5%
    #[arg(long, value_name = "BPS", default_value_t = 50,
          value_parser = clap::value_parser!(u16).range(0..=10_000))]
    pub(crate) slippage_bps: u16,

    /// The same for the earlier trades of several one after the other; what they bring above that
    /// stays in the wallet
    #[arg(long, value_name = "BPS", default_value_t = 0,
          value_parser = clap::value_parser!(u16).range(0..=10_000))]
    pub(crate) hop_slippage_bps: u16,

    /// The most trades one after the other
    #[arg(long, value_name = "COUNT", default_value_t = 4,
          value_parser = clap::value_parser!(u8).range(1..=4))]
    pub(crate) max_hops: u8,

    /// A pool, shard, market, lane or token to leave out; can be given several times
    #[arg(long, value_name = "NAME|ADDRESS", conflicts_with = "shard")]
    pub(crate) exclude: Vec<String>,

    /// A lookup table that the transaction may use; can be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) lookup_table: Vec<Pubkey>,
}

/// What can be had now: from one pool that was named, or from anywhere.
#[derive(Clone, Debug)]
pub(crate) enum Offer {
    /// A swap with one shard.
    Pool(Box<PoolOffer>),
    /// The best route.
    Route(Box<RouteOffer>),
}

/// The quote that an offer would execute.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Quoted<'a> {
    /// Of one shard.
    Pool(&'a Quote),
    /// Of a route.
    Route(&'a Route),
}

/// Where to trade.
enum Target {
    /// With one of these pools.
    Pools(Vec<Pubkey>),
    /// With whatever leads to this token.
    Token(Pubkey),
}

impl TradeArguments {
    /// The best offer there is.
    pub(crate) async fn offer(&self, session: &mut Session) -> Result<Offer> {
        session.client.use_lookup_tables(&self.lookup_table).await?;
        let mint_in = session.book.address(Kind::Token, &self.mint_in)?;
        match self.target(session).await? {
            Target::Token(mint_out) if self.shard.is_none() => {
                let offer = RouteOffer::of(self, session, mint_in, mint_out).await?;
                Ok(Offer::Route(Box::new(offer)))
            }
            Target::Token(mint_out) => {
                let pools = session.client.find_pools(&mint_in, &mint_out).await?;
                self.best_of(session, &pools, &mint_in)
            }
            Target::Pools(pools) => self.best_of(session, &pools, &mint_in),
        }
    }

    /// The best offer of these pools.
    fn best_of(&self, session: &Session, pools: &[Pubkey], mint_in: &Pubkey) -> Result<Offer> {
        let mut refusals = Vec::new();
        let mut best: Option<PoolOffer> = None;
        for pool in pools {
            match PoolOffer::of(self, session, pool, mint_in) {
                Ok(offer) if best.as_ref().is_none_or(|best| offer.is_better_than(best)) => {
                    best = Some(offer);
                }
                Ok(_) => {}
                Err(failure) => refusals.push(failure),
            }
        }
        match (best, refusals.into_iter().next()) {
            (Some(best), _) => Ok(Offer::Pool(Box::new(best))),
            (None, Some(refusal)) => Err(refusal),
            (None, None) => Err(Failure::new(
                "NoPool",
                format!("there is no pool of {} and {}", self.mint_in, self.target),
            )
            .hint(
                "`sealane pool list` shows the pools there are; `sealane pool create` makes one",
            )),
        }
    }

    /// The pool that was named, or the token.
    async fn target(&self, session: &mut Session) -> Result<Target> {
        let target = &self.target;
        if let Some(mint_out) = session.book.named(Kind::Token, target) {
            return Ok(Target::Token(mint_out));
        }
        let address = match session.book.named(Kind::Pool, target) {
            Some(address) => address,
            None => session.book.parse(&[Kind::Token, Kind::Pool], target)?,
        };
        match session.client.fetch_pool(&address).await {
            Ok(()) => Ok(Target::Pools(vec![address])),
            // Not a pool, so it has to be a token.
            Err(ClientError::Decode { .. }) => {
                session.client.mint(&address).await?;
                Ok(Target::Token(address))
            }
            Err(ClientError::NotFound { .. }) => Err(Failure::new(
                "NotFound",
                format!("there is no account at {address}, where a token or a pool should be"),
            )
            .hint("check the address, and with --url that this is the right chain")),
            Err(error) => Err(error.into()),
        }
    }
}

impl Offer {
    /// The quote.
    pub(crate) fn quoted(&self) -> Quoted<'_> {
        match self {
            Self::Pool(offer) => Quoted::Pool(&offer.quote),
            Self::Route(offer) => Quoted::Route(&offer.route),
        }
    }

    /// The token sent.
    pub(crate) fn token_in(&self) -> &Token {
        match self {
            Self::Pool(offer) => offer.token_in(),
            Self::Route(offer) => offer.token_in(),
        }
    }

    /// The token received.
    pub(crate) fn token_out(&self) -> &Token {
        match self {
            Self::Pool(offer) => offer.token_out(),
            Self::Route(offer) => offer.token_out(),
        }
    }

    /// What would be sent and received.
    pub(crate) fn amounts(&self) -> (u64, u64) {
        match self.quoted() {
            Quoted::Pool(quote) => (quote.sent, quote.received),
            Quoted::Route(route) => (route.sent, route.received),
        }
    }

    /// What to warn of, if anything.
    pub(crate) fn warning(&self) -> Option<String> {
        let impact = match self.quoted() {
            Quoted::Pool(quote) => quote.price_impact_bps,
            Quoted::Route(route) => route.price_impact_bps,
        };
        (impact >= HIGH_IMPACT_BPS).then(|| {
            format!(
                "this trade moves the price against you by {}: consider a smaller one",
                amount::percent(impact)
            )
        })
    }

    /// What would happen.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Pool(offer) => offer.facts().to_string(),
            Self::Route(offer) => offer.text(),
        }
    }

    /// Executes it; what left and what arrived, if the node tells.
    pub(crate) async fn execute(
        &self,
        session: &mut Session,
        wallet: &Keypair,
    ) -> Result<(Confirmed, Option<u64>, Option<u64>)> {
        match self {
            Self::Pool(offer) => {
                let executed = session.client.swap(offer.quote.clone(), wallet).await?;
                let moved = (executed.sent(), executed.received());
                Ok((executed.confirmed, moved.0, moved.1))
            }
            Self::Route(offer) => {
                let executed = session
                    .client
                    .swap_route(offer.route.clone(), wallet)
                    .await?;
                let moved = (executed.sent(), executed.received());
                Ok((executed.confirmed, moved.0, moved.1))
            }
        }
    }
}

/// Adds what goes out and what comes in, with their bounds.
fn add_amounts(
    facts: &mut Facts,
    kind: SwapKind,
    slippage_bps: u16,
    sent: [String; 2],
    received: [String; 2],
) {
    let slippage = amount::percent(slippage_bps.into());
    let [sent, at_most] = sent;
    let [received, at_least] = received;
    match kind {
        SwapKind::ExactIn => facts
            .add("Send", sent)
            .add("Receive", received)
            .add("At least", format!("{at_least} (slippage {slippage})")),
        SwapKind::ExactOut => facts
            .add("Send", sent)
            .add("At most", format!("{at_most} (slippage {slippage})"))
            .add("Receive", received),
    };
}
