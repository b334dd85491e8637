//! Deposits and withdrawals.

use sealane_core::book::MIN_CAPACITY;
use sealane_orderbook::{
    EVERYTHING,
    errors::OrderbookError,
    events::{Deposited, Withdrawn},
};
use sealane_testkit::{
    MintSpec, Reason,
    book::{market::PARAMS, world::BookWorld},
};

use crate::{balances, market, only_event, refused, refused_by, spl};

#[test]
fn what_goes_in_comes_out() {
    let (mut world, market) = market(2);
    let owner = world.trader(&market, 5_000, 7_000);
    let lane = world.open_lane(&market, owner, 3, MIN_CAPACITY, None);
    let deposit = |vault, base, quote| market.deposit(vault, lane, owner, base, quote);

    let executed = world.execute(&[deposit(0, 3_000, 0)]);
    let event: Deposited = only_event(&executed);
    assert_eq!((event.base, event.quote), (3_000, 0));
    assert_eq!((event.base_free, event.quote_free), (3_000, 0));
    world.execute(&[deposit(1, 2_000, 7_000)]);
    assert_eq!(balances(&world.header(&lane)), (5_000, 0, 7_000, 0));
    assert_eq!(world.held(&market, 0), (3_000, 0));
    assert_eq!(world.held(&market, 1), (2_000, 7_000));
    assert_eq!(world.balances(&market, &owner), (0, 0));

    let executed = world.execute(&[market.withdraw(0, lane, owner, 1_000, 0)]);
    let event: Withdrawn = only_event(&executed);
    assert_eq!((event.base, event.base_free), (1_000, 4_000));
    assert_eq!(world.balances(&market, &owner), (1_000, 0));

    // More than is free, and more than the vault shard holds.
    let too_much = market.withdraw(0, lane, owner, 4_001, 0);
    refused_by(&mut world, &[too_much], OrderbookError::InsufficientFunds);
    let too_much = market.withdraw(0, lane, owner, EVERYTHING, 0);
    refused_by(&mut world, &[too_much], OrderbookError::InsufficientVault);

    // Whatever lies where, this works.
    world.execute(&[
        market.balance_vaults(0, 1, EVERYTHING, EVERYTHING),
        market.withdraw(1, lane, owner, EVERYTHING, EVERYTHING),
    ]);
    assert_eq!(world.balances(&market, &owner), (5_000, 7_000));
    assert_eq!(balances(&world.header(&lane)), (0, 0, 0, 0));
    assert_eq!(world.held(&market, 0), (0, 0));
    assert_eq!(world.held(&market, 1), (0, 0));
}

#[test]
fn a_transfer_fee_is_the_depositors() {
    let mut world = BookWorld::new();
    // 1%, at most 50 units.
    let base = MintSpec::with_transfer_fee(6, 100, 50);
    let quote = MintSpec::token_2022(6);
    let market = world.create_market((&base, &quote), PARAMS, 2);
    let owner = world.trader(&market, 20_000, 1_000);
    let lane = world.open_lane(&market, owner, 0, MIN_CAPACITY, None);

    world.execute(&[market.deposit(0, lane, owner, 1_001, 1_000)]);
    // 10.01 is rounded up.
    assert_eq!(balances(&world.header(&lane)), (990, 0, 1_000, 0));
    assert_eq!(world.held(&market, 0), (990, 1_000));
    world.execute(&[market.deposit(0, lane, owner, 10_000, 0)]);
    assert_eq!(balances(&world.header(&lane)), (10_940, 0, 1_000, 0));
    let nothing_arrives = market.deposit(0, lane, owner, 1, 0);
    refused_by(
        &mut world,
        &[nothing_arrives],
        OrderbookError::TransferFeeTooHigh,
    );

    // The ledger is debited by what leaves the vault.
    world.execute(&[market.withdraw(0, lane, owner, 940, 0)]);
    assert_eq!(balances(&world.header(&lane)), (10_000, 0, 1_000, 0));
    assert_eq!(world.balances(&market, &owner), (8_999 + 930, 0));

    // What the token program would keep is the traders'.
    let moved = market.balance_vaults(0, 1, 1, 0);
    refused_by(&mut world, &[moved], OrderbookError::BalanceWithTransferFee);
    world.execute(&[market.balance_vaults(0, 1, 0, 400)]);
    world.execute(&[
        market.withdraw(0, lane, owner, EVERYTHING, 600),
        market.withdraw(1, lane, owner, 0, EVERYTHING),
    ]);
    assert_eq!(world.balances(&market, &owner), (9_929 + 9_950, 1_000));
    world.execute(&[market.close_lane(owner, lane, 0, None)]);
}

#[test]
fn anybody_may_deposit_but_only_the_owner_withdraws() {
    let (mut world, market) = market(1);
    let (owner, lane) = world.funded_lane(&market, MIN_CAPACITY, 100, 0);
    let stranger = world.trader(&market, 40, 0);
    let deposit = market.deposit(0, lane, stranger, 40, 0);
    let executed = world.execute(&[deposit]);
    let event: Deposited = only_event(&executed);
    assert_eq!(event.payer, stranger);
    assert_eq!(event.base_free, 140);

    let withdraw = market.withdraw(0, lane, stranger, 1, 0);
    refused_by(
        &mut world,
        std::slice::from_ref(&withdraw),
        OrderbookError::WrongOwner,
    );
    world.execute(&[market.set_delegate(owner, lane, stranger)]);
    assert_eq!(world.header(&lane).delegate.to_bytes(), stranger.to_bytes());
    refused_by(&mut world, &[withdraw], OrderbookError::WrongOwner);
    let usurp = market.set_delegate(stranger, lane, owner);
    refused_by(&mut world, &[usurp], OrderbookError::WrongOwner);

    // The owner may name any account of the mint.
    let mut gift = market.withdraw(0, lane, owner, 140, 0);
    gift.accounts[4].pubkey = market.base.account_of(&stranger);
    world.execute(&[gift]);
    assert_eq!(world.balances(&market, &stranger), (140, 0));
}

#[test]
fn foreign_accounts_are_refused() {
    let (mut world, market) = market(2);
    let (owner, lane) = world.funded_lane(&market, MIN_CAPACITY, 1_000, 1_000);
    let (base, quote) = spl();
    let other = world.create_market((&base, &quote), PARAMS, 1);
    world.fund(&other, &owner, 1_000, 1_000);
    let foreign = world.open_lane(&other, owner, 0, MIN_CAPACITY, None);
    let deposit = market.deposit(0, lane, owner, 1, 1);
    let withdraw = market.withdraw(0, lane, owner, 1, 1);
    let vaults = other.vaults[0];
    for instruction in [deposit, withdraw] {
        for (account, address, error) in [
            (0, other.address, OrderbookError::WrongMarket),
            (1, vaults.address, OrderbookError::WrongMarket),
            (2, foreign, OrderbookError::WrongMarket),
            (6, market.vaults[1].base, OrderbookError::WrongVault),
            (6, vaults.base, OrderbookError::WrongVault),
            (7, vaults.quote, OrderbookError::WrongVault),
            (8, other.base.address, OrderbookError::WrongMint),
            (9, other.quote.address, OrderbookError::WrongMint),
            (
                10,
                spl_token_2022_interface::ID,
                OrderbookError::WrongTokenProgram,
            ),
            (
                11,
                solana_system_interface::program::ID,
                OrderbookError::WrongTokenProgram,
            ),
        ] {
            let mut wrong = instruction.clone();
            wrong.accounts[account].pubkey = address;
            refused_by(&mut world, &[wrong], error);
        }
        let mut unsigned = instruction.clone();
        unsigned.accounts[3].is_signer = false;
        assert!(world.try_execute(&[unsigned]).is_err());
    }
    let from_elsewhere = {
        let mut instruction = market.balance_vaults(0, 1, 1, 1);
        instruction.accounts[1].pubkey = vaults.address;
        instruction.accounts[3].pubkey = vaults.base;
        instruction.accounts[4].pubkey = vaults.quote;
        instruction
    };
    refused_by(&mut world, &[from_elsewhere], OrderbookError::WrongMarket);
    let to_itself = market.balance_vaults(0, 0, 1, 1);
    refused(&mut world, &[to_itself], &Reason::DUPLICATE_ACCOUNT);
}
