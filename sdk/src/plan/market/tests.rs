use anchor_lang::Discriminator as _;
use proptest::prelude::*;
use sealane_core::book::{BookSide, Expiry, Lots, NewOrder, OrderId, PostOnly, Ticks};
use sealane_orderbook::{
    MarketParams, PlaceParams,
    errors::OrderbookError,
    instruction as arguments,
    state::{FeeParams, pause},
};
use solana_instruction::AccountMeta;

use super::*;
use crate::{
    address::{self, ASSOCIATED_TOKEN_PROGRAM, TOKEN_PROGRAM},
    book::{
        Ladder, Quoted,
        fixtures::{ask, bid},
    },
    fixtures::{MarketWorld, account_bytes, market_world},
    markets::MarketError,
    plan::{Caller, PoolToken},
    tx::{MAX_TRANSACTION_SIZE, transaction_size},
};

fn writable(instruction: &Instruction) -> Vec<Pubkey> {
    let metas = instruction.accounts.iter();
    metas
        .filter(|meta| meta.is_writable)
        .map(|meta| meta.pubkey)
        .collect()
}

fn signers(instruction: &Instruction) -> Vec<Pubkey> {
    let metas = instruction.accounts.iter();
    metas
        .filter(|meta| meta.is_signer)
        .map(|meta| meta.pubkey)
        .collect()
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, MarketError>) -> OrderbookError {
    outcome.unwrap_err().orderbook_error().unwrap()
}

fn order() -> PlaceParams {
    let order = NewOrder {
        side: BookSide::Ask,
        price: Ticks(7),
        lots: Lots(9),
        client_id: 11,
        expiry: Expiry { slot: 13, time: 15 },
    };
    order_params(&order, PostOnly::Slide)
}

#[test]
fn orders_write_one_lane_and_nothing_else() {
    let [market, lane, authority] = [(); 3].map(|()| Pubkey::new_unique());
    let shown = [Pubkey::new_unique(), Pubkey::new_unique()];
    let ladder = Ladder {
        bids: Some(vec![Quoted::new(Ticks(5), Lots(3))]),
        ..Ladder::default()
    };
    let id = OrderId(6);
    let placed = [
        place_instruction(&market, &lane, &authority, &order(), &shown),
        place_many_instruction(&market, &lane, &authority, &[order(); 3], &shown),
        replace_all_instruction(&market, &lane, &authority, &ladder, &shown).unwrap(),
    ];
    let cancelled = [
        cancel_instruction(&lane, &authority, id),
        cancel_client_instruction(&lane, &authority, 4),
        cancel_up_to_instruction(&lane, &authority, BookSide::Bid, Ticks(3), 2),
        cancel_all_instruction(&lane, &authority, None),
        reduce_instruction(&lane, &authority, id, Lots(1)),
    ];
    for instruction in &placed {
        assert_eq!(
            instruction.accounts[3..],
            shown.map(|at| AccountMeta::new_readonly(at, false))
        );
        assert_eq!(instruction.accounts[0].pubkey, market);
    }
    for instruction in &cancelled {
        assert_eq!(instruction.accounts.len(), 2);
    }
    for instruction in placed.iter().chain(&cancelled) {
        assert_eq!(instruction.program_id, orderbook::ID);
        assert_eq!(writable(instruction), [lane]);
        assert_eq!(signers(instruction), [authority]);
    }
    assert_eq!(writable(&reap_instruction(&lane)), [lane]);
    assert!(signers(&reap_instruction(&lane)).is_empty());
}

#[test]
fn arguments_are_laid_out_as_the_program_reads_them() {
    let [market, lane, authority] = [(); 3].map(|()| Pubkey::new_unique());
    let place = place_instruction(&market, &lane, &authority, &order(), &[]);
    let mut expected = vec![9, 1, 2];
    expected.extend(7u32.to_le_bytes());
    for word in [9u64, 11, 13] {
        expected.extend(word.to_le_bytes());
    }
    expected.extend(15u32.to_le_bytes());
    assert_eq!(place.data, expected);
    let many = place_many_instruction(&market, &lane, &authority, &[order(); 2], &[]);
    let two = [&[10, 2, 0, 0, 0], &expected[1..], &expected[1..]].concat();
    assert_eq!(many.data, two);
    let cancel = cancel_instruction(&lane, &authority, OrderId(0x0102));
    assert_eq!(cancel.data, [11, 2, 1, 0, 0, 0, 0, 0, 0]);
    let all = |side| cancel_all_instruction(&lane, &authority, side).data;
    assert_eq!(all(Some(BookSide::Ask)), [14, 1]);
    assert_eq!(all(None), [14, 2]);
    let ladder = Ladder::empty();
    let replace = replace_all_instruction(&market, &lane, &authority, &ladder, &[]).unwrap();
    let message = ladder.encode().unwrap();
    assert_eq!(replace.data, [&[15, 32, 0, 0, 0], &message[..]].concat());
    assert_eq!(arguments::SwapTake::DISCRIMINATOR, [18]);
}

fn creation(vault_shards: u8) -> CreateMarketRequest {
    let token = || PoolToken {
        mint: Pubkey::new_unique(),
        token_program: TOKEN_PROGRAM,
    };
    CreateMarketRequest {
        creator: Pubkey::new_unique(),
        id: 3,
        base: token(),
        quote: token(),
        params: MarketParams {
            base_lot: 1_000,
            tick: 1,
            fees: FeeParams {
                taker_pips: 500,
                maker_pips: -100,
                referrer_share_bps: 1_000,
                cross_reward_pips: 100,
            },
        },
        vault_shards,
    }
}

#[test]
fn creation_fits_into_few_transactions() {
    let request = creation(32);
    let plan = create_market_instructions(&request).unwrap();
    assert_eq!(plan.vault_shards.len(), 32);
    assert_eq!(plan.transactions.concat().len(), 33);
    for transaction in &plan.transactions {
        assert!(transaction_size(transaction, &request.creator) <= MAX_TRANSACTION_SIZE);
    }
    let first = plan.vault_shards[0];
    assert_eq!(first.vault_shard, address::vault_shard(&plan.market, 0).0);
    let base = address::market_vault(&first.vault_shard, &request.base.mint).0;
    assert_eq!(first.base_vault, base);
}

#[test]
fn creation_is_refused_before_anything_is_paid() {
    let count = create_market_instructions(&creation(33)).unwrap_err();
    assert_eq!(count, MarketError::VaultShardCount { vault_shards: 33 });
    let with = |change: fn(&mut CreateMarketRequest)| {
        let mut request = creation(1);
        change(&mut request);
        refusal(create_market_instructions(&request))
    };
    assert_eq!(
        with(|request| request.quote = request.base),
        OrderbookError::SameMint
    );
    assert_eq!(
        with(|request| request.params.tick = 0),
        OrderbookError::InvalidSizes
    );
    let too_much = with(|request| request.params.fees.maker_pips = -501);
    assert_eq!(too_much, OrderbookError::InvalidFee);
}

#[test]
fn large_lanes_are_opened_in_steps() {
    let request = |capacity| OpenLaneRequest {
        market: Pubkey::new_unique(),
        owner: Pubkey::new_unique(),
        index: 2,
        capacity,
        referrer: None,
    };
    for (capacity, instructions) in [(8, 1), (104, 1), (105, 2), (210, 2), (211, 3), (512, 5)] {
        let request = request(capacity);
        let plan = open_lane_instructions(&request).unwrap();
        assert_eq!(plan.instructions.len(), instructions, "{capacity}");
        assert_eq!(plan.account_len, 8 + 224 + 96 * usize::from(capacity));
        assert_eq!(
            plan.lane,
            address::lane(&request.market, &request.owner, 2).0
        );
        assert!(transaction_size(&plan.instructions, &request.owner) <= MAX_TRANSACTION_SIZE);
    }
    for capacity in [0, 7, 513] {
        let refused = open_lane_instructions(&request(capacity));
        assert_eq!(refusal(refused), OrderbookError::InvalidCapacity);
    }
    let [owner, lane] = [(); 2].map(|()| Pubkey::new_unique());
    let refused = grow_lane_instructions(&owner, &lane, 16, 16);
    assert_eq!(refusal(refused), OrderbookError::InvalidCapacity);
}

#[test]
fn deposits_spread_over_vault_shards() {
    let mut world = market_world(&[(1, 1); 4]);
    let mut used = std::collections::BTreeSet::new();
    for _ in 0..40 {
        let (lane, owner) = world.lane(&[]);
        let plan = deposit_instructions(&world.markets, &lane, &Caller::new(owner), 5, 0).unwrap();
        used.insert(plan.quote.vault_shard);
        assert_eq!(
            (plan.quote.base_credited, plan.quote.quote_credited),
            (5, 0)
        );
        // Configuration and vault shard are only read.
        let [deposit] = &plan.instructions[..] else {
            panic!("{:?}", plan.instructions);
        };
        assert_eq!(writable(deposit).len(), 5);
        assert!(!writable(deposit).contains(&plan.quote.vault_shard));
    }
    assert_eq!(used.len(), 4);
}

/// A lane's withdrawal, by the indices of the vault shards that pay.
fn withdrawn(
    world: &MarketWorld,
    lane: &Pubkey,
    owner: Pubkey,
    base: u64,
    quote: u64,
) -> Vec<(u8, u64, u64)> {
    let caller = Caller::new(owner);
    let plan = withdraw_instructions(&world.markets, lane, &caller, base, quote).unwrap();
    let created = plan.instructions.iter();
    let created = created.filter(|each| each.program_id == ASSOCIATED_TOKEN_PROGRAM);
    assert_eq!(
        created.count(),
        usize::from(base > 0) + usize::from(quote > 0)
    );
    let index = |part: &WithdrawalPart| {
        let mut shards = world.markets.vault_shards(&world.market);
        let shard = shards.find(|shard| shard.address == part.vault_shard);
        shard.unwrap().vault_shard.index
    };
    let parts = plan.quote.parts.iter();
    parts
        .map(|part| (index(part), part.base, part.quote))
        .collect()
}

#[test]
fn withdrawals_come_from_the_fullest_vault_that_can_pay_or_from_several() {
    let mut world = market_world(&[(100, 5), (300, 50), (200, 500)]);
    let (lane, owner) = world.lane(&[]);
    assert_eq!(withdrawn(&world, &lane, owner, 90, 0), [(1, 90, 0)]);
    assert_eq!(withdrawn(&world, &lane, owner, 0, 60), [(2, 0, 60)]);
    // The fullest in base has not enough quote.
    assert_eq!(withdrawn(&world, &lane, owner, 150, 60), [(2, 150, 60)]);
    // None has so much base.
    assert_eq!(
        withdrawn(&world, &lane, owner, 550, 20),
        [(0, 50, 0), (1, 300, 0), (2, 200, 20)]
    );
    let caller = Caller::new(owner);
    let of = |base, caller| withdraw_instructions(&world.markets, &lane, caller, base, 0);
    let short = of(601, &caller).unwrap_err();
    assert_eq!(
        short,
        MarketError::VaultsTooSmall {
            held: 600,
            wanted: 601
        }
    );
    assert_eq!(
        refusal(of((1 << 50) + 1, &caller)),
        OrderbookError::InsufficientFunds
    );
    assert_eq!(refusal(of(0, &caller)), OrderbookError::ZeroAmount);
    let stranger = Caller::new(Pubkey::new_unique());
    assert_eq!(refusal(of(1, &stranger)), OrderbookError::WrongOwner);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Nothing ever has to be moved between vaults first.
    #[test]
    fn whatever_all_vaults_hold_can_be_withdrawn(
        vaults in prop::collection::vec((0u64..1_000, 0u64..1_000), 1..6),
        base_part in 0u64..=100,
        quote_part in 0u64..=100,
    ) {
        let mut world = market_world(&vaults);
        let (lane, owner) = world.lane(&[]);
        let held = |of: fn(&(u64, u64)) -> u64| vaults.iter().map(of).sum::<u64>();
        let (all_base, all_quote) = (held(|vault| vault.0), held(|vault| vault.1));
        let (base, quote) = (all_base * base_part / 100, all_quote * quote_part / 100);
        prop_assume!(base > 0 || quote > 0);
        let parts = withdrawn(&world, &lane, owner, base, quote);
        prop_assert_eq!(parts.iter().map(|part| part.1).sum::<u64>(), base);
        prop_assert_eq!(parts.iter().map(|part| part.2).sum::<u64>(), quote);
        for (index, base, quote) in parts {
            let (holds_base, holds_quote) = vaults[usize::from(index)];
            prop_assert!(base <= holds_base && quote <= holds_quote && base + quote > 0);
        }
        let caller = Caller::new(owner);
        let more = withdraw_instructions(&world.markets, &lane, &caller, all_base + 1, 0);
        prop_assert_eq!(
            more.unwrap_err(),
            MarketError::VaultsTooSmall { held: all_base, wanted: all_base + 1 }
        );
    }
}

#[test]
fn closing_cancels_withdraws_and_closes() {
    let mut world = market_world(&[(1 << 51, 1 << 51)]);
    let (lane, owner) = world.lane(&[bid(90, 3), ask(110, 4)]);
    let caller = Caller::new(owner);
    let plan = close_lane_instructions(&world.markets, &lane, &caller).unwrap();
    assert_eq!(plan.quote.orders, 2);
    // What the orders lock is withdrawn too.
    assert_eq!(
        (plan.quote.withdrawal.base, plan.quote.withdrawal.quote),
        (1 << 50, 1 << 50)
    );
    let own = plan
        .instructions
        .iter()
        .filter(|each| each.program_id == orderbook::ID);
    let firsts: Vec<u8> = own.map(|each| each.data[0]).collect();
    assert_eq!(firsts, [14, 8, 5]);
}

#[test]
fn pauses_and_missing_vault_shards_are_told() {
    let mut world = market_world(&[]);
    let (lane, owner) = world.lane(&[]);
    let caller = Caller::new(owner);
    let market = world.market;
    let deposit = |world: &MarketWorld| deposit_instructions(&world.markets, &lane, &caller, 1, 0);
    assert_eq!(
        deposit(&world).unwrap_err(),
        MarketError::NoVaultShards { market }
    );
    world.config.paused = pause::DEPOSIT;
    let bytes = account_bytes(&world.config);
    world.feed(market, orderbook::ID, &bytes);
    assert_eq!(refusal(deposit(&world)), OrderbookError::Paused);
    let unknown = Pubkey::new_unique();
    let refused = sweep_fees_instruction(&world.markets, &unknown).unwrap_err();
    assert_eq!(refused, MarketError::UnknownLane { lane: unknown });
    assert_eq!(
        refusal(sweep_fees_instruction(&world.markets, &lane)),
        OrderbookError::NothingToCollect
    );
}

#[test]
fn fees_are_collected_from_every_vault_shard_that_counts_some() {
    let mut world = market_world(&[(0, 50), (0, 5), (0, 500)]);
    let authority = Caller::new(world.config.authority);
    let none = collect_market_fees_instructions(&world.markets, &world.market, &authority);
    assert_eq!(refusal(none), OrderbookError::NothingToCollect);
    let shards: Vec<_> = world
        .markets
        .vault_shards(&world.market)
        .map(|shard| (shard.address, *shard.vault_shard))
        .collect();
    for (fees, (address, mut shard)) in [7, 9, 0].into_iter().zip(shards.clone()) {
        shard.protocol_fees = fees;
        world.feed(address, orderbook::ID, &account_bytes(&shard));
    }
    let plan = collect_market_fees_instructions(&world.markets, &world.market, &authority).unwrap();
    // The second vault holds less than its shard counts.
    assert_eq!(plan.quote.parts, [(shards[0].0, 7), (shards[1].0, 5)]);
    assert_eq!((plan.quote.quote, plan.instructions.len()), (12, 3));
    let stranger = Caller::new(Pubkey::new_unique());
    let refused = collect_market_fees_instructions(&world.markets, &world.market, &stranger);
    assert_eq!(refusal(refused), OrderbookError::WrongAuthority);
    let balanced = balance_vaults_instruction(&world.markets, &world.market, (2, 1), 0, u64::MAX);
    assert_eq!(writable(&balanced.unwrap()).len(), 4);
}
