//! The exchange as the program runs it, in an SVM: one transaction for each operation.

use std::collections::BTreeMap;

use anchor_lang::Discriminator;
use bytemuck::AnyBitPattern;
use sealane_core::{book::LaneRef, units::Side};
use sealane_orderbook::{
    MarketAction, MarketParams, PlaceParams, TimeInForce as ProgramTimeInForce,
    errors::OrderbookError,
    events::orders::{
        Crossed, FillRecord, OrderRecord, PlacedManyRecord, RemovedRecord, SwapTaken, Taken,
    },
    state::{FeeParams, Lane},
    swap_flag,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{
    market::TestMarket,
    on_core::{read_lane, requote_message},
    operation::*,
    trading::{record, swapping, taking, trades, with_lanes},
    world::BookWorld,
};
use crate::{Executed, MintSpec, Reason};

/// What every owner's wallet has of each token at first. All of them together have less than a
/// token can have.
pub const WALLET_FUNDS: u64 = 1 << 59;

/// A market in an SVM, with the lanes of a setting.
pub struct OnProgram {
    /// The machine, the market and its vaults.
    pub world: BookWorld,
    /// The market. It has one vault shard, so that no withdrawal needs another one.
    pub market: TestMarket,
    owners: Vec<Pubkey>,
    lanes: Vec<OpenLane>,
    delegates: Vec<Pubkey>,
    /// Transactions sent.
    pub sent: u64,
}

struct OpenLane {
    spec: LaneSpec,
    address: Pubkey,
}

/// The program's form of a market's fees.
const fn fee_params(rates: &FeeRates) -> FeeParams {
    FeeParams {
        taker_pips: rates.taker,
        maker_pips: rates.maker,
        referrer_share_bps: rates.referrer_share,
        cross_reward_pips: rates.cross_reward,
    }
}

const fn place_params(quote: &Quote, post_only: PostOnly) -> PlaceParams {
    PlaceParams {
        side: quote.side as u8,
        post_only: post_only as u8,
        price: quote.price,
        lots: quote.lots,
        client_id: quote.client_id,
        expires_slot: quote.expires_slot,
        expires_at: quote.expires_at,
    }
}

fn id_of(which: Which) -> u64 {
    match which {
        Which::Id(id) => id,
        Which::At(..) => panic!("resolve {which:?} before it is applied"),
    }
}

/// What the program's code means in the core's words. There is nothing to sweep, or nothing that a
/// wallet's take could trade: the program says so more precisely.
fn error_of(reason: &Reason) -> Option<BookError> {
    const ALL: [BookError; 17] = [
        BookError::ZeroLots,
        BookError::ZeroPrice,
        BookError::Overflow,
        BookError::InsufficientFunds,
        BookError::LaneFull,
        BookError::OrderNotFound,
        BookError::CrossesOwnOrder,
        BookError::WouldTake,
        BookError::NotFilled,
        BookError::SelfTrade,
        BookError::NotCrossed,
        BookError::UnsortedLevels,
        BookError::MalformedLevels,
        BookError::MalformedLane,
        BookError::InvalidCapacity,
        BookError::InvalidSizes,
        BookError::InvalidFee,
    ];
    if *reason == Reason::orderbook(OrderbookError::NothingFilled) {
        return Some(BookError::NotFilled);
    }
    let is_this = |error: &BookError| *reason == Reason::orderbook(OrderbookError::from(*error));
    ALL.into_iter().find(is_this)
}

impl OnProgram {
    /// A market and its lanes, in a copy of a world that has the programs.
    #[must_use]
    pub fn new(world: &BookWorld, setting: &Setting) -> Self {
        let mut world = world.clone();
        let params = MarketParams {
            base_lot: setting.base_lot,
            tick: setting.tick,
            fees: fee_params(&setting.fees),
        };
        let mints = (MintSpec::spl(9), MintSpec::spl(6));
        let market = world.create_market((&mints.0, &mints.1), params, 1);
        world.svm().set_slot(setting.slot);
        world.svm().set_time(i64::from(setting.time));
        let owners: Vec<_> = setting
            .lanes
            .iter()
            .map(|_| world.trader(&market, WALLET_FUNDS, WALLET_FUNDS))
            .collect();
        let mut opened = BTreeMap::new();
        let mut lanes: Vec<OpenLane> = Vec::new();
        for spec in &setting.lanes {
            let index = opened.entry(spec.owner).or_insert(0u16);
            let referrer = spec.referrer.map(|by| lanes[usize::from(by)].address);
            let owner = owners[usize::from(spec.owner)];
            let address = world.open_lane(&market, owner, *index, spec.capacity, referrer);
            *index += 1;
            lanes.push(OpenLane {
                spec: *spec,
                address,
            });
        }
        let delegates = (0..4).map(|_| world.world.address()).collect();
        Self {
            world,
            market,
            owners,
            lanes,
            delegates,
            sent: 0,
        }
    }

    /// A lane's address.
    #[must_use]
    pub fn address(&self, lane: u8) -> Pubkey {
        self.lanes[usize::from(lane)].address
    }

    fn addresses(&self, lanes: &[u8]) -> Vec<Pubkey> {
        lanes.iter().map(|&lane| self.address(lane)).collect()
    }

    /// A lane's owner.
    #[must_use]
    pub fn owner(&self, lane: u8) -> Pubkey {
        self.owners[usize::from(self.lanes[usize::from(lane)].spec.owner)]
    }

    /// The lane that referred a lane.
    #[must_use]
    pub fn referrer(&self, lane: u8) -> Option<Pubkey> {
        let by = self.lanes[usize::from(lane)].spec.referrer?;
        Some(self.address(by))
    }

    /// Who signs for a lane: every other time its delegate, if it has one.
    fn trader(&self, lane: u8) -> Pubkey {
        let delegate = self.world.header(&self.address(lane)).delegate.to_bytes();
        match self.sent % 2 {
            0 if delegate != [0; 32] => Pubkey::new_from_array(delegate),
            _ => self.owner(lane),
        }
    }

    /// The instruction that an operation is.
    fn instruction(&self, operation: &Operation) -> Instruction {
        use Operation as Op;
        let market = &self.market;
        match operation {
            Op::Advance { .. } => panic!("time is no instruction"),
            Op::SetFees(rates) => {
                let action = MarketAction::SetFees(fee_params(rates));
                market.administer(market.creator, action)
            }
            &Op::Deposit { lane, base, quote } => {
                market.deposit(0, self.address(lane), self.owner(lane), base, quote)
            }
            &Op::Withdraw { lane, base, quote } => {
                market.withdraw(0, self.address(lane), self.owner(lane), base, quote)
            }
            &Op::SetDelegate { lane, delegate } => {
                let delegate = match delegate {
                    0 => Pubkey::default(),
                    number => self.delegates[usize::from(number)],
                };
                market.set_delegate(self.owner(lane), self.address(lane), delegate)
            }
            &Op::Grow { lane, capacity } => {
                market.grow_lane(self.owner(lane), self.address(lane), capacity)
            }
            &Op::Reap { lane } => market.reap(self.address(lane)),
            &Op::Sweep { lane } => market.sweep_fees(self.address(lane), 0, self.referrer(lane)),
            Op::Place { .. } | Op::PlaceMany { .. } | Op::ReplaceAll { .. } => {
                self.placing(operation)
            }
            Op::Take { .. } | Op::SwapTake { .. } | Op::Cross { .. } => self.trading(operation),
            _ => self.cancelling(operation),
        }
    }

    fn placing(&self, operation: &Operation) -> Instruction {
        let market = &self.market;
        let (instruction, shown) = match operation {
            Operation::Place {
                lane,
                quote,
                post_only,
                shown,
            } => {
                let order = place_params(quote, *post_only);
                let place = market.place(self.address(*lane), self.trader(*lane), order);
                (place, shown)
            }
            Operation::PlaceMany {
                lane,
                quotes,
                post_only,
                shown,
            } => {
                let orders = quotes.iter().map(|quote| place_params(quote, *post_only));
                let (address, trader) = (self.address(*lane), self.trader(*lane));
                (market.place_many(address, trader, orders.collect()), shown)
            }
            Operation::ReplaceAll {
                lane,
                ladders,
                shown,
            } => {
                let (address, trader) = (self.address(*lane), self.trader(*lane));
                let message = requote_message(ladders);
                (market.replace_all(address, trader, message), shown)
            }
            other => panic!("{other:?} places nothing"),
        };
        with_lanes(instruction, &self.addresses(shown), false)
    }

    fn cancelling(&self, operation: &Operation) -> Instruction {
        let market = &self.market;
        let signed = |lane: u8| (self.address(lane), self.trader(lane));
        match *operation {
            Operation::Cancel { lane, which } => {
                let (address, trader) = signed(lane);
                market.cancel(address, trader, id_of(which))
            }
            Operation::CancelClient { lane, client_id } => {
                let (address, trader) = signed(lane);
                market.cancel_client(address, trader, client_id)
            }
            Operation::CancelUpTo {
                lane,
                side,
                limit,
                most,
            } => {
                let (address, trader) = signed(lane);
                market.cancel_up_to(address, trader, side, limit, most)
            }
            Operation::CancelAll { lane, side } => {
                let (address, trader) = signed(lane);
                market.cancel_all(address, trader, side.map_or(2, |side| side as u8))
            }
            Operation::Reduce { lane, which, lots } => {
                let (address, trader) = signed(lane);
                market.reduce(address, trader, id_of(which), lots)
            }
            ref other => panic!("{other:?} cancels nothing"),
        }
    }

    fn trading(&self, operation: &Operation) -> Instruction {
        let market = &self.market;
        match operation {
            Operation::Take {
                lane,
                order,
                time_in_force,
                client_id,
            } => {
                let mut params = taking(order.side, order.limit, order.lots);
                params.max_quote = order.max_quote;
                params.max_orders = order.max_orders;
                params.self_trade = order.self_trade as u8;
                params.time_in_force = match time_in_force {
                    TimeInForce::Ioc => ProgramTimeInForce::ImmediateOrCancel,
                    TimeInForce::Fok => ProgramTimeInForce::FillOrKill,
                    TimeInForce::Rest => ProgramTimeInForce::Rest {
                        client_id: *client_id,
                        expires_slot: 0,
                        expires_at: 0,
                    },
                };
                let makers = self.addresses(&order.makers);
                market.take(self.address(*lane), self.trader(*lane), params, &makers)
            }
            Operation::SwapTake {
                owner,
                referrer,
                order,
                time_in_force,
            } => {
                let mut params = swapping(order.side, order.limit, order.lots);
                params.maximum_sent = order.max_quote;
                params.max_orders = order.max_orders;
                params.self_trade = order.self_trade as u8;
                if *time_in_force == TimeInForce::Fok {
                    params.flags |= swap_flag::WHOLE;
                }
                if referrer.is_some() {
                    params.flags |= swap_flag::REFERRER;
                }
                let mut lanes = self.addresses(referrer.as_slice());
                lanes.extend(self.addresses(&order.makers));
                market.swap_take(0, self.owners[usize::from(*owner)], params, &lanes)
            }
            &Operation::Cross {
                lane,
                bids,
                asks,
                most,
            } => {
                let pair = (self.address(bids), self.address(asks));
                market.cross(self.address(lane), self.trader(lane), pair, most)
            }
            other => panic!("{other:?} is no trade"),
        }
    }

    /// What the program told of an operation.
    fn done(&self, operation: &Operation, executed: &Executed) -> Done {
        match operation {
            Operation::Place { .. } => Done::Placed(vec![record::<OrderRecord>(executed).id]),
            Operation::PlaceMany { quotes, .. } => {
                let head = &executed.return_data[..size_of::<PlacedManyRecord>()];
                let placed: PlacedManyRecord = bytemuck::pod_read_unaligned(head);
                let first = placed.first_id & !1;
                let ids = quotes.iter().zip(0u64..);
                Done::Placed(
                    ids.map(|(quote, at)| (first + 2 * at) | quote.side as u64)
                        .collect(),
                )
            }
            Operation::Cancel { .. } => Done::Removed {
                orders: 1,
                lots: record::<OrderRecord>(executed).lots,
            },
            Operation::Reduce { .. } => Done::Reduced {
                left: record::<OrderRecord>(executed).lots,
            },
            Operation::CancelClient { .. }
            | Operation::CancelUpTo { .. }
            | Operation::CancelAll { .. }
            | Operation::Reap { .. } => {
                let removed: RemovedRecord = record(executed);
                Done::Removed {
                    orders: removed.orders,
                    lots: removed.lots,
                }
            }
            Operation::Take { order, .. } => {
                let (taken, met) = one::<Taken>(executed);
                Done::Taken {
                    lots: taken.lots,
                    left: taken.left,
                    base: taken.lots * self.base_lot(),
                    value: taken.value,
                    fee: taken.fee,
                    rebates: taken.rebates,
                    ended: ended(taken.ended),
                    rested: (taken.rested_id != 0).then_some(taken.rested_id),
                    met: self.meetings(&met, &order.makers),
                }
            }
            Operation::SwapTake { order, .. } => {
                let (taken, met) = one::<SwapTaken>(executed);
                let met = self.meetings(&met, &order.makers);
                let decremented = met.iter().filter(|one| one.met == Met::Decremented);
                let gone = taken.lots + decremented.map(|one| one.lots).sum::<u64>();
                Done::Taken {
                    lots: taken.lots,
                    left: order.lots - gone,
                    base: taken.lots * self.base_lot(),
                    value: taken.value,
                    fee: taken.fee,
                    rebates: taken.rebates,
                    ended: ended(taken.ended),
                    rested: None,
                    met,
                }
            }
            &Operation::Cross { bids, asks, .. } => {
                let (crossed, met) = one::<Crossed>(executed);
                Done::Crossed {
                    lots: crossed.lots,
                    value: crossed.value,
                    fee: crossed.fee,
                    rebates: crossed.rebates,
                    reward: crossed.reward,
                    met: self.meetings(&met, &[bids, asks]),
                }
            }
            _ => Done::Nothing,
        }
    }

    fn base_lot(&self) -> u64 {
        self.world.market(&self.market).base_lot
    }

    fn meetings(&self, records: &[FillRecord], lanes: &[u8]) -> Vec<Meeting> {
        let addresses = self.addresses(lanes);
        let meeting = |record: &FillRecord| Meeting {
            lane: addresses
                .iter()
                .position(|lane| lane.to_bytes() == record.lane)
                .expect("a lane that was named") as u8,
            met: match record.met {
                0 => Met::Filled,
                1 => Met::Expired,
                2 => Met::Decremented,
                3 => Met::Cancelled,
                other => panic!("an order was met in way {other}"),
            },
            price: record.price,
            id: record.id,
            lots: record.lots,
            left: record.left,
        };
        records.iter().map(meeting).collect()
    }
}

/// The only trade of a transaction.
fn one<T: Discriminator + AnyBitPattern>(executed: &Executed) -> (T, Vec<FillRecord>) {
    let mut trades = trades::<T>(executed);
    assert_eq!(trades.len(), 1, "one trade is one event");
    trades.remove(0)
}

fn ended(number: u8) -> Ended {
    match number {
        0 => Ended::Complete,
        1 => Ended::Exhausted,
        2 => Ended::QuoteSpent,
        3 => Ended::OrdersMet,
        other => panic!("a take ended in way {other}"),
    }
}

impl Exchange for OnProgram {
    fn apply(&mut self, operation: &Operation) -> Result<Done, BookError> {
        if let Operation::Advance { slots, seconds } = operation {
            let clock = self.world.svm().clock();
            self.world.svm().set_slot(clock.slot + slots);
            self.world.svm().advance_time(i64::from(*seconds));
            return Ok(Done::Nothing);
        }
        let instruction = self.instruction(operation);
        self.sent += 1;
        match self.world.svm().send_with_high_limit(&[instruction]) {
            Ok(executed) => Ok(self.done(operation, &executed)),
            Err(refused)
                if refused.reason == Reason::orderbook(OrderbookError::NothingToCollect) =>
            {
                Ok(Done::Nothing)
            }
            Err(refused) => Err(error_of(&refused.reason).unwrap_or_else(|| {
                let logs = refused.logs.join("\n");
                panic!("{operation:?} is refused: {}\n{logs}", refused.reason)
            })),
        }
    }

    fn read_lane(&self, lane: u8, into: &mut LaneState) {
        let data = self.world.world.svm.data(&self.address(lane));
        let bytes = &data[Lane::DISCRIMINATOR.len()..];
        // The core wants its bytes aligned, which a vector of bytes need not be.
        let mut words = vec![0u64; bytes.len() / size_of::<u64>()];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words).copy_from_slice(bytes);
        let lane = LaneRef::from_bytes(bytemuck::cast_slice(&words)).expect("a lane");
        read_lane(lane, into);
        let delegate = lane.header().delegate.to_bytes();
        let is_it = |known: &Pubkey| known.to_bytes() == delegate;
        into.delegate = self.delegates.iter().position(is_it).unwrap_or(0) as u8;
    }

    fn vaults(&self) -> (u128, u128) {
        let held = |side: Side| {
            let vaults = self.market.vaults.iter();
            vaults
                .map(|vaults| u128::from(self.world.world.balance(&vaults.of(side))))
                .sum()
        };
        (held(Side::Base), held(Side::Quote))
    }

    fn collected(&self) -> u128 {
        let fees = |index| u128::from(self.world.vault_shard(&self.market, index).protocol_fees);
        (0..self.market.vaults.len()).map(fees).sum()
    }
}
