//! What is told, as it is told: JSON in snake case, amounts as strings of base units, addresses in
//! base58, prices as decimal strings of whole quote tokens for one whole base token.

mod book;
mod candle;
mod farm;
mod market;
mod pool;
mod portfolio;
mod proposal;
mod realm;
mod report;
mod route;
mod scalar;
mod token;
mod trade;
mod vote;

pub(crate) use book::side_diff;
pub use book::{BookView, LevelView, SideView};
pub use candle::{CandleView, TickerView};
pub use farm::{
    EpochView, EpochsView, FarmView, LiquidityView, LockView, PendingView, PositionView,
    RewardView, StakeShardView,
};
pub use market::{LanesView, MarketFeesView, MarketView};
pub(crate) use pool::whole;
pub use pool::{AmplificationView, CurveView, FeesView, PoolView, ShardView};
pub use portfolio::{
    ActivityView, HoldingView, LaneView, OrderView, PortfolioView, SharesView, WalletView,
};
pub use proposal::{
    InstructionAtView, OptionView, ProposalDetailView, ProposalView, ProposedAccountView,
    ProposedArgumentView, ProposedInstructionView, StandingView, TallyView,
};
pub use realm::{RealmView, RulesView};
pub(crate) use report::Holders;
pub use report::{BalanceView, FeeView, FillView, ReportView};
pub use route::{FeesOfToken, HopView, LeftoverView, QuoteView, SegmentView};
pub use scalar::{Address, Amount, Big, Price};
pub use token::TokenView;
pub(crate) use token::program_name;
pub use trade::TradeView;
pub use vote::{BallotView, PowerView, VoteView};

use serde::Serialize;
use utoipa::ToSchema;

/// An amount of both tokens of a venue, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Both {
    /// Of the base token.
    pub base: Big,
    /// Of the quote token.
    pub quote: Big,
}
