//! Money in and out of lanes: markets, vault shards, deposits, withdrawals, fees, closing.
//!
//! The world checks after every instruction that the vaults hold what the lanes and the authority
//! own.

use anchor_lang::Discriminator;
use bytemuck::AnyBitPattern;
use sealane_core::book::{LaneHeader, MAX_CAPACITY, MIN_CAPACITY, lane_len};
use sealane_orderbook::{
    EVERYTHING, MarketAction,
    errors::OrderbookError,
    events::{Deposited, FeesSwept, LaneClosed, LaneOpened, Withdrawn},
    state::{FeeParams, pause},
};
use sealane_testkit::{
    Executed, MintSpec, Reason, Snapshot,
    book::{
        market::{PARAMS, TestMarket},
        world::{self, BookWorld},
    },
    extension::Extension,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

const MAX_OPENING_CAPACITY: u16 = 104;

fn spl() -> (MintSpec, MintSpec) {
    (MintSpec::spl(9), MintSpec::spl(6))
}

/// A market of SPL tokens with vault shards.
fn market(vault_shards: u8) -> (BookWorld, TestMarket) {
    let mut world = BookWorld::new();
    let (base, quote) = spl();
    let market = world.create_market((&base, &quote), PARAMS, vault_shards);
    (world, market)
}

/// Fails unless an instruction list is refused for a reason, and changes nothing.
#[track_caller]
fn refused(world: &mut BookWorld, instructions: &[Instruction], reason: &Reason) {
    let before = Snapshot::of(&world.world.svm, instructions);
    let refused = world
        .try_execute(instructions)
        .expect_err("was not refused");
    assert_eq!(refused.reason, *reason, "{}", refused.logs.join("\n"));
    before.assert_unchanged(&world.world.svm, "refused");
}

#[track_caller]
fn refused_by(world: &mut BookWorld, instructions: &[Instruction], error: OrderbookError) {
    refused(world, instructions, &Reason::orderbook(error));
}

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

#[test]
fn a_lane_opens_grows_and_closes() {
    let (mut world, market) = market(1);
    let owner = world.trader(&market, 10_000, 10_000);
    let lamports = world.lamports(&owner);
    for capacity in [0, MIN_CAPACITY - 1, MAX_OPENING_CAPACITY + 1, u16::MAX] {
        let open = market.open_lane(owner, 0, capacity, None);
        refused_by(&mut world, &[open], OrderbookError::InvalidCapacity);
    }
    let opened = world.execute(&[market.open_lane(owner, 0, MIN_CAPACITY, None)]);
    let event: LaneOpened = only_event(&opened);
    let lane = market.lane(&owner, 0);
    assert_eq!((event.lane, event.owner), (lane, owner));
    world.watch(&market, lane);
    let header = world.header(&lane);
    assert_eq!(header.market.to_bytes(), market.address.to_bytes());
    assert_eq!(header.owner.to_bytes(), owner.to_bytes());
    assert_eq!((header.base_lot, header.tick), (1_000, 1));
    assert_eq!((header.capacity, header.index), (MIN_CAPACITY, 0));

    world.execute(&[market.deposit(0, lane, owner, 500, 500)]);
    let mut capacity = MIN_CAPACITY;
    for grown in [9, 115, 221, 327, 433, MAX_CAPACITY] {
        world.execute(&[market.grow_lane(owner, lane, grown)]);
        capacity = grown;
        let account = world.world.svm.account(&lane).unwrap();
        assert_eq!(account.data.len(), 8 + lane_len(capacity));
        assert!(account.lamports >= world.world.svm.rent(account.data.len()));
        assert_eq!(world.header(&lane).capacity, capacity);
        assert_eq!(balances(&world.header(&lane)), (500, 0, 500, 0));
    }
    for wrong in [0, MIN_CAPACITY, capacity, capacity + 1, u16::MAX] {
        let grow = market.grow_lane(owner, lane, wrong);
        refused_by(&mut world, &[grow], OrderbookError::InvalidCapacity);
    }
    let stranger = world.trader(&market, 10_000, 10_000);
    let close = market.close_lane(stranger, lane, 0, None);
    refused_by(&mut world, &[close], OrderbookError::WrongOwner);
    let close = market.close_lane(owner, lane, 0, None);
    refused_by(
        &mut world,
        std::slice::from_ref(&close),
        OrderbookError::LaneNotEmpty,
    );

    // The rent comes back, and the address can be used again.
    world.execute(&[market.withdraw(0, lane, owner, EVERYTHING, EVERYTHING)]);
    let closed = world.execute(&[close]);
    let event: LaneClosed = only_event(&closed);
    assert_eq!((event.lane, event.market), (lane, market.address));
    assert_eq!(world.lane(&lane), None);
    assert_eq!(world.lamports(&owner), lamports);
    world.open_lane(&market, owner, 0, MAX_OPENING_CAPACITY, None);
    assert_eq!(balances(&world.header(&lane)), (0, 0, 0, 0));
}

#[test]
fn growing_by_too_much_at_once_is_refused() {
    let (mut world, market) = market(1);
    let (owner, lane) = world.funded_lane(&market, MIN_CAPACITY, 0, 0);
    let grow = market.grow_lane(owner, lane, MIN_CAPACITY + 107);
    refused_by(&mut world, &[grow], OrderbookError::InvalidCapacity);
    let other = world.trader(&market, 10_000, 10_000);
    let grow = market.grow_lane(other, lane, 16);
    refused_by(&mut world, &[grow], OrderbookError::WrongOwner);
    // Twice in one transaction: what the first left is what the second finds.
    world.execute(&[
        market.grow_lane(owner, lane, MIN_CAPACITY + 1),
        market.grow_lane(owner, lane, MIN_CAPACITY + 60),
    ]);
    assert_eq!(world.header(&lane).capacity, MIN_CAPACITY + 60);
}

#[test]
fn a_referrer_is_another_owners_lane_of_the_market() {
    let (mut world, market) = market(1);
    let (referring, referrer) = world.funded_lane(&market, MIN_CAPACITY, 0, 0);
    let owner = world.trader(&market, 10_000, 10_000);
    let lane = world.open_lane(&market, owner, 0, MIN_CAPACITY, Some(referrer));
    assert_eq!(world.header(&lane).referrer.to_bytes(), referrer.to_bytes());
    let own = market.open_lane(referring, 1, MIN_CAPACITY, Some(referrer));
    refused_by(&mut world, &[own], OrderbookError::WrongReferrer);
    let (base, quote) = spl();
    let other = world.create_market((&base, &quote), PARAMS, 1);
    let foreign = other.open_lane(owner, 0, MIN_CAPACITY, Some(referrer));
    refused_by(&mut world, &[foreign], OrderbookError::WrongReferrer);
    let no_lane = market.open_lane(owner, 1, MIN_CAPACITY, Some(market.address));
    refused_by(&mut world, &[no_lane], OrderbookError::MalformedLane);
}

#[test]
fn fees_go_where_they_belong() {
    let (mut world, market) = market(2);
    let (referring, referrer) = world.funded_lane(&market, MIN_CAPACITY, 0, 0);
    let owner = world.trader(&market, 0, 1_000);
    let lane = world.open_lane(&market, owner, 0, MIN_CAPACITY, Some(referrer));
    world.execute(&[market.deposit(0, lane, owner, 0, 1_000)]);
    let nothing = market.sweep_fees(lane, 0, Some(referrer));
    refused_by(&mut world, &[nothing], OrderbookError::NothingToCollect);

    accrue(&mut world, &lane, 300, 70);
    let unnamed = market.sweep_fees(lane, 0, None);
    refused_by(&mut world, &[unnamed], OrderbookError::WrongReferrer);
    let wrong = market.sweep_fees(lane, 0, Some(owner));
    refused_by(&mut world, &[wrong], OrderbookError::WrongReferrer);
    let swept = world.execute(&[market.sweep_fees(lane, 1, Some(referrer))]);
    let event: FeesSwept = only_event(&swept);
    assert_eq!((event.protocol_fees, event.referrer_fees), (300, 70));
    assert_eq!(world.vault_shard(&market, 1).protocol_fees, 300);
    assert_eq!(balances(&world.header(&referrer)), (0, 0, 70, 0));
    assert_eq!(balances(&world.header(&lane)), (0, 0, 630, 0));

    // The referrer's lane is closed: its part is the protocol's.
    accrue(&mut world, &lane, 5, 30);
    let market_of_referrer = market.withdraw(0, referrer, referring, 0, EVERYTHING);
    world.execute(&[
        market_of_referrer,
        market.close_lane(referring, referrer, 0, None),
    ]);
    world.execute(&[market.withdraw(0, lane, owner, 0, EVERYTHING)]);
    let silent = market.close_lane(owner, lane, 0, None);
    refused_by(&mut world, &[silent], OrderbookError::WrongReferrer);
    let closed = world.execute(&[market.close_lane(owner, lane, 0, Some(referrer))]);
    let event: FeesSwept = only_event(&closed);
    assert_eq!((event.protocol_fees, event.referrer_fees), (35, 0));
    assert_eq!(world.vault_shard(&market, 0).protocol_fees, 35);

    // All is fees now. The second vault shard's vault has nothing to pay them with, yet.
    assert_eq!(world.held(&market, 0), (0, 335));
    let collect = |vault| market.collect_protocol_fees(vault, market.creator);
    world.fund(&market, &market.creator, 0, 0);
    refused_by(&mut world, &[collect(1)], OrderbookError::NothingToCollect);
    world.execute(&[collect(0)]);
    world.execute(&[market.balance_vaults(0, 1, 0, EVERYTHING), collect(1)]);
    assert_eq!(world.balances(&market, &market.creator), (0, 335));
    refused_by(&mut world, &[collect(0)], OrderbookError::NothingToCollect);
    let thief = market.collect_protocol_fees(0, owner);
    refused_by(&mut world, &[thief], OrderbookError::WrongAuthority);
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

/// The one event of its kind.
fn only_event<T: Discriminator + AnyBitPattern>(executed: &Executed) -> T {
    let mut events = world::events(executed);
    assert_eq!(events.len(), 1);
    events.remove(0)
}

/// Free and locked base, free and locked quote.
fn balances(header: &LaneHeader) -> (u64, u64, u64, u64) {
    (
        header.base_free,
        header.base_locked,
        header.quote_free,
        header.quote_locked,
    )
}

/// Turns some of a lane's free quote into fees, as takes do.
fn accrue(world: &mut BookWorld, lane: &Pubkey, protocol: u64, referrer: u64) {
    world.edit_header(lane, |header| {
        header.quote_free -= protocol + referrer;
        header.protocol_fees += protocol;
        header.referrer_fees += referrer;
    });
    world.check();
}
