//! An SVM with markets and lanes in it.

use anchor_lang::Discriminator;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytemuck::AnyBitPattern;
use sealane_core::{
    book::{BookSide, LaneHeader, LaneRef, Order, market::lock},
    units::Side,
};
use sealane_orderbook::{
    MarketParams,
    state::{Lane, Market, VaultShard},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::market::TestMarket;
use crate::{Backing, Executed, Mint, MintSpec, Refused, Svm, World, world::read};

/// An SVM with the order book program in it, markets and lanes. After every instruction list that
/// it sends it checks each market: the vaults hold what the lanes and the authority own, to the
/// unit, and each lane locks what its orders may have to pay.
///
/// A clone is an independent world.
#[derive(Clone)]
pub struct BookWorld {
    /// Wallets, mints, the machine.
    pub world: World,
    markets: Vec<Known>,
}

/// A market, and every lane ever opened in it through the world.
#[derive(Clone)]
struct Known {
    market: TestMarket,
    lanes: Vec<Pubkey>,
    backing: Backing,
}

impl Default for BookWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl BookWorld {
    /// A world without markets.
    ///
    /// # Panics
    /// If the programs have not been built.
    #[must_use]
    pub fn new() -> Self {
        let mut world = World::new();
        world.svm.deploy(sealane_orderbook::ID, "sealane_orderbook");
        Self {
            world,
            markets: Vec::new(),
        }
    }

    /// The machine.
    pub fn svm(&mut self) -> &mut Svm {
        &mut self.world.svm
    }

    /// A new market of two new mints, with its vault shards.
    pub fn create_market(
        &mut self,
        (base, quote): (&MintSpec, &MintSpec),
        params: MarketParams,
        vault_shards: u8,
    ) -> TestMarket {
        let base = self.world.create_mint(base);
        let quote = self.world.create_mint(quote);
        self.create_market_of(base, quote, params, vault_shards)
    }

    /// A new market of mints at hand.
    pub fn create_market_of(
        &mut self,
        base: Mint,
        quote: Mint,
        params: MarketParams,
        vault_shards: u8,
    ) -> TestMarket {
        let creator = self.world.wallet();
        let mut market = TestMarket::new(creator, 0, base, quote);
        self.execute(&[market.create(params)]);
        for index in 0..vault_shards {
            let payer = self.world.svm.payer();
            self.execute(&[market.add_vault_shard(index, creator, payer)]);
            market.vaults.push(market.vault_accounts(index));
        }
        self.markets.push(Known {
            market: market.clone(),
            lanes: Vec::new(),
            backing: Backing::Exact,
        });
        market
    }

    /// A wallet with token accounts of a market and tokens in them.
    pub fn trader(&mut self, market: &TestMarket, base: u64, quote: u64) -> Pubkey {
        let wallet = self.world.wallet();
        self.fund(market, &wallet, base, quote);
        wallet
    }

    /// A wallet's lamports.
    #[must_use]
    pub fn lamports(&self, wallet: &Pubkey) -> u64 {
        self.world
            .svm
            .account(wallet)
            .map_or(0, |account| account.lamports)
    }

    /// Makes a wallet's token accounts of a market, where it has none, and mints to them.
    pub fn fund(&mut self, market: &TestMarket, wallet: &Pubkey, base: u64, quote: u64) {
        let payer = self.world.svm.payer();
        let mut instructions = Vec::new();
        for (mint, amount) in [(&market.base, base), (&market.quote, quote)] {
            instructions.push(mint.create_account(&payer, wallet));
            instructions.push(mint.mint_to(wallet, amount));
        }
        self.execute(&instructions);
    }

    /// Opens a lane, and from then on checks it with its market.
    pub fn open_lane(
        &mut self,
        market: &TestMarket,
        owner: Pubkey,
        index: u16,
        capacity: u16,
        referrer: Option<Pubkey>,
    ) -> Pubkey {
        self.execute(&[market.open_lane(owner, index, capacity, referrer)]);
        let lane = market.lane(&owner, index);
        self.watch(market, lane);
        lane
    }

    /// A new trader's lane with free balances, out of the first vault shard.
    pub fn funded_lane(
        &mut self,
        market: &TestMarket,
        capacity: u16,
        base: u64,
        quote: u64,
    ) -> (Pubkey, Pubkey) {
        let owner = self.trader(market, base, quote);
        let lane = self.open_lane(market, owner, 0, capacity, None);
        if base > 0 || quote > 0 {
            self.execute(&[market.deposit(0, lane, owner, base, quote)]);
        }
        (owner, lane)
    }

    /// From now on checks a lane that was opened by an instruction of a test's own.
    ///
    /// # Panics
    /// If this world did not create the market.
    pub fn watch(&mut self, market: &TestMarket, lane: Pubkey) {
        let known = self.known(market);
        if !known.lanes.contains(&lane) {
            known.lanes.push(lane);
        }
    }

    /// From now on a market's vaults may hold more than is owned: someone donated.
    ///
    /// # Panics
    /// If this world did not create the market.
    pub fn allow_surplus(&mut self, market: &TestMarket) {
        self.known(market).backing = Backing::AtLeast;
    }

    fn known(&mut self, market: &TestMarket) -> &mut Known {
        self.markets
            .iter_mut()
            .find(|known| known.market.address == market.address)
            .expect("a market of this world")
    }

    /// Sends instructions and checks every market.
    ///
    /// # Errors
    /// What was refused.
    ///
    /// # Panics
    /// If a market of this world is no longer solvent.
    pub fn try_execute(&mut self, instructions: &[Instruction]) -> Result<Executed, Refused> {
        let outcome = self.world.try_execute(instructions);
        self.check();
        outcome
    }

    /// Sends instructions that must succeed.
    ///
    /// # Panics
    /// If they are refused, or a market of this world is no longer solvent.
    pub fn execute(&mut self, instructions: &[Instruction]) -> Executed {
        let executed = self.world.execute(instructions);
        self.check();
        executed
    }

    /// Fails unless every market of this world is solvent.
    ///
    /// # Panics
    /// If one is not.
    pub fn check(&self) {
        for known in &self.markets {
            assert_market_solvent(&self.world.svm, &known.market, &known.lanes, known.backing);
        }
    }

    /// A market's account.
    #[must_use]
    pub fn market(&self, market: &TestMarket) -> Market {
        read(&self.world.svm.data(&market.address))
    }

    /// A vault shard's account.
    #[must_use]
    pub fn vault_shard(&self, market: &TestMarket, index: usize) -> VaultShard {
        read(&self.world.svm.data(&market.vaults[index].address))
    }

    /// What a vault shard's vaults hold: (base, quote).
    #[must_use]
    pub fn held(&self, market: &TestMarket, index: usize) -> (u64, u64) {
        let vaults = market.vaults[index];
        (
            self.world.balance(&vaults.base),
            self.world.balance(&vaults.quote),
        )
    }

    /// A wallet's tokens of a market: (base, quote).
    #[must_use]
    pub fn balances(&self, market: &TestMarket, wallet: &Pubkey) -> (u64, u64) {
        let of = |mint: &Mint| self.world.balance(&mint.account_of(wallet));
        (of(&market.base), of(&market.quote))
    }

    /// A lane, if it has not been closed.
    #[must_use]
    pub fn lane(&self, address: &Pubkey) -> Option<LaneState> {
        lane_of(&self.world.svm, address)
    }

    /// The head of a lane.
    ///
    /// # Panics
    /// If there is no such lane.
    #[must_use]
    pub fn header(&self, address: &Pubkey) -> LaneHeader {
        self.lane(address)
            .unwrap_or_else(|| panic!("no lane {address}"))
            .header
    }

    /// Changes the head of a lane to what trades could have led to. The vaults are to follow, by
    /// [`World::set_balance`].
    pub fn edit_header(&mut self, address: &Pubkey, edit: impl FnOnce(&mut LaneHeader)) {
        let mut header = self.header(address);
        edit(&mut header);
        self.world.svm.edit(address, |data| {
            let start = Lane::DISCRIMINATOR.len();
            data[start..start + size_of::<LaneHeader>()]
                .copy_from_slice(bytemuck::bytes_of(&header));
        });
    }
}

/// The events of one kind that the programs logged, in order.
#[must_use]
pub fn events<T: Discriminator + AnyBitPattern>(executed: &Executed) -> Vec<T> {
    executed
        .logs
        .iter()
        .filter_map(|line| line.strip_prefix("Program data: "))
        .filter_map(|data| BASE64_STANDARD.decode(data).ok())
        .filter_map(|data| {
            let fields = data.strip_prefix(T::DISCRIMINATOR)?;
            bytemuck::try_pod_read_unaligned(fields).ok()
        })
        .collect()
}

/// A lane as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneState {
    /// Its head.
    pub header: LaneHeader,
    /// Its bids, worst first.
    pub bids: Vec<Order>,
    /// Its asks, worst first.
    pub asks: Vec<Order>,
}

/// A lane, if there is one at the address.
///
/// # Panics
/// If the account is not a lane.
#[must_use]
pub fn lane_of(svm: &Svm, address: &Pubkey) -> Option<LaneState> {
    let data = svm
        .account(address)
        .filter(|account| account.owner == sealane_orderbook::ID)?
        .data;
    let (discriminator, bytes) = data.split_at(Lane::DISCRIMINATOR.len());
    assert_eq!(discriminator, Lane::DISCRIMINATOR, "{address} is no lane");
    // The core wants its bytes aligned, which a vector of bytes need not be.
    let mut words = vec![0u64; bytes.len() / size_of::<u64>()];
    bytemuck::cast_slice_mut::<u64, u8>(&mut words).copy_from_slice(bytes);
    let lane = LaneRef::from_bytes(bytemuck::cast_slice(&words))
        .unwrap_or_else(|error| panic!("{address}: {error}"));
    Some(LaneState {
        header: *lane.header(),
        bids: lane.orders(BookSide::Bid).to_vec(),
        asks: lane.orders(BookSide::Ask).to_vec(),
    })
}

/// Fails unless a market's vaults hold what its lanes and its authority own, and each lane locks
/// what its orders may have to pay.
///
/// # Panics
/// If they do not.
pub fn assert_market_solvent(svm: &Svm, market: &TestMarket, lanes: &[Pubkey], backing: Backing) {
    let (mut base, mut quote) = (0u128, 0u128);
    for address in lanes {
        let Some(lane) = lane_of(svm, address) else {
            continue;
        };
        let header = &lane.header;
        assert_locks(address, &lane);
        base += u128::from(header.base_free) + u128::from(header.base_locked);
        quote += [
            header.quote_free,
            header.quote_locked,
            header.protocol_fees,
            header.referrer_fees,
        ]
        .map(u128::from)
        .iter()
        .sum::<u128>();
    }
    for vaults in &market.vaults {
        let shard: VaultShard = read(&svm.data(&vaults.address));
        quote += u128::from(shard.protocol_fees);
    }
    for (side, owed) in [(Side::Base, base), (Side::Quote, quote)] {
        let held: u128 = market
            .vaults
            .iter()
            .map(|vaults| u128::from(crate::token_amount(&svm.data(&vaults.of(side)))))
            .sum();
        let solvent = match backing {
            Backing::Exact => held == owed,
            Backing::AtLeast => held >= owed,
        };
        assert!(solvent, "{side:?}: the vaults hold {held}, owed are {owed}");
    }
}

/// Fails unless a lane locks what its orders may have to pay, and they are in order.
fn assert_locks(address: &Pubkey, lane: &LaneState) {
    let header = &lane.header;
    for (side, orders, locked) in [
        (BookSide::Bid, &lane.bids, header.quote_locked),
        (BookSide::Ask, &lane.asks, header.base_locked),
    ] {
        let needed: u128 = orders
            .iter()
            .map(|order| {
                lock(
                    header.sizes(),
                    side,
                    order.price,
                    order.lots,
                    order.maker_rate,
                )
                .map(u128::from)
                .expect("what was placed can be locked")
            })
            .sum();
        assert_eq!(
            u128::from(locked),
            needed,
            "{address}: locked and needed by its {side:?}s"
        );
        for pair in orders.windows(2) {
            let (worse, better) = (&pair[0], &pair[1]);
            let ordered = match side {
                BookSide::Bid => worse.price <= better.price,
                BookSide::Ask => worse.price >= better.price,
            };
            assert!(
                ordered && (worse.price != better.price || worse.id > better.id),
                "{address}: its {side:?}s are out of order"
            );
        }
    }
}
