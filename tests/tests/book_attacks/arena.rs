//! Markets in use, victims, and an attacker with look-alikes.

use sealane_core::book::BookSide;
use sealane_orderbook::{TakeParams, errors::OrderbookError};
use sealane_testkit::{
    Mint, MintSpec, Reason, Snapshot,
    book::{
        market::{PARAMS, TestMarket},
        world::BookWorld,
    },
};
use solana_account::Account;
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;
use spl_token_interface::error::TokenError;

use crate::build::{Hand, order, taking};

/// What every wallet is given of each token; half of it lies in its lane.
pub(crate) const FUNDS: u64 = 20_000_000_000;
/// An amount that is no trouble.
pub(crate) const AMOUNT: u64 = 1_000_000;
/// Lots of a maker's order: they cost a few hundred thousand quote units.
pub(crate) const LOTS: u64 = 1_000;
/// Room for orders on each side of every lane.
pub(crate) const CAPACITY: u16 = 8;
/// Client id of an order on each side of the attacker's lane, and of the victim's.
pub(crate) const CLIENT: u64 = 7;

/// A wallet with tokens, and its lanes in both markets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trader {
    pub(crate) wallet: Pubkey,
    /// In the market under attack.
    pub(crate) lane: Pubkey,
    /// In the other market.
    pub(crate) elsewhere: Pubkey,
}

impl Trader {
    /// The lane, and the wallet to sign for it.
    pub(crate) fn hand(&self) -> Hand {
        Hand {
            lane: self.lane,
            authority: self.wallet,
        }
    }
}

/// Where attacks take place.
///
/// Two makers ask 100 ticks and more and bid 95 and less. A bidder's lane crosses them at 110. The
/// attacker and the victim have orders far from there, and everybody has money left.
pub(crate) struct Arena {
    pub(crate) world: BookWorld,
    /// The market under attack, with three vault shards.
    pub(crate) market: TestMarket,
    /// A market of the same mints by someone else.
    pub(crate) other: TestMarket,
    /// Owes fees to a referrer and to the market. Has an expired order.
    pub(crate) attacker: Trader,
    /// An empty lane of the attacker's, without a referrer.
    pub(crate) idle: Pubkey,
    pub(crate) victim: Trader,
    /// Someone whose lane the attacker is the delegate of.
    pub(crate) client: Trader,
    /// The attacker's referrer.
    pub(crate) referrer: Trader,
    pub(crate) makers: [Trader; 2],
    pub(crate) bidder: Trader,
    /// A mint that no market knows, of which the attacker has tokens.
    pub(crate) foreign: Mint,
    /// A program that passes for a token program, and owns the counterfeits.
    pub(crate) fake_program: Pubkey,
    failures: Vec<String>,
}

impl Arena {
    pub(crate) fn new() -> Self {
        let mut world = BookWorld::new();
        let specs = (&MintSpec::spl(9), &MintSpec::spl(6));
        let market = world.create_market(specs, PARAMS, 3);
        let other = world.create_market_of(market.base, market.quote, PARAMS, 2);
        let mut trader = |referrer: Option<&Trader>| {
            let wallet = world.trader(&market, FUNDS, FUNDS);
            let referrer = referrer.map(|trader| trader.lane);
            let lane = world.open_lane(&market, wallet, 0, CAPACITY, referrer);
            let elsewhere = world.open_lane(&other, wallet, 0, CAPACITY, None);
            world.execute(&[market.deposit(0, lane, wallet, FUNDS / 2, FUNDS / 2)]);
            world.execute(&[other.deposit(0, elsewhere, wallet, FUNDS / 10, FUNDS / 10)]);
            Trader {
                wallet,
                lane,
                elsewhere,
            }
        };
        let referrer = trader(None);
        let attacker = trader(Some(&referrer));
        let [victim, client, first, second, bidder] = [(); 5].map(|()| trader(None));
        for creator in [market.creator, other.creator] {
            world.fund(&market, &creator, FUNDS, FUNDS);
        }
        let idle = world.open_lane(&market, attacker.wallet, 1, CAPACITY, None);
        world.execute(&[market.set_delegate(client.wallet, client.lane, attacker.wallet)]);
        let (foreign, fake_program) = look_alikes(&mut world, &attacker.wallet);
        let mut arena = Self {
            world,
            market,
            other,
            attacker,
            idle,
            victim,
            client,
            referrer,
            makers: [first, second],
            bidder,
            foreign,
            fake_program,
            failures: Vec::new(),
        };
        arena.trade();
        arena
    }

    /// Orders, trades, fees, and an order that has expired.
    fn trade(&mut self) {
        let [first, second] = self.makers;
        for (maker, worse) in [(first, 0), (second, 1)] {
            self.rest(&maker, BookSide::Bid, 95 - worse, 2 * LOTS);
            self.rest(&maker, BookSide::Ask, 100, 3 * LOTS);
            self.rest(&maker, BookSide::Ask, 102 + worse, 2 * LOTS);
        }
        let (market, other) = (self.market.clone(), self.other.clone());
        let elsewhere = Hand {
            lane: first.elsewhere,
            authority: first.wallet,
        };
        let ask = order(BookSide::Ask, 100, LOTS);
        self.world.execute(&[elsewhere.place(&other, ask, &[])]);
        let buy = taking(BookSide::Bid, 100, LOTS);
        for taker in [self.attacker, self.victim] {
            let take = taker.hand().take(&market, buy, &[first.lane, second.lane]);
            self.world.execute(&[take]);
        }
        self.world.execute(&[
            market.sweep_fees(self.victim.lane, 0, None),
            market.balance_vaults(0, 1, FUNDS, FUNDS),
        ]);
        let expires_at = self.now() as u32;
        for trader in [self.attacker, self.victim, self.client] {
            let mut orders = vec![
                order(BookSide::Bid, 80, LOTS),
                order(BookSide::Bid, 70, LOTS),
                order(BookSide::Ask, 130, LOTS),
                order(BookSide::Ask, 140, LOTS),
                order(BookSide::Bid, 60, LOTS),
            ];
            orders[0].client_id = CLIENT;
            orders[2].client_id = CLIENT;
            orders[4].expires_at = expires_at;
            let placed = trader.hand().place_many(&market, orders, &[]);
            self.world.execute(&[placed]);
        }
        let bidder = self.bidder;
        self.rest(&bidder, BookSide::Bid, 110, LOTS);
        self.world.svm().advance_time(60);
    }

    /// Rests an order.
    pub(crate) fn rest(&mut self, trader: &Trader, side: BookSide, price: u32, lots: u64) {
        let order = order(side, price, lots);
        let placed = trader.hand().place(&self.market, order, &[]);
        self.world.execute(&[placed]);
    }

    /// A take by the attacker from both makers.
    pub(crate) fn take(&self, order: TakeParams) -> Instruction {
        let makers = self.makers.map(|maker| maker.lane);
        self.attacker.hand().take(&self.market, order, &makers)
    }

    /// The attacker's best order of a side that has not expired.
    pub(crate) fn order_id(&self, trader: &Trader, side: BookSide) -> u64 {
        let lane = self.world.lane(&trader.lane).expect("a lane");
        let orders = match side {
            BookSide::Bid => lane.bids,
            BookSide::Ask => lane.asks,
        };
        orders.last().expect("an order").id.0
    }

    /// Unix seconds.
    pub(crate) fn now(&mut self) -> i64 {
        self.world.svm().clock().unix_timestamp
    }

    /// Shows that an instruction works, without keeping what it does.
    pub(crate) fn accepts(&self, what: &str, instruction: &Instruction) {
        let svm = &self.world.world.svm;
        if let Err(refused) = svm.simulate(std::slice::from_ref(instruction)) {
            panic!(
                "{what} must work: {}\n{}",
                refused.reason,
                refused.logs.join("\n")
            );
        }
    }

    /// Sends an attack and notes it as failed unless it is refused for this reason and changes
    /// nothing: neither an account that it names nor any account of the arena's markets.
    pub(crate) fn refuses(&mut self, what: &str, instruction: Instruction, reason: Reason) {
        self.refuses_all(what, &[instruction], reason);
    }

    /// As [`Arena::refuses`], for an attack of several instructions.
    pub(crate) fn refuses_all(&mut self, what: &str, attack: &[Instruction], reason: Reason) {
        let before = Snapshot::of(&self.world.world.svm, attack);
        let everything = self.everything();
        let mut attempt = self.world.clone();
        match attempt.try_execute(attack) {
            Ok(_) => self.failures.push(format!("{what}: succeeded")),
            Err(refused) => {
                before.assert_unchanged(&attempt.world.svm, what);
                everything.assert_unchanged(&attempt.world.svm, what);
                if refused.reason != reason {
                    let given = refused.reason;
                    self.failures
                        .push(format!("{what}: refused with {given}, not {reason}"));
                }
            }
        }
    }

    /// As [`Arena::refuses`], for an error of the program.
    pub(crate) fn refuses_book(
        &mut self,
        what: &str,
        instruction: Instruction,
        error: OrderbookError,
    ) {
        self.refuses(what, instruction, Reason::orderbook(error));
    }

    /// As [`Arena::refuses`], for an error of a token program.
    pub(crate) fn refuses_token(
        &mut self,
        what: &str,
        instruction: Instruction,
        error: TokenError,
    ) {
        self.refuses(what, instruction, Reason::token(error));
    }

    /// As [`Arena::refuses`], for an error that all programs share.
    pub(crate) fn refuses_builtin(
        &mut self,
        what: &str,
        instruction: Instruction,
        error: InstructionError,
    ) {
        self.refuses(what, instruction, Reason::builtin(&error));
    }

    /// Fails if an attack was not refused as it must be. To be called at the end of every test.
    pub(crate) fn finish(self) {
        let count = self.failures.len();
        assert!(count == 0, "{count}:\n{}", self.failures.join("\n"));
    }

    /// An account with the same bytes that another program owns.
    pub(crate) fn counterfeit(&mut self, address: &Pubkey) -> Pubkey {
        let owner = self.fake_program;
        let copy = self.world.world.address();
        let svm = self.world.svm();
        let account = svm.account(address).expect("an account to copy");
        svm.set_account(copy, Account { owner, ..account });
        copy
    }

    /// Everybody with a lane.
    pub(crate) fn traders(&self) -> [Trader; 7] {
        let [first, second] = self.makers;
        [
            self.attacker,
            self.victim,
            self.client,
            self.referrer,
            first,
            second,
            self.bidder,
        ]
    }

    /// Every account of both markets, and everybody's tokens.
    pub(crate) fn everything(&self) -> Snapshot {
        let mut addresses = vec![self.idle];
        for market in [&self.market, &self.other] {
            addresses.push(market.address);
            for vaults in &market.vaults {
                addresses.extend([vaults.address, vaults.base, vaults.quote]);
            }
        }
        let traders = self.traders();
        addresses.extend(traders.iter().flat_map(|one| [one.lane, one.elsewhere]));
        let creators = [self.market.creator, self.other.creator];
        for wallet in traders.iter().map(|one| one.wallet).chain(creators) {
            let mints = [&self.market.base, &self.market.quote];
            addresses.extend(mints.map(|mint| mint.account_of(&wallet)));
        }
        Snapshot::of_accounts(&self.world.world.svm, &addresses)
    }
}

/// A mint of which the attacker has tokens, and a program that is none of the token programs.
fn look_alikes(world: &mut BookWorld, attacker: &Pubkey) -> (Mint, Pubkey) {
    let foreign = world.world.create_mint(&MintSpec::spl(6));
    let payer = world.svm().payer();
    world.execute(&[
        foreign.create_account(&payer, attacker),
        foreign.mint_to(attacker, FUNDS),
    ]);
    let fake_program = world.world.address();
    world.svm().deploy(fake_program, "sealane_orderbook");
    (foreign, fake_program)
}

/// The instruction with another account at a place.
pub(crate) fn at(mut instruction: Instruction, index: usize, other: Pubkey) -> Instruction {
    instruction.accounts[index].pubkey = other;
    instruction
}

/// The instruction with other accounts in the place of some.
pub(crate) fn replaced(mut instruction: Instruction, pairs: &[(Pubkey, Pubkey)]) -> Instruction {
    for meta in &mut instruction.accounts {
        if let Some((_, other)) = pairs.iter().find(|(address, _)| *address == meta.pubkey) {
            meta.pubkey = *other;
        }
    }
    instruction
}

/// Whether the instruction names an account.
pub(crate) fn names(instruction: &Instruction, address: &Pubkey) -> bool {
    let mut accounts = instruction.accounts.iter();
    accounts.any(|meta| meta.pubkey == *address)
}
