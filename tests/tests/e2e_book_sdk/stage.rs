//! A running chain, a client of one market, and a subscription to it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sealane_localnet::world::{TokenName, Wallet, WorldMarket};
use sealane_localnet::{Chain, ChainConfig, StateDirectory, World, stage};
use sealane_sdk::book::{LaneSnapshot, OrderBook};
use sealane_sdk::client::{Client, CreatedMarket};
use sealane_sdk::engine_core::book::BookSide;
use sealane_sdk::markets::Markets;
use sealane_sdk::orderbook::{MarketParams, PlaceParams, state::FeeParams};
use sealane_sdk::plan::{
    Caller, CreateMarketRequest, OpenLaneRequest, PoolToken, deposit_instructions,
    open_lane_instructions,
};
use sealane_sdk::subscribe::{self, AccountEvent, SubscriptionConfig};
use sealane_sdk::tx::Confirmed;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

/// How often a subscription looks again, for lanes that were closed.
const REFRESH: Duration = Duration::from_secs(10);
/// How long it may take until a subscription has told what changed.
const PUSHED: Duration = Duration::from_secs(5);
/// How long anything may take to be seen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// Lots of a thousandth of a tSOL at ticks of a hundredth of a tUSDC; makers get a quarter of the
/// taker's fee, and referrers a fifth of the rest.
pub(crate) const PARAMS: MarketParams = MarketParams {
    base_lot: 1_000_000,
    tick: 10,
    fees: FeeParams {
        taker_pips: 400,
        maker_pips: -100,
        referrer_share_bps: 2_000,
        cross_reward_pips: 100,
    },
};

/// A running chain with the demo's wallets and tokens.
pub(crate) struct Stage {
    pub(crate) chain: Chain,
    pub(crate) world: World,
    _keys: StateDirectory,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let (chain, world, keys) = stage::set(ChainConfig {
            slot_time: Duration::from_millis(100),
            ..ChainConfig::default()
        })
        .await;
        Self {
            chain,
            world,
            _keys: keys,
        }
    }

    /// A new market of the demo's tokens.
    pub(crate) async fn create_market(&self, creator: &Wallet) -> (Desk, CreatedMarket) {
        let token = |name: TokenName| {
            let token = self.world.tokens.iter().find(|token| token.name == name);
            let token = token.expect("a token of the world");
            PoolToken {
                mint: token.mint,
                token_program: token.token_program,
            }
        };
        let (base, quote) = (token(TokenName::Sol), token(TokenName::Usdc));
        let request = CreateMarketRequest {
            creator: creator.address(),
            id: 1,
            base,
            quote,
            params: PARAMS,
            vault_shards: 2,
        };
        let mut client = Client::new(self.chain.rpc_url());
        let created = client
            .create_market(&request, &creator.keypair, |_, _| {})
            .await
            .expect("a market");
        let desk = Desk {
            client,
            market: created.market,
            mints: [base.mint, quote.mint],
        };
        (desk, created)
    }

    /// The demo's own market.
    pub(crate) async fn desk(&self) -> Desk {
        let market: &WorldMarket = &self.world.markets[0];
        let mut desk = Desk {
            client: Client::new(self.chain.rpc_url()),
            market: market.address,
            mints: [market.base.mint, market.quote.mint],
        };
        desk.refresh().await;
        desk
    }
}

/// A client of one market.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) client: Client,
    pub(crate) market: Pubkey,
    pub(crate) mints: [Pubkey; 2],
}

impl Desk {
    pub(crate) async fn refresh(&mut self) {
        let fetched = self.client.fetch_market(&self.market).await;
        fetched.expect("the market");
    }

    pub(crate) fn markets(&self) -> &Markets {
        self.client.markets()
    }

    pub(crate) fn book(&self) -> OrderBook {
        self.markets().book(&self.market).expect("a book")
    }

    pub(crate) fn lane(&self, lane: &Pubkey) -> &LaneSnapshot {
        self.markets().lane(lane).expect("a lane").lane
    }

    /// Sends what must succeed, and looks at what came of it.
    pub(crate) async fn send(
        &mut self,
        instructions: &[Instruction],
        signer: &Keypair,
    ) -> Confirmed {
        let sent = self.client.send(instructions, signer).await;
        let confirmed = sent.unwrap_or_else(|error| panic!("{error}"));
        self.refresh().await;
        confirmed
    }

    pub(crate) async fn open(&mut self, owner: &Keypair, referrer: Option<Pubkey>) -> Pubkey {
        let plan = open_lane_instructions(&OpenLaneRequest {
            market: self.market,
            owner: owner.pubkey(),
            index: 0,
            capacity: 16,
            referrer,
        })
        .expect("a plan");
        self.send(&plan.instructions, owner).await;
        plan.lane
    }

    pub(crate) async fn deposit(&mut self, lane: &Pubkey, payer: &Keypair, base: u64, quote: u64) {
        let caller = Caller::new(payer.pubkey());
        let plan = deposit_instructions(self.markets(), lane, &caller, base, quote);
        let plan = plan.expect("a deposit");
        self.send(&plan.instructions, payer).await;
    }

    pub(crate) async fn balances(&self, wallet: &Pubkey) -> [u64; 2] {
        let [base, quote] = self.mints;
        let of = async |mint: Pubkey| {
            let balance = self.client.token_balance(wallet, &mint).await;
            balance.expect("a balance")
        };
        [of(base).await, of(quote).await]
    }

    /// Levels of both sides as (price, lots).
    pub(crate) fn levels(&self) -> [Vec<(u32, u64)>; 2] {
        let book = self.book();
        [BookSide::Bid, BookSide::Ask].map(|side| {
            let levels = book.levels(side);
            levels.iter().map(|one| (one.price.0, one.lots.0)).collect()
        })
    }
}

pub(crate) fn order(side: BookSide, price: u32, lots: u64) -> PlaceParams {
    PlaceParams {
        side: side as u8,
        post_only: 0,
        price,
        lots,
        client_id: 0,
        expires_slot: 0,
        expires_at: 0,
    }
}

/// A subscription's own view of a market.
pub(crate) struct Watcher {
    seen: Arc<Mutex<(Markets, Vec<&'static str>)>>,
    task: tokio::task::JoinHandle<()>,
}

impl Watcher {
    pub(crate) fn start(stage: &Stage, desk: &Desk) -> Self {
        let config = SubscriptionConfig {
            // Lanes that are closed are noticed by looking again.
            refresh_interval: REFRESH,
            ..SubscriptionConfig::lanes(stage.chain.ws_url(), desk.market)
        };
        let mut subscription = subscribe::follow(config, desk.client.rpc().clone());
        let seen = Arc::new(Mutex::new((Markets::new(), Vec::new())));
        let shared = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Some(event) = subscription.next().await {
                let mut seen = shared.lock().expect("no panic");
                event.apply_to(&mut seen.0).expect("accounts that decode");
                seen.1.push(match event {
                    AccountEvent::Snapshot(_) => "snapshot",
                    AccountEvent::Update(_) => "update",
                    AccountEvent::Closed { .. } => "closed",
                    AccountEvent::Stale(_) => "stale",
                    AccountEvent::Resynced(_) => "resynced",
                });
            }
        });
        Self { seen, task }
    }

    /// Waits until the subscription has told all that the client has fetched: sooner than it would
    /// find out by looking again.
    pub(crate) async fn agrees_with(&self, desk: &Desk) {
        self.agrees_within(PUSHED, desk).await;
    }

    /// The same of lanes that were closed, of which nodes tell nothing.
    pub(crate) async fn agrees_in_the_end_with(&self, desk: &Desk) {
        self.agrees_within(PATIENCE, desk).await;
    }

    async fn agrees_within(&self, patience: Duration, desk: &Desk) {
        let lanes = |markets: &Markets| -> Vec<(Pubkey, Vec<u8>)> {
            let lanes = markets.lanes(&desk.market);
            let bytes = lanes.map(|one| (one.address, one.lane.as_bytes().to_vec()));
            bytes.collect()
        };
        let expected = lanes(desk.markets());
        let deadline = Instant::now() + patience;
        loop {
            {
                let seen = self.seen.lock().expect("no panic");
                if !seen.1.is_empty() && lanes(&seen.0) == expected {
                    return;
                }
                assert!(
                    Instant::now() < deadline,
                    "the subscription has not seen what was fetched; it told {:?}",
                    seen.1
                );
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn stop(self) -> Vec<&'static str> {
        self.task.abort();
        self.seen.lock().expect("no panic").1.clone()
    }
}
