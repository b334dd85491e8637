//! What moves money, and what is done once or seldom.

use sealane_orderbook::{MarketAction, state::pause};
use sealane_testkit::book::market::{PARAMS, TestMarket};
use solana_pubkey::Pubkey;

use super::{Bench, CAPACITY};

/// What is deposited and withdrawn.
const AMOUNT: u64 = 1_000_000;

impl Bench {
    /// Deposits and withdrawals of both tokens, and the fees of a take each.
    pub(super) fn money(&mut self) {
        let (owner, lane) = self.taker;
        self.run("deposit", |bench| {
            bench.market.deposit(0, lane, owner, AMOUNT, AMOUNT)
        });
        self.run("withdraw", |bench| {
            bench.market.withdraw(0, lane, owner, AMOUNT, AMOUNT)
        });
        let referrer = Pubkey::new_from_array(self.book.header(&lane).referrer.to_bytes());
        self.run("sweep_fees", |bench| {
            bench.take_once();
            bench.market.sweep_fees(lane, 0, Some(referrer))
        });
        let creator = self.market.creator;
        self.book.fund(&self.market.clone(), &creator, 0, 0);
        self.run("collect_protocol_fees", |bench| {
            bench.take_once();
            let sweep = bench.market.sweep_fees(lane, 0, Some(referrer));
            bench.execute(sweep);
            bench.market.collect_protocol_fees(0, creator)
        });
    }

    /// A take that leaves fees in the taker's lane.
    fn take_once(&mut self) {
        let side = self.side();
        let lots = self.quote(side.opposite(), 1, 8);
        let order = self.taking(side, lots);
        let ((owner, lane), makers) = (self.taker, self.lanes(1));
        let take = self.market.take(lane, owner, order, &makers);
        self.execute(take);
    }

    /// New lanes, each from its opening to its end.
    pub(super) fn lanes_of_their_own(&mut self) {
        let (delegate, market) = (self.book.world.wallet(), self.market.clone());
        let mut owners = Vec::new();
        self.run("open_lane", |bench| {
            let owner = bench.book.world.wallet();
            owners.push(owner);
            bench.market.open_lane(owner, 0, 8, None)
        });
        let mut each = owners.iter();
        self.run("grow_lane", |_| {
            let owner = *each.next().expect("as many as were opened");
            market.grow_lane(owner, market.lane(&owner, 0), CAPACITY)
        });
        let mut each = owners.iter();
        self.run("set_delegate", |_| {
            let owner = *each.next().expect("as many as were opened");
            market.set_delegate(owner, market.lane(&owner, 0), delegate)
        });
        let mut each = owners.iter();
        self.run("close_lane", |_| {
            let owner = *each.next().expect("as many as were opened");
            market.close_lane(owner, market.lane(&owner, 0), 0, None)
        });
    }

    /// New markets of the same mints, their first vault shards, and what the authority changes.
    pub(super) fn markets(&mut self) {
        let (base, quote) = (self.market.base, self.market.quote);
        let mut markets = Vec::new();
        self.run("create_market", |bench| {
            let market = TestMarket::new(bench.book.world.wallet(), 0, base, quote);
            markets.push(market.clone());
            market.create(PARAMS)
        });
        let mut each = markets.iter();
        self.run("add_vault_shard", |bench| {
            let market = each.next().expect("as many as were created");
            market.add_vault_shard(0, market.creator, bench.book.world.svm.payer())
        });
        let creator = self.market.creator;
        self.run("administer.set_fees", |bench| {
            let action = MarketAction::SetFees(PARAMS.fees);
            bench.market.administer(creator, action)
        });
        self.run("administer.set_paused", |bench| {
            let action = MarketAction::SetPaused(pause::CROSS);
            bench.market.administer(creator, action)
        });
        // Between the first vault shard and one that is made for it.
        let payer = self.book.world.svm.payer();
        let add = self.market.add_vault_shard(1, creator, payer);
        self.execute(add);
        self.market.vaults.push(self.market.vault_accounts(1));
        self.run("balance_vaults", |bench| {
            bench.market.balance_vaults(0, 1, AMOUNT, AMOUNT)
        });
    }
}
