//! A pipeline against the plain sequential run of the same transactions.

mod crash;
mod messages;
mod pressure;
mod replay;

use std::{num::NonZeroUsize, time::Duration};

use rand::{Rng, SeedableRng, rngs::StdRng};
use sealane_core::book::BookSide;
use sealane_journal::{Machine, Storage, fault::MemoryDisk};
use solana_clock::Clock;
use solana_instruction::Instruction;
use solana_message::{Message, VersionedMessage};
use solana_pubkey::Pubkey;

use super::{
    Config, Executed, Outcomes, Pipeline, Simulation, Started, Stopped, TradeOutcome,
    message::decode,
};
use crate::{
    fixtures::clock_now,
    simulate::{
        Batch, State,
        fixtures::{Exchange, MIDDLE, no_instruction},
    },
};

const PATIENCE: Duration = Duration::from_secs(60);

fn some(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

/// The message of a transaction whose fee the wallet pays.
fn message(instructions: &[Instruction], payer: &Pubkey) -> Vec<u8> {
    VersionedMessage::Legacy(Message::new(instructions, Some(payer))).serialize()
}

/// Batches of transactions of all kinds, some of them not to be decoded.
struct Flow {
    exchange: Exchange,
    genesis: State,
    batches: Vec<(Clock, Vec<Vec<u8>>)>,
}

impl Flow {
    fn new(seed: u64, batches: usize, trades: usize) -> Self {
        let (exchange, genesis) = Exchange::new(4, 16);
        let mut rng = StdRng::seed_from_u64(seed);
        let mut clock = clock_now();
        let batch = |_| {
            clock.slot += rng.random_range(0..3);
            clock.unix_timestamp += rng.random_range(0..3);
            clock.epoch += u64::from(rng.random_ratio(1, 8));
            let messages = (0..trades).map(|_| transaction(&mut rng, &exchange));
            (clock.clone(), messages.collect())
        };
        let batches = (0..batches).map(batch).collect();
        Self {
            exchange,
            genesis,
            batches,
        }
    }

    /// What one thread makes of it without a pipeline: the outcomes of each batch, and the hash of
    /// the state behind it.
    fn expected(&self) -> Vec<(Vec<TradeOutcome>, u64)> {
        let mut simulation = Simulation::new(self.genesis.copy(), some(1));
        let batches = self.batches.iter().map(|(clock, messages)| {
            simulation.state.set_clock(clock.clone());
            let outcomes = messages.iter().map(|bytes| {
                let trade = decode(bytes)?;
                let mut batch = Batch::new();
                batch.push(&mut simulation.state, &trade)?;
                Ok(simulation.state.run(&batch).remove(0)?)
            });
            (outcomes.collect(), simulation.state_hash())
        });
        batches.collect()
    }
}

fn transaction(rng: &mut impl Rng, exchange: &Exchange) -> Vec<u8> {
    let wallet = rng.random_range(0..exchange.wallets.len());
    let other = rng.random_range(0..exchange.wallets.len());
    let (side, limit) = match rng.random() {
        true => (BookSide::Bid, MIDDLE + 8),
        false => (BookSide::Ask, MIDDLE - 8),
    };
    let lots = rng.random_range(1..100);
    let instruction = match rng.random_range(0..20) {
        0..10 => {
            let (shard, amount) = (rng.random_range(0..4), rng.random_range(0..1_000_000));
            exchange.swap(wallet, shard, rng.random(), amount)
        }
        10..12 => exchange.transfer(wallet, other, rng.random_range(0..1_000)),
        12..15 => exchange.place(wallet, side, MIDDLE, lots),
        15 => exchange.cancel_all(wallet),
        16 => no_instruction(),
        _ => exchange.take(wallet, side, limit, lots, &[other]),
    };
    let mut bytes = message(&[instruction], &exchange.wallets[wallet].address);
    match rng.random_range(0..50) {
        0 => bytes.truncate(rng.random_range(0..bytes.len())),
        1 => bytes.resize(5_000, 0),
        2 => bytes.push(0),
        _ => {}
    }
    bytes
}

fn start<S>(config: &Config, storage: S, genesis: &State) -> Started<S>
where
    S: Storage<File: Send> + Send + 'static,
{
    Pipeline::start(config, storage, || genesis.copy(), |_| {}).unwrap()
}

fn read(outcomes: &Outcomes, batches: usize) -> Vec<Executed> {
    let read = (0..batches).map(|_| outcomes.recv_timeout(PATIENCE).expect("a batch in time"));
    read.collect()
}

fn shut_down<S>(pipeline: Pipeline<S>) -> Stopped<S>
where
    S: Storage<File: Send> + Send + 'static,
{
    pipeline.shutdown(PATIENCE).unwrap()
}

/// What a state's hash is, seen from a thread that may only look at it.
fn hash(state: &State) -> u64 {
    Simulation::new(state.copy(), some(1)).state_hash()
}
