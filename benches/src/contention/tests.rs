//! Small worlds with known answers.

use proptest::prelude::*;
use sealane_schedule::{AccountId, Batch, Partitioner};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::{
    agave::{Cost, Limits},
    block::fill,
    design::{Made, made},
    price::{SHAPES, Shape, alone},
    schedule::Block,
    stream::{Sent, Stream},
};

/// Accounts of one transaction: numbers, and whether each is written.
type Accounts = Vec<(u32, bool)>;

/// Transactions of one cost, each with a payer of its own.
fn stream(transactions: &[Accounts]) -> Stream {
    let mut stream = Stream::default();
    for (number, accounts) in (0u32..).zip(transactions) {
        let meta = |(account, written): &(u32, bool)| AccountMeta {
            pubkey: made(Made::Other, *account, 0),
            is_signer: false,
            is_writable: *written,
        };
        let instruction = Instruction {
            program_id: Pubkey::default(),
            accounts: accounts.iter().map(meta).collect(),
            data: vec![],
        };
        stream.push(&Sent {
            slot: 0,
            is_trade: true,
            payer: made(Made::Wallet, number, 0),
            instructions: &[instruction],
            units: 1_000,
        });
    }
    stream
}

fn all(stream: &Stream) -> Vec<u32> {
    (0..stream.transactions().len() as u32).collect()
}

fn block(transactions: &[Accounts]) -> Block {
    let stream = stream(transactions);
    Block::new(&stream, &all(&stream))
}

fn speed_up(block: &Block, threads: usize) -> f64 {
    block.total() as f64 / block.time(threads) as f64
}

#[test]
fn what_writes_one_account_runs_one_after_the_other() {
    let block = block(&vec![vec![(0, true)]; 10]);
    assert_eq!(block.critical_path(), block.total());
    for threads in [1, 2, 64] {
        assert_eq!(block.time(threads), block.total());
    }
}

#[test]
fn what_shares_nothing_runs_at_once() {
    let apart: Vec<Accounts> = (0..12).map(|account| vec![(account, true)]).collect();
    let block = block(&apart);
    for (threads, expected) in [(1, 1.0), (2, 2.0), (4, 4.0), (12, 12.0), (64, 12.0)] {
        assert_eq!(speed_up(&block, threads), expected);
    }
    assert_eq!(block.critical_path() * 12, block.total());
}

#[test]
fn readers_run_at_once_between_writers() {
    let mut transactions = vec![vec![(0, false)]; 10];
    transactions.insert(0, vec![(0, true)]);
    transactions.push(vec![(0, true)]);
    let block = block(&transactions);
    // Writers lock one account more than readers.
    let (reader, writer) = (Cost::of(1, 0, 1_000).locked, Cost::of(2, 0, 1_000).locked);
    assert_eq!(block.critical_path(), 2 * writer + reader);
    assert_eq!(block.time(64), 2 * writer + reader);
    assert_eq!(block.time(5), 2 * writer + 2 * reader);
}

#[test]
fn the_earliest_that_can_run_goes_first() {
    // The second waits for the first; the third waits for nobody and fills the gap.
    let block = block(&[
        vec![(0, true)],
        vec![(0, true)],
        vec![(1, true)],
        vec![(1, true)],
    ]);
    assert_eq!(block.time(2) * 2, block.total());
}

#[test]
fn a_transaction_locks_each_account_once_and_its_payer() {
    let stream = stream(&[vec![(0, false), (0, true), (1, false), (1, false)]]);
    let accesses = stream.accesses(0);
    // Payer, program and two accounts.
    assert_eq!(accesses.len(), 4);
    assert_eq!(
        accesses.iter().filter(|access| access.is_write()).count(),
        2
    );
    assert_eq!(stream.transactions()[0].cost, Cost::of(2, 0, 1_000));
}

#[test]
fn the_blocks_limit_binds_to_the_unit() {
    let apart: Vec<Accounts> = (0..10).map(|account| vec![(account, true)]).collect();
    let stream = stream(&apart);
    let cost = stream.transactions()[0].cost.charged;
    for (block, taken) in [(5 * cost, 5), (5 * cost - 1, 4), (u64::MAX, 10), (0, 0)] {
        let account = u64::MAX;
        let filled = fill(&stream, all(&stream), Limits { block, account });
        assert_eq!((filled.taken.len(), filled.left.len()), (taken, 10 - taken));
        assert_eq!(filled.cost, taken as u64 * cost);
        assert_eq!(filled.held_back, 0);
    }
}

#[test]
fn an_accounts_limit_binds_to_the_unit_and_others_go_on() {
    let mut transactions = vec![vec![(0, true)]; 6];
    transactions.push(vec![(1, true)]);
    // Reading is not limited.
    transactions.push(vec![(0, false)]);
    let stream = stream(&transactions);
    let cost = stream.transactions()[0].cost.charged;
    for (account, taken) in [(3 * cost, 3), (3 * cost - 1, 2)] {
        let block = 100 * cost;
        let filled = fill(&stream, all(&stream), Limits { block, account });
        let expected: Vec<u32> = (0..taken).chain([6, 7]).collect();
        assert_eq!(filled.taken, expected);
        assert_eq!(filled.left, (taken..6).collect::<Vec<u32>>());
        assert_eq!(filled.held_back, 6 - taken as usize);
        assert_eq!(filled.hottest, u64::from(taken) * cost);
    }
}

#[test]
fn a_flat_fee_costs_the_same_in_shards_and_size_costs_more() {
    let [one, eight] = [&SHAPES[0], &SHAPES[1]].map(|shape| alone(shape, 1e-5).unwrap());
    assert!((one.fee_bps - 30.0).abs() < 0.1 && (eight.fee_bps - 30.0).abs() < 0.1);
    // Of a constant product the impact is the part of the reserve, to the first order.
    assert!((one.impact_bps - 0.1).abs() < 0.001, "{one:?}");
    assert!((eight.impact_bps - 0.8).abs() < 0.01, "{eight:?}");
}

#[test]
fn with_the_sloped_fee_one_shard_is_cheaper_than_all_and_than_the_whole_pool() {
    let shape = |shards| Shape {
        shards,
        ..SHAPES[4]
    };
    // Up to where the fee reaches its lower bound, 1.05% of a shard.
    for part in [1e-6, 1e-5, 1e-4, 0.01 / 8.0] {
        let in_one = alone(&shape(8), part).unwrap().cost_bps();
        // An eighth in each of eight shards.
        let split = alone(&shape(8), part / 8.0).unwrap().cost_bps();
        let unsharded = alone(&shape(1), part).unwrap().cost_bps();
        assert!(in_one < split, "{part}: {in_one} and {split}");
        assert!(in_one < unsharded, "{part}: {in_one} and {unsharded}");
    }
}

fn transactions() -> impl Strategy<Value = Vec<Accounts>> {
    let accounts = prop::collection::vec((0u32..12, prop::bool::ANY), 1..5);
    prop::collection::vec(accounts, 1..60)
}

proptest! {
    /// Graham's bounds for list scheduling, with the chain for what has to wait.
    #[test]
    fn a_schedule_lies_between_its_bounds(transactions in transactions(), threads in 1usize..9) {
        let block = block(&transactions);
        let (total, chain, time) = (block.total(), block.critical_path(), block.time(threads));
        let count = threads as u64;
        prop_assert!(time >= chain.max(total.div_ceil(count)));
        prop_assert!(time * count <= total + (count - 1) * chain);
        prop_assert_eq!(block.time(transactions.len()), chain);
        prop_assert_eq!(block.time(1), total);
    }

    /// The engine's scheduler finds the same chain.
    #[test]
    fn the_engine_finds_the_same_critical_path(transactions in transactions()) {
        let stream = stream(&transactions);
        let mut batch = Batch::new();
        for at in all(&stream) {
            let accesses: Vec<sealane_schedule::Access> = stream
                .accesses(at)
                .iter()
                .map(|access| {
                    let account = AccountId::new(access.account()).unwrap();
                    match access.is_write() {
                        true => sealane_schedule::Access::write(account),
                        false => sealane_schedule::Access::read(account),
                    }
                })
                .collect();
            let cost = stream.transactions()[at as usize].cost.locked;
            batch.push(cost as u32, &accesses).unwrap();
        }
        let plan = Partitioner::new().partition(&batch, 1.try_into().unwrap());
        let block = Block::new(&stream, &all(&stream));
        prop_assert_eq!(plan.critical_path(), block.critical_path());
        prop_assert_eq!(plan.total_cost(), block.total());
    }
}
