//! The exchange as the program runs it, in an SVM: one transaction for each operation.

mod custody;
mod instruction;

pub use custody::{Custody, Moves};

use std::collections::BTreeMap;

use anchor_lang::Discriminator;
use bytemuck::AnyBitPattern;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sealane_core::{book::LaneRef, units::Side};
use sealane_orderbook::{
    MarketParams,
    errors::OrderbookError,
    events::orders::{
        Crossed, FillRecord, OrderRecord, PlacedManyRecord, RemovedRecord, SwapTaken, Taken,
    },
    state::{FeeParams, Lane},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{
    market::TestMarket,
    on_core::read_lane,
    operation::*,
    trading::{record, trades},
    world::BookWorld,
};
use crate::{Executed, Reason, Refused};

/// What all owners' wallets have of each token at first, together: less than a token can have.
const ALL_FUNDS: u64 = 1 << 63;
/// The most that a wallet has.
const WALLET_FUNDS: u64 = 1 << 59;

/// A market in an SVM, with the lanes of a setting.
pub struct OnProgram {
    /// The machine, the market and its vaults.
    pub world: BookWorld,
    /// The market.
    pub market: TestMarket,
    /// How it keeps its tokens.
    pub custody: Custody,
    /// What was done about that.
    pub moves: Moves,
    owners: Vec<Pubkey>,
    lanes: Vec<OpenLane>,
    delegates: Vec<Pubkey>,
    /// Names every lane, for takes that name more than fit a transaction.
    table: Pubkey,
    /// For what the model does not know.
    rng: ChaCha8Rng,
    /// The vault shard of the next instruction that needs one.
    payer: usize,
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

/// Whether an instruction was refused because it would have moved nothing. The model does not mind.
fn is_for_nothing(reason: &Reason) -> bool {
    [OrderbookError::NothingToCollect, OrderbookError::ZeroAmount]
        .map(Reason::orderbook)
        .contains(reason)
}

/// What the program's code means in the core's words. That nothing at all could be traded for a
/// wallet, the program says more precisely.
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
    /// A market with one vault shard and its lanes, in a copy of a world that has the programs.
    #[must_use]
    pub fn new(world: &BookWorld, setting: &Setting) -> Self {
        Self::with_custody(world, setting, Custody::PLAIN)
    }

    /// The same where tokens are kept so.
    #[must_use]
    pub fn with_custody(world: &BookWorld, setting: &Setting, custody: Custody) -> Self {
        let mut world = world.clone();
        let params = MarketParams {
            base_lot: setting.base_lot,
            tick: setting.tick,
            fees: fee_params(&setting.fees),
        };
        let mints = custody.mints();
        let market = world.create_market((&mints.0, &mints.1), params, custody.vault_shards);
        world.svm().set_slot(setting.slot);
        world.svm().set_time(i64::from(setting.time));
        let funds = WALLET_FUNDS.min(ALL_FUNDS / setting.lanes.len().max(1) as u64);
        let owners: Vec<_> = setting
            .lanes
            .iter()
            .map(|_| world.trader(&market, funds, funds))
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
        let addresses: Vec<Pubkey> = lanes.iter().map(|lane| lane.address).collect();
        let table = world.world.address();
        world.svm().set_lookup_table(table, &addresses);
        Self {
            world,
            market,
            custody,
            moves: Moves::default(),
            owners,
            lanes,
            delegates,
            table,
            rng: custody.random(),
            payer: 0,
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
            Operation::Take { .. } => {
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
                    met: meetings(&met),
                }
            }
            Operation::SwapTake { order, .. } => {
                let (taken, met) = one::<SwapTaken>(executed);
                let met = meetings(&met);
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
            Operation::Cross { .. } => {
                let (crossed, met) = one::<Crossed>(executed);
                Done::Crossed {
                    lots: crossed.lots,
                    value: crossed.value,
                    fee: crossed.fee,
                    rebates: crossed.rebates,
                    reward: crossed.reward,
                    met: meetings(&met),
                }
            }
            _ => Done::Nothing,
        }
    }

    fn base_lot(&self) -> u64 {
        self.world.market(&self.market).base_lot
    }
}

fn meetings(records: &[FillRecord]) -> Vec<Meeting> {
    let meeting = |record: &FillRecord| Meeting {
        lane: record.lane,
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

impl OnProgram {
    /// Sends instructions in one transaction.
    fn send(&mut self, instructions: &[Instruction]) -> Result<Executed, Refused> {
        self.sent += 1;
        let table = self.table;
        self.world.svm().send_heavy(instructions, table)
    }
}

impl Exchange for OnProgram {
    fn can_run(&mut self, operation: &Operation) -> bool {
        self.prepare_payer(operation)
    }

    fn apply(&mut self, operation: &Operation) -> Result<Done, BookError> {
        if let Operation::Advance { slots, seconds } = operation {
            let clock = self.world.svm().clock();
            self.world.svm().set_slot(clock.slot + slots);
            self.world.svm().advance_time(i64::from(*seconds));
            return Ok(Done::Nothing);
        }
        if self.rng.random_ratio(1, 50) {
            self.shuffle_tokens();
        }
        let instructions = match *operation {
            Operation::Withdraw { lane, base, quote } => self.withdrawal(lane, base, quote),
            Operation::SwapTake { .. } => vec![self.instruction(operation)],
            _ => {
                self.payer = self.some_shard();
                vec![self.instruction(operation)]
            }
        };
        match self.send(&instructions) {
            Ok(executed) => Ok(self.done(operation, &executed)),
            Err(refused) if is_for_nothing(&refused.reason) => Ok(Done::Nothing),
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
