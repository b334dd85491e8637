//! One valid instruction of each kind, for the attacks that all of them must refuse alike.

use sealane_core::book::{BookSide, requote::flag};
use sealane_orderbook::{MarketAction, errors::OrderbookError, swap_flag};
use sealane_testkit::book::market::PARAMS;
use solana_instruction::Instruction;

use crate::{
    Arena,
    arena::{AMOUNT, CAPACITY, CLIENT, LOTS},
    build::{message, order, reap, requote_head, swap_take, swapping, taking},
};

/// Who may do with a lane what an instruction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rights {
    /// Its owner alone.
    Owner,
    /// Its owner or its delegate.
    Trader,
    /// Anyone.
    Anyone,
}

impl Rights {
    /// What everybody else is told.
    pub(crate) fn refusal(self) -> Option<OrderbookError> {
        match self {
            Self::Owner => Some(OrderbookError::WrongOwner),
            Self::Trader => Some(OrderbookError::WrongAuthority),
            Self::Anyone => None,
        }
    }
}

/// A valid instruction, and what is to be known of it to attack it.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) valid: Instruction,
    /// Accounts before those that may be as many as the sender wants.
    pub(crate) declared: usize,
    /// Who may do it with the attacker's lane.
    pub(crate) rights: Rights,
    /// The refusal of the other market in the place of the market.
    pub(crate) other_market: OrderbookError,
}

impl Subject {
    pub(crate) fn new(name: &'static str, valid: Instruction, rights: Rights) -> Self {
        Self {
            name,
            declared: valid.accounts.len(),
            valid,
            rights,
            other_market: OrderbookError::WrongMarket,
        }
    }

    /// Of its accounts the last are lanes of which there may be any number.
    fn trailing(mut self, lanes: usize) -> Self {
        self.declared -= lanes;
        self
    }

    fn other_market(mut self, error: OrderbookError) -> Self {
        self.other_market = error;
        self
    }

    /// Whether the market is not loaded, but known by the lane or the vault shard that names it.
    pub(crate) fn knows_its_market(&self) -> bool {
        const TRADES: [u8; 6] = [9, 10, 15, 17, 18, 19];
        TRADES.contains(&self.valid.data[0])
    }
}

/// Every instruction, some of them in more than one way.
pub(crate) fn subjects(arena: &Arena) -> Vec<Subject> {
    let mut all = money(arena);
    all.extend(administration(arena));
    all.extend(lanes(arena));
    all.extend(orders(arena));
    all.extend(trades(arena));
    all
}

fn administration(arena: &Arena) -> Vec<Subject> {
    let (market, attacker) = (&arena.market, arena.attacker.wallet);
    let creator = market.creator;
    let administer = |name, action| {
        Subject::new(name, market.administer(creator, action), Rights::Anyone)
            .other_market(OrderbookError::WrongAuthority)
    };
    vec![
        Subject::new(
            "add_vault_shard",
            market.add_vault_shard(3, creator, attacker),
            Rights::Anyone,
        )
        .other_market(OrderbookError::WrongAuthority),
        administer("set_fees", MarketAction::SetFees(PARAMS.fees)),
        administer("set_paused", MarketAction::SetPaused(0)),
        administer(
            "propose_authority",
            MarketAction::ProposeAuthority(attacker.to_bytes()),
        ),
        Subject::new(
            "collect_protocol_fees",
            market.collect_protocol_fees(0, creator),
            Rights::Anyone,
        )
        .other_market(OrderbookError::WrongAuthority),
    ]
}

fn lanes(arena: &Arena) -> Vec<Subject> {
    let (market, attacker) = (&arena.market, &arena.attacker);
    let open = market.open_lane(attacker.wallet, 2, CAPACITY, None);
    let referred = market.open_lane(attacker.wallet, 2, CAPACITY, Some(arena.referrer.lane));
    let grow = market.grow_lane(attacker.wallet, attacker.lane, CAPACITY + 1);
    let close = market.close_lane(attacker.wallet, arena.idle, 0, None);
    let delegate = arena.victim.wallet;
    let set_delegate = market.set_delegate(attacker.wallet, attacker.lane, delegate);
    vec![
        Subject::new("open_lane", open, Rights::Anyone).other_market(OrderbookError::WrongAddress),
        Subject::new("open_lane of a referrer", referred, Rights::Anyone)
            .other_market(OrderbookError::WrongReferrer),
        Subject::new("grow_lane", grow, Rights::Owner),
        Subject::new("close_lane", close, Rights::Owner),
        Subject::new("set_delegate", set_delegate, Rights::Owner),
    ]
}

fn money(arena: &Arena) -> Vec<Subject> {
    let (market, attacker) = (&arena.market, &arena.attacker);
    let deposit = market.deposit(0, attacker.lane, attacker.wallet, AMOUNT, AMOUNT);
    let withdraw = market.withdraw(0, attacker.lane, attacker.wallet, AMOUNT, AMOUNT);
    let sweep = market.sweep_fees(attacker.lane, 0, Some(arena.referrer.lane));
    let balance = market.balance_vaults(0, 1, AMOUNT, AMOUNT);
    vec![
        Subject::new("deposit", deposit, Rights::Anyone),
        Subject::new("withdraw", withdraw, Rights::Owner),
        Subject::new("sweep_fees", sweep, Rights::Anyone),
        Subject::new("balance_vaults", balance, Rights::Anyone),
    ]
}

fn orders(arena: &Arena) -> Vec<Subject> {
    let (market, hand) = (&arena.market, arena.attacker.hand());
    let shown = arena.makers.map(|maker| maker.lane);
    let bid = arena.order_id(&arena.attacker, BookSide::Bid);
    let mut passive = order(BookSide::Bid, 81, LOTS);
    passive.post_only = 1;
    let levels = [(10, 100), (1, 100), (10, 100)];
    let both = message(
        &requote_head(90, 2, 1, flag::BIDS | flag::ASKS | flag::POST_ONLY),
        &levels,
    );
    let subject = |name, valid| Subject::new(name, valid, Rights::Trader);
    vec![
        subject(
            "place",
            hand.place(market, order(BookSide::Bid, 81, LOTS), &[]),
        ),
        subject("place showing lanes", hand.place(market, passive, &shown)).trailing(2),
        subject(
            "place_many",
            hand.place_many(market, vec![passive, order(BookSide::Ask, 131, 1)], &shown),
        )
        .trailing(2),
        subject("replace_all", hand.replace_all(market, &both, &shown)).trailing(2),
        subject("cancel", hand.cancel(bid)),
        subject("cancel_client", hand.cancel_client(CLIENT)),
        subject("cancel_up_to", hand.cancel_up_to(0, 1, 8)),
        subject("cancel_all", hand.cancel_all(2)),
        subject("reduce", hand.reduce(bid, 1)),
        Subject::new("reap", reap(arena.attacker.lane), Rights::Anyone),
    ]
}

fn trades(arena: &Arena) -> Vec<Subject> {
    let (market, attacker) = (&arena.market, &arena.attacker);
    let makers = arena.makers.map(|maker| maker.lane);
    let [first, second] = makers;
    let mut referred = swapping(BookSide::Ask, 95, LOTS);
    referred.flags = swap_flag::REFERRER;
    let lanes = [arena.referrer.lane, first, second];
    let cross = attacker
        .hand()
        .cross(market, arena.bidder.lane, first, u16::MAX);
    vec![
        Subject::new(
            "take",
            arena.take(taking(BookSide::Bid, 100, LOTS)),
            Rights::Trader,
        )
        .trailing(2),
        Subject::new(
            "swap_take",
            swap_take(
                market,
                0,
                attacker.wallet,
                swapping(BookSide::Bid, 100, LOTS),
                &makers,
            ),
            Rights::Anyone,
        )
        .trailing(2),
        Subject::new(
            "swap_take of a referrer",
            swap_take(market, 0, attacker.wallet, referred, &lanes),
            Rights::Anyone,
        )
        .trailing(3),
        Subject::new("cross", cross, Rights::Trader),
    ]
}
