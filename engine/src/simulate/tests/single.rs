//! One trade after the other.

use sealane_core::book::BookSide;
use solana_pubkey::Pubkey;

use crate::simulate::{
    Balance, Batch, FeeKind, Refusal, Slot, State, Trade, TradeError, Unsupported,
    decode::Operation,
    fixtures::{Exchange, MIDDLE, no_instruction},
};
use sealane_amm::errors::AmmError;

fn run(state: &mut State, trade: &Trade) -> Result<(), TradeError> {
    let mut batch = Batch::new();
    batch.push(state, trade).unwrap();
    state.run(&batch).remove(0).map(drop)
}

#[test]
fn accounts_come_back_as_they_were() {
    let (_, state) = Exchange::new(2, 3);
    for (address, slot) in state.accounts() {
        if let Some((owner, data)) = slot.encode() {
            let mut copy = State::new(state.clock().clone());
            copy.load(address, &owner, &data).unwrap();
            assert_eq!(copy.account(address).encode(), Some((owner, data)));
        }
    }
}

#[test]
fn the_hash_does_not_depend_on_the_order_of_loading() {
    let (_, state) = Exchange::new(2, 3);
    let mut copy = State::new(state.clock().clone());
    let accounts: Vec<_> = state.accounts().collect();
    for (address, slot) in accounts.into_iter().rev() {
        let (owner, data) = slot.encode().unwrap();
        copy.load(address, &owner, &data).unwrap();
    }
    assert_eq!(copy.state_hash(), state.state_hash());
    copy.load_absent(&state.accounts().next().unwrap().0.clone())
        .unwrap();
    assert_ne!(copy.state_hash(), state.state_hash());
}

#[test]
fn a_failing_instruction_undoes_those_before_it() {
    let (exchange, mut state) = Exchange::new(2, 3);
    let before = state.state_hash();
    let swap = exchange.swap(0, 0, true, 5_000);
    let take = exchange.take(1, BookSide::Bid, MIDDLE + 3, 120, &[0, 2]);
    let place = exchange.place(2, BookSide::Ask, MIDDLE + 30, 1);
    let steps = vec![swap, take, place, no_instruction()];
    let refused = run(&mut state, &Trade::signed(steps.clone())).unwrap_err();
    assert!(
        matches!(refused, TradeError::Refused { instruction: 3, .. }),
        "{refused}"
    );
    assert_eq!(state.state_hash(), before);
    run(&mut state, &Trade::signed(steps[..3].to_vec())).unwrap();
    assert_ne!(state.state_hash(), before);
}

#[test]
fn a_refused_take_puts_the_lanes_back() {
    let (exchange, mut state) = Exchange::new(1, 4);
    let before = state.state_hash();
    // Meets orders of two lanes, and then the taker's own lane is named among the makers.
    let take = exchange.take(1, BookSide::Bid, MIDDLE + 3, 120, &[0, 2, 1]);
    let refused = run(&mut state, &Trade::signed(vec![take])).unwrap_err();
    assert!(refused.to_string().contains("DuplicateLane"), "{refused}");
    // More than the taker can pay for: the makers have been settled already.
    let mut take = exchange.take(1, BookSide::Ask, 1, u64::MAX / 2, &[0, 2, 3]);
    take.accounts[2].pubkey = exchange.wallets[1].address;
    let _ = run(&mut state, &Trade::signed(vec![take, no_instruction()])).unwrap_err();
    assert_eq!(state.state_hash(), before);
}

#[test]
fn a_panic_is_that_trades_error() {
    let (exchange, mut state) = Exchange::new(2, 3);
    let mut batch = Batch::new();
    for _ in 0..3 {
        let trade = Trade::signed(vec![exchange.swap(0, 0, true, 5_000)]);
        batch.push(&mut state, &trade).unwrap();
    }
    let middle = batch.trades[1].steps.start as usize;
    batch.steps[middle].operation = Operation::Panic;
    let results = state.run(&batch);
    let panicked = TradeError::Panicked("a test's panic".to_owned());
    assert_eq!(results[1], Err(panicked));
    assert!(results[0].is_ok() && results[2].is_ok(), "{results:?}");
}

#[test]
fn a_preview_changes_nothing() {
    let (exchange, mut state) = Exchange::new(2, 3);
    let before = state.state_hash();
    let swap = exchange.swap(0, 0, true, 5_000_000_000);
    let take = exchange.take(1, BookSide::Bid, MIDDLE + 3, 120, &[0, 2]);
    let report = state.preview(&Trade::signed(vec![swap, take])).unwrap();
    assert_eq!(state.state_hash(), before);
    assert_eq!(report.events.len(), 2);
    assert_eq!(report.fills.len(), 3);
    assert!(report.price_impact_bps.unwrap() > 0);
    assert!(
        report
            .fees
            .iter()
            .any(|fee| fee.kind == FeeKind::LiquidityProviders)
    );
    assert!(
        report
            .fees
            .iter()
            .any(|fee| fee.kind == FeeKind::MakerRebate)
    );
    let sent = report.balances.iter().find(|change| {
        change.account == exchange.wallets[0].base && change.balance == Balance::Tokens
    });
    let sent = sent.unwrap();
    assert_eq!(sent.before - sent.after, 5_000_000_000);
}

#[test]
fn what_is_missing_is_told() {
    let (exchange, mut state) = Exchange::new(1, 2);
    let mut swap = exchange.swap(0, 0, true, 5_000);
    let unknown = Pubkey::new_unique();
    swap.accounts[3].pubkey = unknown;
    let trade = Trade::signed(vec![swap]);
    let error = TradeError::UnknownAccount { address: unknown };
    assert_eq!(run(&mut state, &trade), Err(error));
    state.load_absent(&unknown).unwrap();
    assert!(matches!(
        run(&mut state, &trade),
        Err(TradeError::Refused { .. })
    ));

    let trade = Trade {
        signers: Vec::new(),
        instructions: vec![exchange.swap(0, 0, true, 5_000)],
    };
    let signer = exchange.wallets[0].address;
    assert_eq!(
        run(&mut state, &trade),
        Err(TradeError::MissingSignature { signer })
    );
}

#[test]
fn what_is_left_to_the_exact_mode_says_so() {
    let (exchange, mut state) = Exchange::new(1, 2);
    let mut other = exchange.swap(0, 0, true, 5_000);
    other.program_id = Pubkey::new_unique();
    let swap = exchange.swap(0, 0, true, 5_000);
    let error = run(&mut state, &Trade::signed(vec![swap, other])).unwrap_err();
    assert_eq!(
        error,
        TradeError::Unsupported {
            instruction: 1,
            what: Unsupported::Program
        }
    );
}

#[test]
fn refusals_carry_the_code_of_the_chain() {
    let (exchange, mut state) = Exchange::new(1, 2);
    let swap = exchange.swap(0, 0, true, 0);
    let TradeError::Refused { refusal, .. } =
        run(&mut state, &Trade::signed(vec![swap])).unwrap_err()
    else {
        panic!("refused by the program");
    };
    assert_eq!(refusal, Refusal::Amm(AmmError::ZeroAmount));
    let code = refusal.instruction_error();
    assert_eq!(Refusal::of(Some(&crate::amm::ID), code), refusal);
}

#[test]
fn fees_follow_the_epoch() {
    use crate::{address::TOKEN_2022_PROGRAM, fixtures::fee_mint_bytes};
    let (_, mut state) = Exchange::new(1, 1);
    let mint = Pubkey::new_unique();
    let bytes = fee_mint_bytes(6, [(0, 100, 9), (state.clock().epoch + 1, 200, 9)]);
    state.load(&mint, &TOKEN_2022_PROGRAM, &bytes).unwrap();
    let fee = |state: &State| match state.account(&mint) {
        Slot::Mint(mint) => mint.transfer_fee.bps,
        other => panic!("{other:?}"),
    };
    assert_eq!(fee(&state), 100);
    let mut clock = state.clock().clone();
    clock.epoch += 1;
    state.set_clock(clock);
    assert_eq!(fee(&state), 200);
}

/// But for the vectors of a run.
#[test]
fn swaps_allocate_nothing() {
    let (exchange, mut state) = Exchange::new(8, 32);
    let mut batch = Batch::new();
    for trade in exchange.swaps(10_000) {
        batch.push(&mut state, &trade).unwrap();
    }
    let mut results = Vec::new();
    state.run_into(&batch, &mut results);
    assert!(results.iter().all(Result::is_ok));
    let allocated = allocation_counter::measure(|| state.run_into(&batch, &mut results));
    assert!(allocated.count_total <= 8, "{allocated:?}");
}
