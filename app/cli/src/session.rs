//! What a command works with: the chain, the wallet, the names, the output.

use sealane_sdk::{
    book::{LaneSnapshot, OrderBook},
    client::Client,
    engine_core::book::Moment,
    pools::PoolEntry,
    quote::QuoteError,
    tx::{PriorityFee, TransactorConfig},
};
use solana_keypair::{Keypair, read_keypair_file};
use solana_pubkey::Pubkey;

use crate::{
    arguments::Global,
    book::{Book, Kind},
    failure::{Failure, Result},
    output::Output,
    settings::Settings,
    token::{Pair, Token, Units},
    venue::Venue,
};

/// Of the priority fees lately paid the one to offer: most of the competition, not all of it.
const PRIORITY_PERCENTILE: u8 = 75;

/// What a command works with.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) book: Book,
    pub(crate) output: Output,
    pub(crate) units: Units,
    settings: Settings,
}

impl Session {
    /// Everything is at hand after this, and nothing has been asked of the chain.
    pub(crate) fn open(global: &Global, output: Output) -> Result<Self> {
        let settings = Settings::new(global);
        let priority_fee = match global.priority_fee_cap {
            None => PriorityFee::None,
            Some(cap) => PriorityFee::Auto {
                percentile: PRIORITY_PERCENTILE,
                cap,
            },
        };
        let config = TransactorConfig {
            priority_fee,
            ..TransactorConfig::default()
        };
        tracing::debug!(url = settings.url, keypair = ?settings.keypair, "opened");
        Ok(Self {
            client: Client::with_config(settings.url.clone(), config),
            book: settings.local.as_ref().map_or_else(Book::default, Book::of),
            output,
            units: Units::new(global.raw),
            settings,
        })
    }

    /// The wallet.
    pub(crate) fn wallet(&self) -> Result<Keypair> {
        let path = self.settings.keypair.clone()?;
        read_keypair_file(&path).map_err(|error| {
            let shown = path.display();
            if path.exists() {
                Failure::new("NoKeypair", format!("{shown} is no keypair file: {error}"))
                    .hint("name a file in the format of solana-keygen with --keypair")
            } else {
                Failure::new("NoKeypair", format!("there is no keypair at {shown}")).hint(format!(
                    "make one with `solana-keygen new -o {shown}`, or name another file with --keypair"
                ))
            }
        })
    }

    /// Brings a pool, by name or address, into the cache.
    pub(crate) async fn load_pool(&mut self, text: &str) -> Result<Pubkey> {
        let address = self.book.address(Kind::Pool, text)?;
        self.client.fetch_pool(&address).await?;
        Ok(address)
    }

    /// A pool of the cache.
    pub(crate) fn pool(&self, address: &Pubkey) -> Result<PoolEntry<'_>> {
        let unknown = QuoteError::UnknownPool { pool: *address };
        Ok(self.client.pools().pool(address).ok_or(unknown)?)
    }

    /// A pool's two tokens.
    pub(crate) fn pair(&self, address: &Pubkey) -> Result<Pair> {
        Ok(Pair::of(self.pool(address)?.pool, &self.book))
    }

    /// Brings a market with its lanes into the cache: by name, by address, or by its two tokens
    /// as `BASE/QUOTE` if there is one market of them.
    pub(crate) async fn load_market(&mut self, text: &str) -> Result<Venue> {
        let address = match (self.book.named(Kind::Market, text), text.split_once('/')) {
            (Some(address), _) => address,
            (None, Some((base, quote))) => self.market_of(base, quote).await?,
            (None, None) => self.book.parse(&[Kind::Market], text)?,
        };
        self.client.fetch_market(&address).await?;
        self.venue(&address)
    }

    /// The only market of two tokens.
    async fn market_of(&mut self, base: &str, quote: &str) -> Result<Pubkey> {
        let base = self.book.address(Kind::Token, base)?;
        let quote = self.book.address(Kind::Token, quote)?;
        let found = self.client.find_markets(&base, &quote).await?;
        let markets = self.client.markets();
        let found: Vec<Pubkey> = found
            .into_iter()
            .filter(|address| {
                let entry = markets.market(address);
                entry.is_some_and(|entry| entry.market.base_mint == base)
            })
            .collect();
        let pair = format!("{}/{}", self.book.symbol(&base), self.book.symbol(&quote));
        match found.as_slice() {
            [only] => Ok(*only),
            [] => Err(
                Failure::new("NoMarket", format!("there is no market {pair}"))
                    .hint("`sealane market list` shows the chain's markets"),
            ),
            several => {
                let listed: Vec<String> = several.iter().map(Pubkey::to_string).collect();
                let message = format!("there are {} markets {pair}", several.len());
                Err(Failure::usage("WhichMarket", message)
                    .hint(format!("name one by its address: {}", listed.join(", "))))
            }
        }
    }

    /// A market of the cache.
    pub(crate) fn venue(&self, address: &Pubkey) -> Result<Venue> {
        let entry = self.client.markets().market(address).ok_or_else(|| {
            Failure::new("UnknownMarket", format!("there is no market at {address}"))
                .hint("`sealane market list` shows the chain's markets")
        })?;
        Ok(Venue::new(*address, entry.market, &self.book, self.units))
    }

    /// A lane of the cache.
    pub(crate) fn lane(&self, address: &Pubkey) -> Option<&LaneSnapshot> {
        self.client.markets().lane(address).map(|entry| entry.lane)
    }

    /// The order book of a market of the cache.
    pub(crate) fn order_book(&self, market: &Pubkey) -> OrderBook {
        let lanes = self.client.markets().lanes(market);
        OrderBook::of(
            lanes.map(|entry| (entry.address, entry.lane)),
            self.moment(),
        )
    }

    /// The chain's slot and time as the cache has them.
    pub(crate) fn moment(&self) -> Moment {
        self.client.markets().moment().unwrap_or_default()
    }

    /// Brings a stake pool or farm, by name or address, into the cache.
    pub(crate) async fn load_farm(&mut self, text: &str) -> Result<Pubkey> {
        let address = self.book.address(Kind::Farm, text)?;
        self.client.fetch_farm(&address).await?;
        Ok(address)
    }

    /// The chain's time as the cache of farms has it.
    pub(crate) fn farm_time(&self) -> i64 {
        let clock = self.client.farms().clock();
        clock.map_or(0, |clock| clock.unix_timestamp)
    }

    /// A token, by name or address.
    pub(crate) async fn token(&self, text: &str) -> Result<Token> {
        let mint = self.book.address(Kind::Token, text)?;
        self.token_at(&mint).await
    }

    /// A token by its mint.
    pub(crate) async fn token_at(&self, mint: &Pubkey) -> Result<Token> {
        let info = self.client.mint(mint).await?;
        Ok(Token {
            mint: *mint,
            symbol: self.book.symbol(mint),
            decimals: info.decimals,
            program: info.token_program,
        })
    }

    /// The shard asked for, which has to exist; sooner than the chain would say it.
    pub(crate) fn require_shard(&self, pool: &Pubkey, index: u8) -> Result<()> {
        let shard_count = self.pool(pool)?.pool.shard_count;
        if index < shard_count {
            return Ok(());
        }
        Err(QuoteError::UnknownShard {
            pool: *pool,
            index,
            shard_count,
        }
        .into())
    }

    /// The chain's JSON-RPC address.
    pub(crate) fn url(&self) -> &str {
        &self.settings.url
    }

    /// Whether the chain is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        let url = self.url();
        ["//127.0.0.1", "//localhost", "//[::1]"]
            .iter()
            .any(|host| url.contains(host))
    }

    /// The chain's WebSocket address.
    pub(crate) fn ws_url(&self) -> String {
        self.settings.ws_url()
    }
}
