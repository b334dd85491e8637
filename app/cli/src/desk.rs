//! A wallet's lane in a market, for the commands that trade with it.

use clap::{Args, ValueEnum};
use sealane_sdk::{
    address,
    book::LaneSnapshot,
    engine_core::book::{BookSide, Moment},
};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use crate::{
    book::Kind,
    failure::{Failure, Result},
    session::Session,
    venue::Venue,
    view::LaneView,
};

/// Which lane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct LaneArguments {
    /// Which of the owner's lanes in the market
    #[arg(long = "lane", value_name = "INDEX", default_value_t = 0)]
    pub(crate) index: u16,

    /// Whose lane, for who trades as its delegate [default: the wallet's own]
    #[arg(long, value_name = "OWNER")]
    pub(crate) owner: Option<String>,
}

impl LaneArguments {
    pub(crate) fn owner(&self, session: &Session) -> Result<Pubkey> {
        match &self.owner {
            Some(text) => session.book.address(Kind::Wallet, text),
            None => Ok(session.wallet()?.pubkey()),
        }
    }
}

/// Buy or sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SideArgument {
    /// Buys the base token: a bid
    Buy,
    /// Sells the base token: an ask
    Sell,
}

impl From<SideArgument> for BookSide {
    fn from(side: SideArgument) -> Self {
        match side {
            SideArgument::Buy => Self::Bid,
            SideArgument::Sell => Self::Ask,
        }
    }
}

/// A lane of a market, and the wallet that signs.
pub(crate) struct Desk {
    pub(crate) venue: Venue,
    pub(crate) wallet: Keypair,
    pub(crate) lane: Pubkey,
    pub(crate) owner: Pubkey,
    pub(crate) snapshot: LaneSnapshot,
    pub(crate) moment: Moment,
}

impl Desk {
    /// Brings the market up to date; fails if there is no such lane, or if the wallet may not trade
    /// with it.
    pub(crate) async fn open(
        session: &mut Session,
        market: &str,
        arguments: &LaneArguments,
    ) -> Result<Self> {
        let wallet = session.wallet()?;
        let owner = arguments.owner(session)?;
        let venue = session.load_market(market).await?;
        let (lane, _) = address::lane(&venue.address, &owner, arguments.index);
        let snapshot = session.lane(&lane).cloned();
        let snapshot = snapshot.ok_or_else(|| no_lane(&venue, &owner, arguments.index))?;
        let signer = wallet.pubkey();
        if owner != signer && snapshot.delegate() != Some(signer) {
            let message = format!("{signer} neither owns lane {lane} nor is its delegate");
            return Err(Failure::new("WrongOwner", message).hint(
                "sign with the owner's keypair through --keypair, or let the owner run \
                 `sealane lane delegate`",
            ));
        }
        Ok(Self {
            moment: session.moment(),
            venue,
            wallet,
            lane,
            owner,
            snapshot,
        })
    }

    /// Fails unless the wallet owns the lane: a delegate trades, and does nothing else.
    pub(crate) fn require_owner(&self) -> Result<()> {
        let signer = self.wallet.pubkey();
        if signer == self.owner {
            return Ok(());
        }
        let message = format!(
            "only {} may do this, and the wallet is {signer}",
            self.owner
        );
        Err(Failure::new("WrongOwner", message)
            .hint("sign with the owner's keypair through --keypair"))
    }

    /// The wallet's address.
    pub(crate) fn signer(&self) -> Pubkey {
        self.wallet.pubkey()
    }

    /// The lane as it was.
    pub(crate) fn view(&self) -> LaneView {
        LaneView::of(&self.venue, &self.lane, &self.snapshot, self.moment)
    }

    /// The lane as it is now.
    pub(crate) async fn view_now(&self, session: &mut Session) -> Result<LaneView> {
        session.client.fetch_market(&self.venue.address).await?;
        let snapshot = session.lane(&self.lane).unwrap_or(&self.snapshot);
        Ok(LaneView::of(
            &self.venue,
            &self.lane,
            snapshot,
            session.moment(),
        ))
    }

    /// Fails if less than `needed` of what a side pays with is free; `next` is what to do then.
    pub(crate) fn require_free(&self, side: BookSide, needed: u64, next: &str) -> Result<()> {
        let header = self.snapshot.header();
        let (free, text): (u64, fn(&Venue, u64) -> String) = match side {
            BookSide::Bid => (header.quote_free, Venue::quote),
            BookSide::Ask => (header.base_free, Venue::base),
        };
        if needed <= free {
            return Ok(());
        }
        let (free, needed) = (text(&self.venue, free), text(&self.venue, needed));
        let message = format!("the lane has {free} free, less than the {needed} that this takes");
        Err(Failure::new("InsufficientFunds", message).hint(next))
    }
}

/// There is no such lane.
pub(crate) fn no_lane(venue: &Venue, owner: &Pubkey, index: u16) -> Failure {
    let name = venue.name();
    Failure::new(
        "NoLane",
        format!("{owner} has no lane with index {index} in market {name}"),
    )
    .hint(format!(
        "open one with `sealane lane open {}`",
        venue.address
    ))
}
