//! What a command works with: the chain, the wallet, the names, the output.

use sealane_sdk::{
    client::Client,
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
}
