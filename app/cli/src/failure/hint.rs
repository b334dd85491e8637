//! What to do next, for somebody at a command line. The SDK speaks to programmers: where its hint
//! names a function, this one names a flag or a command.

use sealane_sdk::{
    amm::errors::AmmError,
    client::ClientError,
    error::{
        AmmErrorExt as _, GovernanceErrorExt as _, OrderbookErrorExt as _, ProgramError,
        StakingErrorExt as _,
    },
    farms::FarmError,
    governance::errors::GovernanceError,
    markets::MarketError,
    orderbook::errors::OrderbookError,
    plan::PlanError,
    quote::QuoteError,
    realms::RealmError,
    route::RouteError,
    staking::errors::StakingError,
    tx::SendError,
};

pub(super) const NO_NODE: &str = "check that a chain runs there: `cargo xtask localnet` starts a local one, and \
                       --url names another";
const NO_SOL: &str =
    "send SOL to the wallet; on a local chain `sealane faucet sol 10` gives it some";

pub(super) fn of_client(error: &ClientError) -> Option<&'static str> {
    match error {
        ClientError::Quote(error) => Some(of_quote(error)),
        ClientError::Plan(error) => Some(of_plan(error)),
        ClientError::Market(error) => Some(of_market(error)),
        ClientError::Route(error) => Some(of_route(error)),
        ClientError::Farm(error) => Some(of_farm(error)),
        ClientError::Realm(error) => Some(of_realm(error)),
        ClientError::Send(error) => of_send(error),
        ClientError::Rpc { .. } => Some(NO_NODE),
        ClientError::NotFound { .. } => {
            Some("check the address, and with --url that this is the right chain")
        }
        ClientError::Decode { .. } => Some(
            "check what is at the address; `sealane pool list` and `sealane market list` tell those \
             of pools and markets",
        ),
        ClientError::Unfinished { .. } => {
            Some("the pool exists: add the missing shards with `sealane pool add-shard`")
        }
        ClientError::UnfinishedMarket { .. } => Some(
            "the market exists: add the missing vault shards with `sealane market add-vault-shard`",
        ),
        error => error.hint(),
    }
}

pub(super) fn of_quote(error: &QuoteError) -> &'static str {
    match error {
        QuoteError::UnknownPool { .. } => "`sealane pool list` shows the chain's pools",
        QuoteError::UnknownShard { .. } => "choose a lower index, or leave --shard away",
        QuoteError::NoShards { .. } => {
            "its authority has to add a shard first, with `sealane pool add-shard`"
        }
        QuoteError::MissingAccount { .. } => "try again; if it stays, the chain lacks the account",
        QuoteError::Refused { error, .. } => of_amm(*error),
        error => error.hint(),
    }
}

pub(super) fn of_route(error: &RouteError) -> &'static str {
    match error {
        RouteError::UnknownMint { .. } | RouteError::NoPath { .. } => {
            "`sealane pool list` and `sealane market list` show what there is; `sealane pool create` \
             makes a pool"
        }
        RouteError::AllExcluded { .. } => "give fewer of them with --exclude",
        RouteError::NotEnoughLiquidity { .. } => "trade less, or in parts over some time",
        RouteError::TooLarge { .. } => "allow fewer trades with --max-hops, or name one pool",
        RouteError::PoolUnavailable(error) | RouteError::Pool(error) => of_quote(error),
        RouteError::MarketUnavailable(error) | RouteError::Market(error) => of_market(error),
        error => error.hint(),
    }
}

pub(super) fn of_market(error: &MarketError) -> &'static str {
    match error {
        MarketError::UnknownMarket { .. } => "`sealane market list` shows the chain's markets",
        MarketError::UnknownLane { .. } => "open a lane first, with `sealane lane open`",
        MarketError::NoVaultShards { .. } => {
            "its authority has to add a vault shard first, with `sealane market add-vault-shard`"
        }
        MarketError::MissingAccount { .. } => "try again; if it stays, the chain lacks the account",
        MarketError::NoOrders => {
            "allow a worse price with --limit, or let an order rest with `sealane order place`"
        }
        MarketError::VaultsTooSmall { .. } => "try again: withdrawals may have been under way",
        MarketError::Refused(error) => of_orderbook(*error),
        error => error.hint(),
    }
}

pub(super) fn of_farm(error: &FarmError) -> &'static str {
    match error {
        FarmError::UnknownFarm { .. } => {
            "`sealane farm list` shows the chain's stake pools and farms"
        }
        FarmError::UnknownPosition { .. } => {
            "stake first, with `sealane stake add`; `sealane stake list` shows your positions"
        }
        FarmError::RecordsGone { .. } => "claim later epochs with --give-up-lost",
        FarmError::MissingAccount { .. } => "try again; if it stays, the chain lacks the account",
        FarmError::NoShards { .. } => {
            "its authority has to add a shard first, with `sealane farm add-shard`"
        }
        FarmError::NoRewardVault { .. } => "add the vault with `sealane farm add-vaults`",
        FarmError::VaultsTooSmall { .. } => "try again: others may have been paid meanwhile",
        FarmError::Refused(error) => of_staking(*error),
        error => error.hint(),
    }
}

fn of_staking(error: StakingError) -> &'static str {
    match error {
        StakingError::WrongOwner => "sign with the position owner's keypair through --keypair",
        StakingError::WrongAuthority => "sign with the farm's authority through --keypair",
        StakingError::EpochsOverdue => "close them first, with `sealane farm close-epochs`",
        StakingError::ClaimFirst => "claim first, with `sealane stake claim`",
        StakingError::PositionNotEmpty => {
            "take everything out first: `sealane stake unstake --all`, `withdraw`, `claim`"
        }
        StakingError::InvalidLock => {
            "choose more epochs than the present lock has left, up to the farm's longest: \
             `sealane farm show` tells it"
        }
        StakingError::NothingToSweep => {
            "expire epochs first, with `sealane farm expire-epochs`, once their grace period is over"
        }
        StakingError::CoolingDown => "wait; `sealane stake list` tells until when",
        StakingError::NothingToClaim => {
            "wait until an epoch with rewards has ended, or close ended ones with --close-epochs"
        }
        error => error.hint(),
    }
}

pub(super) fn of_realm(error: &RealmError) -> &'static str {
    match error {
        RealmError::UnknownRealm { .. } => "`sealane gov realms` shows the chain's realms",
        RealmError::UnknownProposal { .. } => "`sealane gov list` shows a realm's proposals",
        RealmError::MissingAccount { .. } => "try again; if it stays, the chain lacks the account",
        RealmError::Refused(error) => of_governance(*error),
        RealmError::Farm(error) => of_farm(error),
        error => error.hint(),
    }
}

fn of_governance(error: GovernanceError) -> &'static str {
    match error {
        GovernanceError::WrongAuthor => "sign with the author's keypair through --keypair",
        GovernanceError::WrongVoter => {
            "sign with the keypair of the position's owner or delegate through --keypair"
        }
        GovernanceError::VotingOpen => "wait until voting has ended: `sealane gov show` tells when",
        GovernanceError::TimeLocked => {
            "wait until the time-lock has ended: `sealane gov show` tells when"
        }
        GovernanceError::NotSettled => "wait until voting has ended, then `sealane gov decide`",
        GovernanceError::NoWeight => {
            "stake with `sealane stake add`; it counts for proposals that open in a later epoch"
        }
        error => error.hint(),
    }
}

pub(super) fn of_plan(error: &PlanError) -> &'static str {
    match error {
        PlanError::Refused(error) => of_amm(*error),
        error => error.hint(),
    }
}

pub(super) fn of_send(error: &SendError) -> Option<&'static str> {
    match error {
        SendError::Simulation { error, .. } | SendError::Execution { error, .. } => {
            of_program(error)
        }
        SendError::Expired { .. } => {
            Some("send again, with a higher --priority-fee-cap if the chain is busy")
        }
        SendError::Rpc { .. } => Some(NO_NODE),
        error => error.hint(),
    }
}

fn of_program(error: &ProgramError) -> Option<&'static str> {
    match error {
        ProgramError::Amm(error) => Some(of_amm(*error)),
        ProgramError::Orderbook(error) => Some(of_orderbook(*error)),
        ProgramError::Staking(error) => Some(of_staking(*error)),
        ProgramError::Governance(error) => Some(of_governance(*error)),
        ProgramError::InsufficientFundsForFee | ProgramError::InsufficientFundsForRent => {
            Some(NO_SOL)
        }
        ProgramError::System(_) => error.hint().map(|_| NO_SOL),
        ProgramError::ProgramNotFound => {
            Some("the exchange is not on this chain: name another one with --url")
        }
        error => error.hint(),
    }
}

fn of_amm(error: AmmError) -> &'static str {
    match error {
        AmmError::SlippageExceeded => "quote again, or allow more with --slippage-bps",
        AmmError::InvalidFee => {
            "leave the fee flags away for the default, or use --fee-bps, at most 1000, or let \
             --fee-slope be at least 1000000 + 2 × --fee-max - 3 × --fee-min"
        }
        AmmError::ProtocolShareTooHigh => "use --protocol-share-bps of at most 2500",
        AmmError::InvalidAmplification => "use --amplification between 1 and 10000",
        AmmError::NotStableSwap => "only pools made with --stable have an amplification",
        AmmError::InvalidRamp => {
            "let --over be at least 1d, and change the amplification at most tenfold"
        }
        AmmError::WrongAuthority => "sign with the pool's authority through --keypair",
        AmmError::EmptyShard => {
            "add liquidity first, with `sealane liquidity add`, or use another pool"
        }
        AmmError::NoPendingAuthority => {
            "the authority has to propose one first, with `sealane pool propose-authority`"
        }
        AmmError::InvalidMint => "check the mint's address",
        error => error.hint(),
    }
}

fn of_orderbook(error: OrderbookError) -> &'static str {
    match error {
        OrderbookError::SlippageExceeded => "quote again, or allow more with --slippage-bps",
        OrderbookError::WrongAuthority => {
            "sign with the authority's keypair through --keypair; a lane obeys its owner and delegate"
        }
        OrderbookError::WrongOwner => "sign with the lane owner's keypair through --keypair",
        OrderbookError::InvalidFee => {
            "use --taker-pips up to 10000, --maker-pips from minus that up to 5000, \
             --referrer-share-bps up to 5000 and --cross-reward-pips up to 10000"
        }
        OrderbookError::InvalidCapacity => {
            "use a capacity between 8 and 512, above the present one"
        }
        OrderbookError::WrongReferrer => "name another owner's lane in the same market",
        OrderbookError::InsufficientFunds => {
            "use less, take orders back, or deposit first with `sealane deposit`"
        }
        OrderbookError::LaneFull => "take an order back, or make room with `sealane lane grow`",
        OrderbookError::OrderNotFound => "`sealane order list` shows the orders that there are",
        OrderbookError::CrossesOwnOrder => "take the order on the other side back first",
        OrderbookError::WouldTake => {
            "use another price, or --post-only slide, or trade at once with `sealane take`"
        }
        OrderbookError::NotFilled => "take less, allow a worse price with --limit, or use --ioc",
        OrderbookError::NothingFilled => "quote again, or allow a worse price with --limit",
        OrderbookError::NotCrossed => "`sealane book` shows when prices cross",
        OrderbookError::LaneNotEmpty => {
            "take its orders back and withdraw everything, or close it with --empty"
        }
        OrderbookError::NoPendingAuthority => {
            "the authority has to propose one first, with `sealane market propose-authority`"
        }
        OrderbookError::NothingToCollect => "wait until trades have paid fees",
        error => error.hint(),
    }
}
