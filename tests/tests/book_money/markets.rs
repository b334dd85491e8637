//! Making and administering markets.

use sealane_core::book::MIN_CAPACITY;
use sealane_orderbook::{
    EVERYTHING, MarketAction,
    errors::OrderbookError,
    state::{FeeParams, pause},
};
use sealane_testkit::{
    MintSpec,
    book::{
        market::{PARAMS, TestMarket},
        world::BookWorld,
    },
    extension::Extension,
};

use crate::{accrue, market, refused_by};

#[test]
fn a_market_is_what_its_creator_said() {
    let (world, market) = market(2);
    let account = world.market(&market);
    assert_eq!(account.creator, market.creator);
    assert_eq!(account.authority, market.creator);
    assert_eq!(account.base_mint, market.base.address);
    assert_eq!(account.quote_mint, market.quote.address);
    assert_eq!((account.base_lot, account.tick), (1_000, 1));
    assert_eq!((account.base_decimals, account.quote_decimals), (9, 6));
    assert_eq!(account.maker_fee_pips, -500);
    assert_eq!(account.vault_shard_count, 2);
    assert_eq!(account.reserved, [0; 63]);
    for index in 0..2 {
        let shard = world.vault_shard(&market, index);
        assert_eq!(usize::from(shard.index), index);
        assert_eq!(shard.market, market.address);
        assert_eq!(shard.base_vault, market.vaults[index].base);
        assert_eq!(shard.quote_vault, market.vaults[index].quote);
        assert_eq!(world.held(&market, index), (0, 0));
    }
}

#[test]
fn the_authority_administers_within_bounds() {
    let (mut world, market) = market(1);
    let authority = market.creator;
    let stranger = world.trader(&market, 10_000, 10_000);
    let fees = FeeParams {
        taker_pips: 10_000,
        maker_pips: 5_000,
        referrer_share_bps: 5_000,
        cross_reward_pips: 10_000,
    };
    let set = |fees| market.administer(authority, MarketAction::SetFees(fees));
    world.execute(&[set(fees)]);
    assert_eq!(world.market(&market).maker_fee_pips, 5_000);
    for wrong in [
        FeeParams {
            taker_pips: 10_001,
            ..fees
        },
        FeeParams {
            maker_pips: 5_001,
            ..fees
        },
        FeeParams {
            maker_pips: -10_001,
            ..fees
        },
        FeeParams {
            maker_pips: i32::MIN,
            ..fees
        },
        FeeParams {
            referrer_share_bps: 5_001,
            ..fees
        },
        FeeParams {
            cross_reward_pips: 10_001,
            ..fees
        },
    ] {
        refused_by(&mut world, &[set(wrong)], OrderbookError::InvalidFee);
    }
    let pause = |bits| market.administer(authority, MarketAction::SetPaused(bits));
    refused_by(&mut world, &[pause(16)], OrderbookError::InvalidPauseBits);
    for action in [
        MarketAction::SetFees(fees),
        MarketAction::SetPaused(0),
        MarketAction::ProposeAuthority(stranger.to_bytes()),
    ] {
        let usurp = market.administer(stranger, action);
        refused_by(&mut world, &[usurp], OrderbookError::WrongAuthority);
    }
    let accept = market.administer(stranger, MarketAction::AcceptAuthority);
    refused_by(
        &mut world,
        std::slice::from_ref(&accept),
        OrderbookError::NoPendingAuthority,
    );
    let propose = MarketAction::ProposeAuthority(stranger.to_bytes());
    world.execute(&[market.administer(authority, propose), accept]);
    assert_eq!(world.market(&market).authority, stranger);
    let payer = world.world.svm.payer();
    let former = market.add_vault_shard(1, authority, payer);
    refused_by(&mut world, &[former], OrderbookError::WrongAuthority);
    let not_next = market.add_vault_shard(2, stranger, payer);
    refused_by(&mut world, &[not_next], OrderbookError::WrongAddress);
}

#[test]
fn a_pause_stops_deposits_and_nobody_from_leaving() {
    let (mut world, market) = market(2);
    let (owner, lane) = world.funded_lane(&market, MIN_CAPACITY, 900, 900);
    accrue(&mut world, &lane, 10, 0);
    world.execute(&[market.administer(market.creator, MarketAction::SetPaused(pause::ALL))]);
    world.fund(&market, &owner, 10, 10);
    let deposit = market.deposit(0, lane, owner, 1, 1);
    refused_by(&mut world, &[deposit], OrderbookError::Paused);
    world.execute(&[
        market.sweep_fees(lane, 1, None),
        market.withdraw(0, lane, owner, EVERYTHING, EVERYTHING),
        market.close_lane(owner, lane, 1, None),
    ]);
    assert_eq!(world.balances(&market, &owner), (910, 900));
    world.execute(&[market.administer(
        market.creator,
        MarketAction::SetPaused(pause::DEPOSIT ^ pause::ALL),
    )]);
    let lane = world.open_lane(&market, owner, 0, MIN_CAPACITY, None);
    world.execute(&[market.deposit(0, lane, owner, 1, 1)]);
}

#[test]
fn dangerous_mints_are_refused_by_name() {
    let mut world = BookWorld::new();
    let creator = world.world.wallet();
    let safe = world.world.create_mint(&MintSpec::spl(6));
    for (extension, error) in [
        (Extension::TransferHook, OrderbookError::TransferHookRefused),
        (
            Extension::PermanentDelegate,
            OrderbookError::PermanentDelegateRefused,
        ),
        (
            Extension::NonTransferable,
            OrderbookError::NonTransferableRefused,
        ),
        (Extension::Pausable, OrderbookError::PausableRefused),
        (
            Extension::DefaultAccountState,
            OrderbookError::DefaultAccountStateRefused,
        ),
        (
            Extension::MintCloseAuthority,
            OrderbookError::MintCloseAuthorityRefused,
        ),
        (
            Extension::ConfidentialTransfer,
            OrderbookError::ConfidentialTransferRefused,
        ),
        (
            Extension::PermissionedBurn,
            OrderbookError::UnknownExtensionRefused,
        ),
    ] {
        let mint = world
            .world
            .create_mint(&MintSpec::token_2022(6).extension(extension));
        for (base, quote) in [(mint, safe), (safe, mint)] {
            let create = TestMarket::new(creator, 0, base, quote).create(PARAMS);
            refused_by(&mut world, &[create], error);
        }
    }
    let twice = TestMarket::new(creator, 0, safe, safe).create(PARAMS);
    refused_by(&mut world, &[twice], OrderbookError::SameMint);
    let other = world.world.create_mint(&MintSpec::spl(6));
    let market = TestMarket::new(creator, 0, safe, other);
    for wrong in [(0, 1), (1, 0)] {
        let mut params = PARAMS;
        (params.base_lot, params.tick) = wrong;
        let create = market.create(params);
        refused_by(&mut world, &[create], OrderbookError::InvalidSizes);
    }
    let mut params = PARAMS;
    params.fees.maker_pips = -1_001;
    refused_by(
        &mut world,
        &[market.create(params)],
        OrderbookError::InvalidFee,
    );
    let elsewhere = {
        let mut create = market.create(PARAMS);
        create.accounts[1].pubkey = TestMarket::new(creator, 1, safe, other).address;
        create
    };
    refused_by(&mut world, &[elsewhere], OrderbookError::WrongAddress);
}

#[test]
fn at_most_32_vault_shards() {
    let (mut world, market) = market(32);
    let payer = world.world.svm.payer();
    let another = market.add_vault_shard(32, market.creator, payer);
    refused_by(&mut world, &[another], OrderbookError::TooManyVaultShards);
}
