//! `deposit`, `withdraw`, `sweep_fees`, `balance_vaults`.

use sealane_orderbook::errors::OrderbookError;
use sealane_testkit::{MintSpec, Reason, book::market::PARAMS};
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{AMOUNT, FUNDS, replaced},
};

const EVERYTHING: u64 = u64::MAX;

/// The attacker's accounts of the base and of the quote token.
fn accounts(arena: &Arena) -> [Pubkey; 2] {
    [&arena.market.base, &arena.market.quote].map(|mint| mint.account_of(&arena.attacker.wallet))
}

#[test]
fn deposits_of_nothing_or_of_too_much() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let deposit = |base, quote| market.deposit(0, attacker.lane, attacker.wallet, base, quote);
    arena.refuses_book("nothing", deposit(0, 0), OrderbookError::ZeroAmount);
    let (base, quote) = arena.world.balances(&market, &attacker.wallet);
    arena.accepts("all there is", &deposit(base, quote));
    let too_much = [(base + 1, 0), (0, quote + 1), (base + 1, quote + 1)];
    let maximal = [(EVERYTHING, 0), (0, EVERYTHING), (EVERYTHING, EVERYTHING)];
    for (base, quote) in too_much.into_iter().chain(maximal) {
        let what = format!("deposit of {base} and {quote}");
        arena.refuses_token(&what, deposit(base, quote), TokenError::InsufficientFunds);
    }
    arena.finish();
}

/// A ledger cannot be led past what 64 bits hold, whatever supply a mint has.
#[test]
fn ledgers_do_not_overflow() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    for vaults in [market.vaults[0].base, market.vaults[0].quote] {
        arena.world.world.set_balance(&vaults, 0);
    }
    let free = u64::MAX - AMOUNT;
    arena.world.edit_header(&attacker.lane, |header| {
        header.base_free = free;
        header.quote_free = free;
    });
    for (base, quote) in [(AMOUNT + 1, 0), (0, AMOUNT + 1)] {
        let attack = market.deposit(0, attacker.lane, attacker.wallet, base, quote);
        // Not by the world, whose vaults hold nowhere near as much.
        let svm = &arena.world.world.svm;
        let refused = svm.simulate(&[attack]).expect_err("more than 64 bits");
        assert_eq!(refused.reason, Reason::orderbook(OrderbookError::Overflow));
    }
}

#[test]
fn money_comes_from_the_signers_accounts_of_the_markets_mints() {
    let mut arena = Arena::new();
    let (market, attacker, victim) = (arena.market.clone(), arena.attacker, arena.victim);
    let [base, quote] = accounts(&arena);
    let foreign = arena.foreign.account_of(&attacker.wallet);
    let deposit = market.deposit(0, attacker.lane, attacker.wallet, AMOUNT, AMOUNT);
    let withdraw = market.withdraw(0, attacker.lane, attacker.wallet, AMOUNT, AMOUNT);
    for (name, valid) in [("deposit", &deposit), ("withdraw", &withdraw)] {
        for own in [base, quote] {
            let attack = replaced(valid.clone(), &[(own, foreign)]);
            let what = format!("{name}: a foreign account");
            arena.refuses_token(&what, attack, TokenError::MintMismatch);
            let counterfeit = arena.counterfeit(&own);
            let attack = replaced(valid.clone(), &[(own, counterfeit)]);
            let error = InstructionError::ExternalAccountDataModified;
            let what = format!("{name}: a counterfeit account");
            arena.refuses_builtin(&what, attack, error);
            let a_mint = replaced(valid.clone(), &[(own, arena.foreign.address)]);
            let what = format!("{name}: a mint");
            let error = InstructionError::InvalidAccountData;
            arena.refuses_builtin(&what, a_mint, error);
        }
        let swapped = replaced(valid.clone(), &[(base, quote), (quote, base)]);
        let what = format!("{name}: swapped accounts");
        arena.refuses_token(&what, swapped, TokenError::MintMismatch);
    }
    for mint in [&market.base, &market.quote] {
        let theft = [(
            mint.account_of(&attacker.wallet),
            mint.account_of(&victim.wallet),
        )];
        let attack = replaced(deposit.clone(), &theft);
        arena.refuses_token("the victim pays", attack, TokenError::OwnerMismatch);
    }
    arena.finish();
}

#[test]
fn withdrawals_of_nothing_or_of_what_is_not_free() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let header = arena.world.header(&attacker.lane);
    assert!(header.base_locked > 0 && header.quote_locked > 0);
    let withdraw = |base, quote| market.withdraw(0, attacker.lane, attacker.wallet, base, quote);
    arena.refuses_book("nothing", withdraw(0, 0), OrderbookError::ZeroAmount);
    arena
        .world
        .execute(&[market.balance_vaults(1, 0, EVERYTHING, EVERYTHING)]);
    let free = (header.base_free, header.quote_free);
    arena.accepts("all that is free", &withdraw(free.0, free.1));
    arena.accepts("everything", &withdraw(EVERYTHING, EVERYTHING));
    let too_much = [
        (free.0 + 1, 0),
        (0, free.1 + 1),
        (free.0 + header.base_locked, 0),
        (0, free.1 + header.quote_locked),
        (0, free.1 + header.protocol_fees),
        (EVERYTHING - 1, 0),
        (0, EVERYTHING - 1),
        (1, EVERYTHING - 1),
    ];
    for (base, quote) in too_much {
        let what = format!("withdraw {base} and {quote}");
        arena.refuses_book(
            &what,
            withdraw(base, quote),
            OrderbookError::InsufficientFunds,
        );
    }
    arena.finish();
}

#[test]
fn a_vault_pays_no_more_than_it_holds() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let (base, quote) = arena.world.held(&market, 2);
    assert_eq!((base, quote), (0, 0));
    let withdraw = |base, quote| market.withdraw(2, attacker.lane, attacker.wallet, base, quote);
    let short = OrderbookError::InsufficientVault;
    for (base, quote) in [(1, 0), (0, 1), (EVERYTHING, 0), (AMOUNT, AMOUNT)] {
        let what = format!("{base} and {quote} of an empty vault");
        arena.refuses_book(&what, withdraw(base, quote), short);
    }
    let (base, quote) = arena.world.held(&market, 0);
    for (base, quote) in [(base + 1, 0), (0, quote + 1), (EVERYTHING - 1, 0)] {
        let attack = market.balance_vaults(0, 1, base, quote);
        arena.refuses_book(&format!("balance {base} and {quote}"), attack, short);
    }
    arena.finish();
}

/// All that a lane owns is paid once.
#[test]
fn a_withdrawal_is_not_paid_again() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let header = arena.world.header(&attacker.lane);
    let again = market.withdraw(0, attacker.lane, attacker.wallet, header.base_free, 0);
    arena
        .world
        .execute(&[market.balance_vaults(1, 0, EVERYTHING, EVERYTHING)]);
    arena.refuses_all(
        "withdraw twice",
        &[again.clone(), again.clone()],
        Reason::orderbook(OrderbookError::InsufficientFunds),
    );
    arena.world.execute(std::slice::from_ref(&again));
    arena.refuses_book("withdraw again", again, OrderbookError::InsufficientFunds);
    arena.finish();
}

#[test]
fn fees_are_swept_once_and_to_whom_they_belong() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let sweep = |referrer| market.sweep_fees(attacker.lane, 0, referrer);
    let forged = [
        None,
        Some(arena.idle),
        Some(arena.victim.lane),
        Some(arena.referrer.elsewhere),
        Some(arena.counterfeit(&arena.referrer.lane.clone())),
        Some(market.vaults[1].address),
    ];
    for referrer in forged {
        let what = format!("sweep_fees to {referrer:?}");
        arena.refuses_book(&what, sweep(referrer), OrderbookError::WrongReferrer);
    }
    let own = sweep(Some(attacker.lane));
    arena.refuses("sweep_fees to itself", own, Reason::DUPLICATE_ACCOUNT);
    let valid = sweep(Some(arena.referrer.lane));
    arena.world.execute(std::slice::from_ref(&valid));
    arena.refuses_book("again", valid, OrderbookError::NothingToCollect);
    let none = market.sweep_fees(arena.victim.lane, 0, None);
    arena.refuses_book("none", none, OrderbookError::NothingToCollect);
    arena.finish();
}

/// What a token program would keep of a transfer between vaults is the traders'.
#[test]
fn vaults_of_a_mint_with_a_fee_are_not_balanced() {
    let mut arena = Arena::new();
    let fee = MintSpec::with_transfer_fee(6, 100, u64::MAX);
    let market = arena
        .world
        .create_market((&fee, &MintSpec::spl(6)), PARAMS, 2);
    let (_, lane) = arena.world.funded_lane(&market, 8, FUNDS, FUNDS);
    assert!(arena.world.header(&lane).base_free < FUNDS);
    arena.accepts("quote", &market.balance_vaults(0, 1, 0, AMOUNT));
    for (base, quote) in [(1, 0), (AMOUNT, AMOUNT), (EVERYTHING, 0)] {
        let attack = market.balance_vaults(0, 1, base, quote);
        let error = OrderbookError::BalanceWithTransferFee;
        arena.refuses_book(&format!("{base} and {quote}"), attack, error);
    }
    arena.finish();
}

#[test]
fn one_vault_shard_is_not_balanced_with_itself() {
    let mut arena = Arena::new();
    let market = arena.market.clone();
    let attacks: [Instruction; 2] = [
        market.balance_vaults(0, 0, AMOUNT, AMOUNT),
        market.balance_vaults(1, 1, EVERYTHING, 0),
    ];
    for attack in attacks {
        arena.refuses("with itself", attack, Reason::DUPLICATE_ACCOUNT);
    }
    arena.finish();
}
