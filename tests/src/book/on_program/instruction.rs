//! The instruction that an operation is.

use sealane_core::units::Side;
use sealane_orderbook::{MarketAction, PlaceParams, TimeInForce as ProgramTimeInForce, swap_flag};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{
    super::{
        on_core::requote_message,
        operation::*,
        trading::{swapping, taking, with_lanes},
    },
    OnProgram, fee_params,
};

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

impl OnProgram {
    /// The instruction that an operation is.
    pub(super) fn instruction(&self, operation: &Operation) -> Instruction {
        use Operation as Op;
        let market = &self.market;
        match operation {
            Op::Advance { .. } => panic!("time is no instruction"),
            Op::SetFees(rates) => {
                let action = MarketAction::SetFees(fee_params(rates));
                market.administer(market.creator, action)
            }
            &Op::Deposit { lane, base, quote } => {
                let (base, quote) = (
                    self.custody.gross(Side::Base, base),
                    self.custody.gross(Side::Quote, quote),
                );
                let (address, owner) = (self.address(lane), self.owner(lane));
                market.deposit(self.payer, address, owner, base, quote)
            }
            Op::Withdraw { .. } => panic!("a withdrawal may be several instructions"),
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
            &Op::Sweep { lane } => {
                market.sweep_fees(self.address(lane), self.payer, self.referrer(lane))
            }
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
                params.maximum_sent = match order.max_quote {
                    u64::MAX => u64::MAX,
                    quote => self.custody.gross(Side::Quote, quote),
                };
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
                market.swap_take(self.payer, self.owners[usize::from(*owner)], params, &lanes)
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
}
