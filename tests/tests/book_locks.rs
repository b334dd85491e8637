//! A market has no account that everybody writes: told by the account lists of compiled
//! transactions, which is what the runtime schedules by. The transactions are the SDK's, and each is
//! executed to show that it is a real one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sealane_sdk::{
    book::{Ladder, Quoted},
    engine_core::book::{BookSide, Lots, OrderId, SelfTrade, Ticks},
    markets::Markets,
    orderbook::PlaceParams,
    plan::{
        Caller, cancel_all_instruction, cancel_client_instruction, cancel_instruction,
        cancel_up_to_instruction, cross_instructions, deposit_instructions, place_instruction,
        place_many_instruction, reap_instruction, reduce_instruction, replace_all_instruction,
        swap_take_instruction, take_instruction, withdraw_instructions,
    },
    pools::AccountUpdate,
    quote::{SwapTakeRequest, TakeRequest, quote_swap_take_from, quote_take_from},
};
use sealane_testkit::{
    MintSpec,
    book::{
        market::{PARAMS, TestMarket},
        world::BookWorld,
    },
};
use solana_instruction::Instruction;
use solana_message::Message;
use solana_pubkey::Pubkey;

const FUNDS: u64 = 1_000_000_000;
const LOTS: u64 = 100;
const CLIENT: u64 = 9;
const CLOCK: Pubkey = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");

/// What the instructions of a transaction lock for writing, its payer included.
fn writable(instructions: &[Instruction], payer: &Pubkey) -> BTreeSet<Pubkey> {
    let message = Message::new(instructions, Some(payer));
    let reserved = None::<&HashSet<Pubkey>>;
    let is_writable = |index| message.is_maybe_writable_with_reserved_addresses(index, reserved);
    let keys = message.account_keys.iter().enumerate();
    keys.filter(|(index, _)| is_writable(*index))
        .map(|(_, key)| *key)
        .collect()
}

fn named(instructions: &[Instruction], payer: &Pubkey) -> BTreeSet<Pubkey> {
    Message::new(instructions, Some(payer))
        .account_keys
        .into_iter()
        .collect()
}

/// A trader and its lane.
#[derive(Clone, Copy)]
struct Trader {
    wallet: Pubkey,
    lane: Pubkey,
}

/// A market with two vault shards, two makers who ask 100 and bid 90, and two traders with orders
/// at 80 and 110.
struct Setting {
    world: BookWorld,
    market: TestMarket,
    makers: [Trader; 2],
    traders: [Trader; 2],
}

impl Setting {
    fn new() -> Self {
        let mut world = BookWorld::new();
        let specs = (&MintSpec::spl(9), &MintSpec::spl(6));
        let market = world.create_market(specs, PARAMS, 2);
        let mut trader = |prices: (u32, u32)| {
            let (wallet, lane) = world.funded_lane(&market, 16, FUNDS, FUNDS);
            world.fund(&market, &wallet, FUNDS, FUNDS);
            let orders = [(BookSide::Bid, prices.0), (BookSide::Ask, prices.1)];
            let orders = orders.map(|(side, price)| order(side, price, 10 * LOTS));
            let place = place_many_instruction(&market.address, &lane, &wallet, &orders, &[]);
            world.execute(&[place]);
            Trader { wallet, lane }
        };
        let makers = [trader((90, 100)), trader((90, 100))];
        let traders = [trader((80, 110)), trader((80, 110))];
        world.execute(&[market.balance_vaults(0, 1, FUNDS, FUNDS)]);
        Self {
            world,
            market,
            makers,
            traders,
        }
    }

    /// What a client knows of the market.
    fn markets(&self) -> Markets {
        let svm = &self.world.world.svm;
        let mut markets = Markets::new();
        let mut addresses = vec![self.market.address];
        addresses.extend(self.market.vaults.iter().map(|vaults| vaults.address));
        for vaults in &self.market.vaults {
            addresses.extend([vaults.base, vaults.quote]);
        }
        addresses.extend([self.market.base.address, self.market.quote.address, CLOCK]);
        addresses.extend(self.makers.iter().chain(&self.traders).map(|one| one.lane));
        for address in addresses {
            let account = svm.account(&address).expect("an account");
            let update = AccountUpdate {
                address,
                owner: account.owner,
                slot: svm.clock().slot,
                data: &account.data,
            };
            markets.apply(update).expect("an account of the market");
        }
        markets
    }

    /// Shows that instructions work, without keeping what they do.
    fn works(&self, what: &str, instructions: &[Instruction]) {
        if let Err(refused) = self.world.clone().try_execute(instructions) {
            panic!("{what}: {}\n{}", refused.reason, refused.logs.join("\n"));
        }
    }

    /// Everything that a maker does with its own lane, by name.
    fn quoting(&self, trader: &Trader) -> BTreeMap<&'static str, Vec<Instruction>> {
        let (market, Trader { wallet, lane }) = (self.market.address, trader);
        let bid = self.world.lane(lane).expect("a lane").bids[0].id;
        let level = |price| Quoted::new(Ticks(price), Lots(LOTS));
        let ladder = Ladder {
            bids: Some(vec![level(89), level(88)]),
            asks: Some(vec![level(101), level(102)]),
            ..Ladder::default()
        };
        let one = order(BookSide::Bid, 81, LOTS);
        let orders = [one, order(BookSide::Ask, 109, LOTS)];
        let replace = replace_all_instruction(&market, lane, wallet, &ladder, &[]);
        let up_to = cancel_up_to_instruction(lane, wallet, BookSide::Bid, Ticks(1), 8);
        BTreeMap::from([
            (
                "place",
                vec![place_instruction(&market, lane, wallet, &one, &[])],
            ),
            (
                "place_many",
                vec![place_many_instruction(&market, lane, wallet, &orders, &[])],
            ),
            ("replace_all", vec![replace.expect("a ladder")]),
            ("cancel", vec![cancel_instruction(lane, wallet, bid)]),
            (
                "cancel_client",
                vec![cancel_client_instruction(lane, wallet, CLIENT)],
            ),
            ("cancel_up_to", vec![up_to]),
            (
                "cancel_all",
                vec![cancel_all_instruction(lane, wallet, None)],
            ),
            (
                "reduce",
                vec![reduce_instruction(lane, wallet, bid, Lots(1))],
            ),
            ("reap", vec![reap_instruction(lane)]),
            (
                "cancel and place",
                vec![
                    cancel_instruction(lane, wallet, bid),
                    place_instruction(&market, lane, wallet, &one, &[]),
                ],
            ),
        ])
    }

    /// A take by a trader's lane from one maker.
    fn take(&self, trader: &Trader, maker: &Trader, side: BookSide) -> Vec<Instruction> {
        let limit = if side == BookSide::Bid { 100 } else { 90 };
        let request = TakeRequest::new(trader.lane, side, Ticks(limit), Lots(LOTS));
        let lanes = [maker.lane];
        let quote = quote_take_from(&self.markets(), &request, &lanes).expect("a quote");
        assert_eq!(quote.outcome.lots, Lots(LOTS));
        let caller = Caller::new(trader.wallet);
        let market = &self.market.address;
        vec![take_instruction(
            market,
            &request,
            &lanes,
            u16::MAX,
            &caller,
        )]
    }

    /// A take by a trader's wallet from one maker, over a vault shard.
    fn swap(&self, trader: &Trader, maker: &Trader, vault: usize) -> Vec<Instruction> {
        let request = SwapTakeRequest {
            market: self.market.address,
            trader: trader.wallet,
            side: BookSide::Bid,
            limit: Ticks(100),
            lots: Some(Lots(LOTS)),
            maximum_sent: None,
            slippage_tolerance_bps: 0,
            whole: true,
            self_trade: SelfTrade::Decrement,
            referrer: None,
        };
        let markets = self.markets();
        let mut quote = quote_swap_take_from(&markets, &request, &[maker.lane]).expect("a quote");
        quote.vault_shard = self.market.vaults[vault].address;
        let caller = Caller::new(trader.wallet).without_account_creation();
        vec![swap_take_instruction(&markets, &quote, &caller).expect("an instruction")]
    }
}

fn order(side: BookSide, price: u32, lots: u64) -> PlaceParams {
    PlaceParams {
        side: side as u8,
        post_only: 0,
        price,
        lots,
        client_id: CLIENT,
        expires_slot: 0,
        expires_at: 0,
    }
}

fn shared<'a>(one: &'a BTreeSet<Pubkey>, other: &'a BTreeSet<Pubkey>) -> Vec<&'a Pubkey> {
    one.intersection(other).collect()
}

#[test]
fn quoting_writes_the_own_lane_and_nothing_else() {
    let setting = Setting::new();
    let [trader, _] = &setting.traders;
    for (name, instructions) in setting.quoting(trader) {
        setting.works(name, &instructions);
        let written = writable(&instructions, &trader.wallet);
        assert_eq!(
            written,
            BTreeSet::from([trader.wallet, trader.lane]),
            "{name}"
        );
    }
}

#[test]
fn traders_who_quote_share_no_writable_account() {
    let setting = Setting::new();
    let [first, second] = &setting.traders;
    let (ours, theirs) = (setting.quoting(first), setting.quoting(second));
    for (name, ours) in &ours {
        for (other, theirs) in &theirs {
            let ours = writable(ours, &first.wallet);
            let theirs_named = named(theirs, &second.wallet);
            let theirs = writable(theirs, &second.wallet);
            assert_eq!(
                shared(&ours, &theirs),
                Vec::<&Pubkey>::new(),
                "{name} and {other}"
            );
            // Nor does one read what the other writes.
            let read = shared(&ours, &theirs_named);
            assert_eq!(read, Vec::<&Pubkey>::new(), "{name} and {other}");
        }
    }
}

/// Lanes that a post-only order is shown are read, not written.
#[test]
fn lanes_shown_are_not_written() {
    let setting = Setting::new();
    let [trader, _] = &setting.traders;
    let shown = setting.makers.map(|maker| maker.lane);
    let mut passive = order(BookSide::Bid, 81, LOTS);
    passive.post_only = 1;
    let market = &setting.market.address;
    let place = [place_instruction(
        market,
        &trader.lane,
        &trader.wallet,
        &passive,
        &shown,
    )];
    setting.works("post-only", &place);
    assert!(
        shown
            .iter()
            .all(|lane| named(&place, &trader.wallet).contains(lane))
    );
    let written = writable(&place, &trader.wallet);
    assert_eq!(written, BTreeSet::from([trader.wallet, trader.lane]));
}

#[test]
fn takes_from_different_makers_share_no_writable_account() {
    let setting = Setting::new();
    let ([first, second], [one, other]) = (&setting.traders, &setting.makers);
    for side in [BookSide::Bid, BookSide::Ask] {
        for their_side in [BookSide::Bid, BookSide::Ask] {
            let ours = setting.take(first, one, side);
            let theirs = setting.take(second, other, their_side);
            setting.works("both takes", &[ours.clone(), theirs.clone()].concat());
            let ours = writable(&ours, &first.wallet);
            let theirs = writable(&theirs, &second.wallet);
            assert_eq!(shared(&ours, &theirs), Vec::<&Pubkey>::new());
            let expected = BTreeSet::from([first.wallet, first.lane, one.lane]);
            assert_eq!(ours, expected, "two lanes and who pays");
        }
    }
}

/// The contrary, so that the tests above are known to see conflicts.
#[test]
fn takes_from_one_maker_share_its_lane() {
    let setting = Setting::new();
    let ([first, second], [maker, _]) = (&setting.traders, &setting.makers);
    let ours = writable(&setting.take(first, maker, BookSide::Bid), &first.wallet);
    let theirs = writable(&setting.take(second, maker, BookSide::Ask), &second.wallet);
    assert_eq!(shared(&ours, &theirs), [&maker.lane]);
    let quoting = setting.quoting(maker);
    let theirs = writable(&quoting["replace_all"], &maker.wallet);
    assert_eq!(shared(&ours, &theirs), [&maker.lane]);
}

#[test]
fn wallets_that_take_over_different_vault_shards_share_no_writable_account() {
    let setting = Setting::new();
    let ([first, second], [one, other]) = (&setting.traders, &setting.makers);
    let (ours, theirs) = (setting.swap(first, one, 0), setting.swap(second, other, 1));
    setting.works("both swaps", &[ours.clone(), theirs.clone()].concat());
    let ours = writable(&ours, &first.wallet);
    let theirs = writable(&theirs, &second.wallet);
    assert_eq!(shared(&ours, &theirs), Vec::<&Pubkey>::new());
    let market = &setting.market;
    let vaults = market.vaults[0];
    let expected = BTreeSet::from([
        first.wallet,
        one.lane,
        vaults.address,
        vaults.base,
        vaults.quote,
        market.base.account_of(&first.wallet),
        market.quote.account_of(&first.wallet),
    ]);
    assert_eq!(ours, expected);

    let same = writable(&setting.swap(second, other, 0), &second.wallet);
    let both: BTreeSet<Pubkey> = shared(&ours, &same).into_iter().copied().collect();
    let expected = BTreeSet::from([vaults.address, vaults.base, vaults.quote]);
    assert_eq!(both, expected, "one vault shard and its vaults");
}

#[test]
fn the_market_and_its_mints_are_written_by_no_trade() {
    let setting = Setting::new();
    let ([trader, _], [maker, _]) = (&setting.traders, &setting.makers);
    let (markets, caller) = (setting.markets(), Caller::new(trader.wallet));
    let mut all = setting.quoting(trader);
    all.insert("take", setting.take(trader, maker, BookSide::Bid));
    all.insert("swap_take", setting.swap(trader, maker, 1));
    let deposit = deposit_instructions(&markets, &trader.lane, &caller, 1_000, 1_000);
    all.insert("deposit", deposit.expect("a deposit").instructions);
    let withdraw = withdraw_instructions(&markets, &trader.lane, &caller, 1_000, 1_000);
    all.insert("withdraw", withdraw.expect("a withdrawal").instructions);
    let market = &setting.market;
    for (name, instructions) in all {
        setting.works(name, &instructions);
        let written = writable(&instructions, &trader.wallet);
        for account in [market.address, market.base.address, market.quote.address] {
            assert!(!written.contains(&account), "{name} writes {account}");
        }
    }
}

/// Who crosses two lanes writes these and its own, and no vault.
#[test]
fn crossing_writes_three_lanes() {
    let mut setting = Setting::new();
    let ([caller, bidder], [maker, _]) = (setting.traders, setting.makers);
    let bid = order(BookSide::Bid, 105, LOTS);
    let market = setting.market.address;
    let cancel = cancel_all_instruction(&bidder.lane, &bidder.wallet, None);
    let place = place_instruction(&market, &bidder.lane, &bidder.wallet, &bid, &[]);
    setting.world.execute(&[cancel, place]);
    let lanes = (&bidder.lane, &maker.lane);
    let who = Caller::new(caller.wallet);
    let cross = cross_instructions(&setting.markets(), &caller.lane, lanes, 8, &who);
    let cross = cross.expect("crossed lanes").instructions;
    setting.works("cross", &cross);
    let expected = BTreeSet::from([caller.wallet, caller.lane, bidder.lane, maker.lane]);
    assert_eq!(writable(&cross, &caller.wallet), expected);
}

/// Nobody is in the way of anybody: the ids that orders get are their own lane's.
#[test]
fn ids_of_one_lane_do_not_depend_on_another() {
    let setting = Setting::new();
    let [first, second] = &setting.traders;
    let market = &setting.market.address;
    let place = |trader: &Trader| {
        let one = order(BookSide::Bid, 81, LOTS);
        place_instruction(market, &trader.lane, &trader.wallet, &one, &[])
    };
    let placed = |instructions: &[Instruction], trader: &Trader| -> OrderId {
        let mut world = setting.world.clone();
        world.execute(instructions);
        let lane = world.lane(&trader.lane).expect("a lane");
        lane.bids.last().expect("an order").id
    };
    let alone = placed(&[place(second)], second);
    let after = placed(&[place(first), place(second)], second);
    assert_eq!(alone, after);
}
