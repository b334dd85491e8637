//! The shares that the flows are named after, and what their trades have in common.

use std::collections::{BTreeMap, BTreeSet};

use sealane_core::book::BookSide;
use sealane_engine::simulate::Batch;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{FLOWS, Flow, Generator, MIDDLE, SHARDS, WALLETS, WANTED};

fn writable(instruction: &Instruction) -> BTreeSet<Pubkey> {
    let accounts = instruction.accounts.iter();
    accounts
        .filter(|account| account.is_writable)
        .map(|account| account.pubkey)
        .collect()
}

fn all(instruction: &Instruction) -> BTreeSet<Pubkey> {
    let accounts = instruction.accounts.iter();
    accounts.map(|account| account.pubkey).collect()
}

/// Of each shard what a swap writes there, whoever swaps.
fn shards(generator: &Generator) -> Vec<BTreeSet<Pubkey>> {
    let swap = |wallet, shard| writable(&generator.exchange.swap(wallet, shard, true, 1));
    let common = |shard| &swap(0, shard) & &swap(1, shard);
    let shards: Vec<_> = (0..SHARDS).map(common).collect();
    // The shard and its two vaults, and nothing in two shards.
    assert!(shards.iter().all(|accounts| accounts.len() == 3));
    assert_eq!(
        shards.iter().flatten().collect::<BTreeSet<_>>().len(),
        3 * SHARDS
    );
    shards
}

/// On which shard each of the swaps is.
fn swapped_on(shards: &[BTreeSet<Pubkey>], swaps: &[(usize, Instruction)]) -> Vec<usize> {
    let on = |(_, swap): &(usize, Instruction)| {
        let written = writable(swap);
        let on: Vec<_> = (0..SHARDS)
            .filter(|shard| shards[*shard].is_subset(&written))
            .collect();
        assert_eq!(on.len(), 1, "a swap is on one shard");
        on[0]
    };
    swaps.iter().map(on).collect()
}

fn times(of: impl IntoIterator<Item = usize>) -> BTreeMap<usize, usize> {
    let mut times = BTreeMap::new();
    for one in of {
        *times.entry(one).or_default() += 1;
    }
    times
}

#[test]
fn the_wanted_share_is_exact_and_spread_over_the_batch() {
    let (mut generator, _) = Generator::new();
    let shards = shards(&generator);
    for (percent, count, expected) in [
        (0, 2_000, 0),
        (10, 2_000, 200),
        (50, 2_000, 1_000),
        (100, 2_000, 2_000),
        // Never more than the share.
        (10, 19, 1),
        (50, 3, 1),
    ] {
        let swaps = generator.instructions(Flow::Wanted(percent), count);
        let on = swapped_on(&shards, &swaps);
        let wanted = |on: &[usize]| on.iter().filter(|on| **on == WANTED).count();
        assert_eq!(wanted(&on), expected, "{percent}% of {count}");
        if count < 1_000 {
            continue;
        }
        // Some 45 for a tenth, give or take five standard deviations.
        let first = wanted(&on[..count / 2]);
        assert!(first.abs_diff(expected / 2) < 60, "{first} in front");
        // The others are on all other shards alike: 32 of 2,000, give or take as much.
        let others = times(on.into_iter().filter(|on| *on != WANTED));
        let mean = (count - expected) / (SHARDS - 1);
        assert_eq!(others.len(), if mean == 0 { 0 } else { SHARDS - 1 });
        assert!(others.values().all(|times| *times < 2 * mean + 16));
    }
}

#[test]
fn any_wallet_wants_the_pool() {
    let (mut generator, _) = Generator::new();
    let swaps = generator.instructions(Flow::Wanted(100), 8 * WALLETS);
    let of = times(swaps.iter().map(|(wallet, _)| *wallet));
    // Nearly none is left out (one in 3,000), and none has a large part.
    assert!(of.len() > WALLETS - 10, "{}", of.len());
    assert!(of.values().all(|times| *times < 40));
}

#[test]
fn wallets_apart_share_nothing_that_is_written() {
    let (mut generator, _) = Generator::new();
    let shards = shards(&generator);
    let swaps = generator.instructions(Flow::Apart, 8_000);
    let on = swapped_on(&shards, &swaps);
    let mut written = vec![BTreeSet::new(); SHARDS];
    let mut named = vec![BTreeSet::new(); SHARDS];
    for ((wallet, swap), shard) in swaps.iter().zip(&on) {
        assert_eq!(*shard, wallet % SHARDS, "a wallet keeps to its shard");
        written[*shard].append(&mut writable(swap));
        named[*shard].append(&mut all(swap));
    }
    for (one, written) in written.iter().enumerate() {
        for (other, named) in named.iter().enumerate().filter(|(other, _)| *other != one) {
            let shared: Vec<_> = written.intersection(named).collect();
            assert!(shared.is_empty(), "shards {one} and {other}: {shared:?}");
        }
    }
    // Each shard has its part: 125, give or take five standard deviations.
    let times = times(on);
    assert_eq!(times.len(), SHARDS);
    assert!(times.values().all(|times| (69..181).contains(times)));
}

/// What an instruction does.
fn kind(instruction: &Instruction, kinds: &[(&'static str, Instruction)]) -> &'static str {
    let is_same = |known: &Instruction| {
        // The first byte says which instruction of its program it is.
        (instruction.program_id, instruction.data[0]) == (known.program_id, known.data[0])
    };
    let found = kinds.iter().find(|(_, known)| is_same(known));
    found.expect("one of the kinds").0
}

#[test]
fn mixed_trades_have_their_shares() {
    const COUNT: usize = 20_000;
    let (mut generator, _) = Generator::new();
    let exchange = &generator.exchange;
    let kinds = [
        ("swap", exchange.swap(0, 0, true, 1)),
        ("place", exchange.place(0, BookSide::Bid, MIDDLE, 1)),
        ("cancel", exchange.cancel_all(0)),
        ("take", exchange.take(0, BookSide::Bid, MIDDLE, 1, &[])),
    ];
    let trades = generator.instructions(Flow::Mixed, COUNT);
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    for (wallet, trade) in &trades {
        let kind = kind(trade, &kinds);
        *of.entry(kind).or_default() += 1;
        let signs = |account: &Pubkey| *account == generator.exchange.wallets[*wallet].address;
        assert!(
            trade
                .accounts
                .iter()
                .any(|meta| meta.is_signer && signs(&meta.pubkey)),
            "a {kind} is its wallet's"
        );
        if kind == "take" {
            let lanes = &generator.exchange.lanes;
            let named = trade
                .accounts
                .iter()
                .filter(|meta| meta.is_writable && lanes.contains(&meta.pubkey));
            assert_eq!(named.count(), 3, "its own lane and two to take from");
        }
    }
    for (kind, percent) in [("swap", 50), ("place", 20), ("cancel", 10), ("take", 20)] {
        // 1.8 of a hundred are five standard deviations at a half.
        let off = of[kind].abs_diff(COUNT * percent / 100);
        assert!(off < COUNT * 18 / 1_000, "{} of {kind}", of[kind]);
    }
    // Swaps in the mix are on all shards but the wanted one.
    let shards = shards(&generator);
    let is_swap = |(_, trade): &(usize, Instruction)| kind(trade, &kinds) == "swap";
    let swaps: Vec<_> = trades.into_iter().filter(is_swap).collect();
    let on = times(swapped_on(&shards, &swaps));
    assert_eq!(on.len(), SHARDS - 1);
    assert!(!on.contains_key(&WANTED));
}

/// Timings are of trades that are done, not of refusals.
#[test]
fn nearly_all_trades_are_done() {
    let (mut generator, state) = Generator::new();
    for flow in FLOWS {
        let mut state = state.copy();
        let mut batch = Batch::new();
        for trade in generator.trades(flow, 3_000) {
            batch.push(&mut state, &trade).expect("few accounts");
        }
        let results = state.run(&batch);
        let refused: Vec<_> = results.iter().filter_map(|r| r.as_ref().err()).collect();
        let first = refused.first();
        let most = if flow == Flow::Mixed { 150 } else { 0 };
        assert!(
            refused.len() <= most,
            "{}: {} refused, {first:?}",
            flow.name(),
            refused.len()
        );
    }
}

#[test]
fn a_message_is_signed_by_the_wallet_whose_trade_it_is() {
    // Both draw the same.
    let [(mut first, _), (mut second, _)] = [Generator::new(), Generator::new()];
    for flow in FLOWS {
        let instructions = first.instructions(flow, 50);
        let messages = second.messages(flow, 50);
        assert_eq!(messages.len(), 50);
        for ((wallet, instruction), message) in instructions.iter().zip(&messages) {
            // One signature; behind the header and the number of keys, who pays.
            assert_eq!(message[0], 1);
            let payer = second.exchange.wallets[*wallet].address;
            assert_eq!(message[4..36], payer.to_bytes());
            let mut parts = message.windows(instruction.data.len());
            assert!(parts.any(|part| part == instruction.data), "the trade's");
        }
    }
}
