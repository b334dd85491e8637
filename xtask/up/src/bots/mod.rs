//! Whoever trades on the demo exchange, so that there is something to look at and to trade with.
//!
//! All follow one made-up price of tSOL in dollars: makers quote around it, an arbitrageur brings the
//! pools back to it, and traders trade at random. A crank closes the epochs of farms. They use the SDK as anybody would. A bot that is
//! refused something tries again later; none ever ends by itself.

mod arbitrageur;
mod crank;
mod index;
mod maker;
mod trader;

use std::{sync::Arc, time::Duration};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sealane_localnet::{Chain, World, world::TokenName};
use sealane_sdk::client::{Client, ClientError};
use solana_keypair::Keypair;
use solana_signer::Signer as _;
use tokio::{sync::watch, task::JoinSet, time::sleep};

use crate::bank::{Bank, copy};

/// Wallets that trade at random.
const TRADERS: usize = 3;
/// SOL of each, for fees.
const TRADER_LAMPORTS: u64 = 100_000_000_000;
/// How long a bot rests after a failure, at most.
const LONGEST_REST: Duration = Duration::from_secs(20);

/// Running bots. They end when this is dropped.
pub(crate) struct Bots {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

/// Something that is done again and again.
trait Bot: Send + 'static {
    /// Who it is, for the log.
    fn name(&self) -> String;
    /// How long it waits before it acts again.
    fn pause(&mut self) -> Duration;
    /// Acts once.
    fn act(&mut self) -> impl Future<Output = Result<(), BotError>> + Send;
}

/// Why a bot did not do what it wanted.
#[derive(Debug)]
struct BotError(String);

impl<E: std::error::Error> From<E> for BotError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl Bots {
    /// Starts all of them.
    pub(crate) async fn start(
        chain: &Chain,
        world: &World,
        bank: &Arc<Bank>,
    ) -> Result<Self, ClientError> {
        let client = Client::new(chain.rpc_url());
        let wallets = traders(bank).await?;
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let (index, walk) = index::random_walk(StdRng::from_os_rng());
        tasks.spawn(walk.run(stopped.clone()));
        let mut start = Starter {
            tasks: &mut tasks,
            stopped,
        };
        for market in &world.markets {
            for (lane, wallet) in market.lanes.iter().zip(&world.wallets.makers) {
                start.bot(maker::Maker::new(
                    client.clone(),
                    copy(wallet),
                    (market.address, lane.address),
                    Arc::clone(bank),
                    index.clone(),
                ));
            }
        }
        let pools = world.pools.iter();
        for pool in pools.filter(|pool| arbitrageur::knows(pool)) {
            start.bot(arbitrageur::Arbitrageur::new(
                client.clone(),
                copy(&world.wallets.maker),
                pool,
                index.clone(),
            ));
        }
        for farm in &world.farms {
            let makers = world.wallets.makers.iter();
            start.bot(crank::Crank::new(
                client.clone(),
                copy(&world.wallets.maker),
                farm,
                makers
                    .map(sealane_localnet::world::Wallet::address)
                    .collect(),
            ));
        }
        for wallet in wallets {
            start.bot(trader::Trader::new(
                client.clone(),
                wallet,
                world,
                Arc::clone(bank),
                StdRng::from_os_rng(),
            ));
        }
        Ok(Self { tasks, stop })
    }

    /// Lets what is under way end.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        // A transaction that waits for its confirmation is nobody's any more.
        let _ = tokio::time::timeout(Duration::from_secs(2), ended).await;
    }
}

/// Wallets with something to trade with.
async fn traders(bank: &Bank) -> Result<Vec<Keypair>, ClientError> {
    let mut wallets = Vec::new();
    for _ in 0..TRADERS {
        let wallet = Keypair::new();
        bank.give_sol(&wallet.pubkey(), TRADER_LAMPORTS).await?;
        bank.give_tokens(&wallet.pubkey(), |token| trader::whole(token.name))
            .await?;
        wallets.push(wallet);
    }
    Ok(wallets)
}

struct Starter<'a> {
    tasks: &'a mut JoinSet<()>,
    stopped: watch::Receiver<bool>,
}

impl Starter<'_> {
    fn bot(&mut self, mut bot: impl Bot) {
        let mut stopped = self.stopped.clone();
        self.tasks.spawn(async move {
            let mut failures = 0u32;
            loop {
                let pause = match failures {
                    0 => bot.pause(),
                    _ => LONGEST_REST.min(Duration::from_secs(1) * 2u32.pow(failures.min(5))),
                };
                tokio::select! {
                    _ = stopped.wait_for(|stopped| *stopped) => return,
                    () = sleep(pause) => {}
                }
                let outcome = tokio::select! {
                    _ = stopped.wait_for(|stopped| *stopped) => return,
                    outcome = bot.act() => outcome,
                };
                match outcome {
                    Ok(()) => failures = 0,
                    Err(BotError(reason)) => {
                        failures += 1;
                        tracing::debug!(bot = bot.name(), failures, reason, "not done");
                    }
                }
            }
        });
    }
}

/// What a whole token is worth in dollars, for those whose price does not move; `None` for tSOL.
fn fixed_price(token: TokenName) -> Option<rust_decimal::Decimal> {
    match token {
        TokenName::Sol => None,
        TokenName::Usdc | TokenName::Usdx | TokenName::Council => Some(rust_decimal::Decimal::ONE),
        TokenName::Fee => Some(rust_decimal::Decimal::new(5, 1)),
        TokenName::Seal => Some(rust_decimal::Decimal::new(5, 2)),
    }
}

/// A time between two, at random.
fn between(rng: &mut StdRng, least: Duration, most: Duration) -> Duration {
    rng.random_range(least..most)
}
