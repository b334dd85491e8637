//! The demo world: funded wallets, tokens, pools in shards with liquidity in them, an order book that
//! makers quote in, stake pools and farms, and a realm.
//!
//! All of it is made by ordinary transactions through the SDK, in the same way on every chain.
//! Things that do not depend on each other are sent side by side, so that the whole takes a few
//! slots and not one slot for each transaction.

mod error;
mod farms;
mod market;
mod pools;
mod realm;
mod spec;
mod tokens;

use std::path::PathBuf;

use sealane_sdk::address::{ShardAddresses, VaultShardAddresses};
use sealane_sdk::orderbook::MarketParams;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

pub use error::WorldError;
pub use spec::{CurveSpec, TokenName};

use crate::chain::Chain;
use crate::programs::PROGRAMS;
use crate::progress::Progress;
use crate::state::{
    FarmState, LaneState, MarketState, MintState, PoolState, ProgramState, RealmState,
    STATE_VERSION, State, StateDirectory, WalletState,
};
use spec::{LAMPORTS_PER_SOL, MAKERS, MARKET, WALLET_SOL};

pub(crate) use error::Doing;

/// Everything on the demo chain.
#[derive(Debug)]
pub struct World {
    /// The wallets.
    pub wallets: Wallets,
    /// The tokens.
    pub tokens: Vec<Token>,
    /// The pools.
    pub pools: Vec<WorldPool>,
    /// The order books.
    pub markets: Vec<WorldMarket>,
    /// The stake pool, then the farms.
    pub farms: Vec<WorldFarm>,
    /// Who decides.
    pub realm: WorldRealm,
}

/// The demo wallets.
#[derive(Debug)]
pub struct Wallets {
    /// Creates tokens and pools, and provides the liquidity.
    pub maker: Wallet,
    /// A trader.
    pub alice: Wallet,
    /// Another trader.
    pub bob: Wallet,
    /// Quote in the order book.
    pub makers: [Wallet; MAKERS],
}

impl Wallets {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Wallet> {
        [&self.maker, &self.alice, &self.bob]
            .into_iter()
            .chain(&self.makers)
    }
}

/// A wallet whose key is kept in a file.
#[derive(Debug)]
pub struct Wallet {
    /// Its name, which is also its file's.
    pub name: &'static str,
    /// Its key.
    pub keypair: Keypair,
    /// Where the key is kept, in the format of `solana-keygen`.
    pub file: PathBuf,
}

impl Wallet {
    fn create(name: &'static str, directory: &StateDirectory) -> Result<Self, WorldError> {
        let (keypair, file) = directory.new_keypair(name)?;
        Ok(Self {
            name,
            keypair,
            file,
        })
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> Pubkey {
        self.keypair.pubkey()
    }
}

/// A token of the demo world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Which one it is.
    pub name: TokenName,
    /// What people call it.
    pub symbol: &'static str,
    /// The mint.
    pub mint: Pubkey,
    /// Decimals of its amounts.
    pub decimals: u8,
    /// SPL Token or token-2022.
    pub token_program: Pubkey,
    /// What it keeps of a transfer, in hundredths of a percent; 0 for nothing.
    pub transfer_fee_bps: u16,
    /// Whether nobody can mint more of it.
    pub fixed_supply: bool,
}

impl Token {
    /// Base units of a number of whole tokens.
    #[must_use]
    pub fn units(&self, whole: u64) -> u64 {
        whole * 10_u64.pow(self.decimals.into())
    }
}

/// A pool of the demo world.
#[derive(Clone, Debug)]
pub struct WorldPool {
    /// Its pair, such as `tSOL/tUSDC`.
    pub name: String,
    /// Its address.
    pub address: Pubkey,
    /// How it prices.
    pub curve: CurveSpec,
    /// The base token.
    pub base: Token,
    /// The quote token.
    pub quote: Token,
    /// Its shards, in order.
    pub shards: Vec<ShardAddresses>,
}

/// An order book of the demo world.
#[derive(Clone, Debug)]
pub struct WorldMarket {
    /// Its pair, such as `tSOL/tUSDC`.
    pub name: String,
    /// Its address.
    pub address: Pubkey,
    /// Lot, tick and fees.
    pub params: MarketParams,
    /// The base token.
    pub base: Token,
    /// The quote token.
    pub quote: Token,
    /// Its vault shards, in order.
    pub vault_shards: Vec<VaultShardAddresses>,
    /// Its makers' lanes.
    pub lanes: Vec<WorldLane>,
}

/// A stake pool or farm of the demo world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldFarm {
    /// What the demo calls it.
    pub name: &'static str,
    /// Its address.
    pub address: Pubkey,
    /// Mint of what is staked.
    pub stake_mint: Pubkey,
    /// The order book whose makers it pays, if it counts their volume.
    pub market: Option<Pubkey>,
    /// What it pays.
    pub rewards: Vec<Token>,
    /// Its shards, in order.
    pub shards: Vec<Pubkey>,
}

/// The realm of the demo world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldRealm {
    /// What it is called.
    pub name: &'static str,
    /// Its address.
    pub address: Pubkey,
    /// What signs for it, and holds what it has.
    pub treasury: Pubkey,
    /// The stake pool of the governance token.
    pub community: Pubkey,
    /// The stake pool of the council.
    pub council: Pubkey,
    /// The pool whose authority the treasury becomes once it accepts.
    pub governed: Pubkey,
}

/// A maker's lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldLane {
    /// The maker's wallet, by name.
    pub owner: &'static str,
    /// Its address.
    pub address: Pubkey,
}

impl World {
    /// Builds the world on a fresh chain. Keys are kept in `directory`.
    ///
    /// # Errors
    ///
    /// When the chain refuses something; the message says what was being done.
    pub async fn build(
        chain: &Chain,
        directory: &StateDirectory,
        progress: &Progress,
    ) -> Result<Self, WorldError> {
        progress.step("Funding demo wallets");
        let wallets = create_wallets(chain, directory).await?;
        progress.step("Creating tokens");
        let tokens = tokens::create_all(chain, &wallets).await?;
        progress.step("Creating pools and an order book, and filling them");
        let (pools, market) = tokio::try_join!(
            pools::create_all(chain, &wallets.maker.keypair, &tokens),
            market::create(chain, &wallets, &tokens),
        )?;
        progress.step("Creating farms, and staking");
        let farms = farms::create_all(chain, &wallets, &tokens, &pools, &market).await?;
        progress.step("Creating a realm");
        let realm = realm::create(chain, &wallets, &tokens, &pools, &farms).await?;
        Ok(Self {
            wallets,
            tokens,
            pools,
            markets: vec![market],
            farms,
            realm,
        })
    }

    /// The pool whose base token is `base`.
    ///
    /// # Panics
    ///
    /// If the demo world has no such pool, which is a mistake in the calling code.
    #[must_use]
    pub fn pool_of(&self, base: TokenName) -> &WorldPool {
        self.pools
            .iter()
            .find(|pool| pool.base.name == base)
            .expect("the token is the base of a pool")
    }

    /// What other tools need to know of this world on this chain.
    #[must_use]
    pub fn state(&self, chain: &Chain) -> State {
        State {
            wallets: self.wallets.iter().map(wallet_state).collect(),
            mints: self
                .tokens
                .iter()
                .map(|token| self.mint_state(token))
                .collect(),
            pools: self.pools.iter().map(pool_state).collect(),
            markets: self.markets.iter().map(market_state).collect(),
            farms: self.farms.iter().map(farm_state).collect(),
            realms: vec![realm_state(&self.realm)],
            ..chain_state(chain)
        }
    }

    fn mint_state(&self, token: &Token) -> MintState {
        MintState {
            symbol: token.symbol.to_owned(),
            address: token.mint.to_string(),
            decimals: token.decimals,
            token_program: token.token_program.to_string(),
            mint_authority: (!token.fixed_supply).then(|| self.wallets.maker.address().to_string()),
            transfer_fee_bps: token.transfer_fee_bps,
        }
    }
}

/// What other tools need to know of a chain with nothing on it but the programs.
#[must_use]
pub fn chain_state(chain: &Chain) -> State {
    State {
        version: STATE_VERSION,
        backend: chain.backend_name().to_owned(),
        pid: std::process::id(),
        rpc_url: chain.rpc_url().to_owned(),
        ws_url: chain.ws_url().to_owned(),
        programs: PROGRAMS
            .iter()
            .map(|(name, address, _)| ProgramState {
                name: (*name).to_owned(),
                address: address.to_string(),
            })
            .collect(),
        wallets: Vec::new(),
        mints: Vec::new(),
        pools: Vec::new(),
        markets: Vec::new(),
        farms: Vec::new(),
        realms: Vec::new(),
    }
}

async fn create_wallets(chain: &Chain, directory: &StateDirectory) -> Result<Wallets, WorldError> {
    let [first, second, third] = MARKET
        .makers
        .each_ref()
        .map(|maker| Wallet::create(maker.name, directory));
    let wallets = Wallets {
        maker: Wallet::create("maker", directory)?,
        alice: Wallet::create("alice", directory)?,
        bob: Wallet::create("bob", directory)?,
        makers: [first?, second?, third?],
    };
    let fund = async |wallet: &Wallet| {
        let lamports = WALLET_SOL * LAMPORTS_PER_SOL;
        chain.fund(&wallet.address(), lamports).await
    };
    let [first, second, third] = &wallets.makers;
    tokio::try_join!(
        fund(&wallets.maker),
        fund(&wallets.alice),
        fund(&wallets.bob),
        fund(first),
        fund(second),
        fund(third),
    )?;
    Ok(wallets)
}

fn wallet_state(wallet: &Wallet) -> WalletState {
    WalletState {
        name: wallet.name.to_owned(),
        address: wallet.address().to_string(),
        keypair: wallet.file.clone(),
    }
}

fn pool_state(pool: &WorldPool) -> PoolState {
    PoolState {
        name: pool.name.clone(),
        address: pool.address.to_string(),
        curve: pool.curve.name().to_owned(),
        base_mint: pool.base.mint.to_string(),
        quote_mint: pool.quote.mint.to_string(),
        shards: pool
            .shards
            .iter()
            .map(|shard| shard.shard.to_string())
            .collect(),
    }
}

fn market_state(market: &WorldMarket) -> MarketState {
    MarketState {
        name: market.name.clone(),
        address: market.address.to_string(),
        base_mint: market.base.mint.to_string(),
        quote_mint: market.quote.mint.to_string(),
        base_lot: market.params.base_lot,
        tick: market.params.tick,
        vault_shards: market
            .vault_shards
            .iter()
            .map(|shard| shard.vault_shard.to_string())
            .collect(),
        lanes: market
            .lanes
            .iter()
            .map(|lane| LaneState {
                owner: lane.owner.to_owned(),
                address: lane.address.to_string(),
            })
            .collect(),
    }
}

fn farm_state(farm: &WorldFarm) -> FarmState {
    FarmState {
        name: farm.name.to_owned(),
        address: farm.address.to_string(),
        stake_mint: farm.stake_mint.to_string(),
        market: farm.market.map(|market| market.to_string()),
        rewards: farm
            .rewards
            .iter()
            .map(|token| token.mint.to_string())
            .collect(),
        shards: farm.shards.iter().map(ToString::to_string).collect(),
    }
}

fn realm_state(realm: &WorldRealm) -> RealmState {
    RealmState {
        name: realm.name.to_owned(),
        address: realm.address.to_string(),
        treasury: realm.treasury.to_string(),
        community: realm.community.to_string(),
        council: Some(realm.council.to_string()),
    }
}
