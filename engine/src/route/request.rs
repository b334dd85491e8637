//! What a route is asked for.

use serde::Serialize;
use solana_pubkey::Pubkey;

use crate::{
    lookup::AddressLookupTableAccount,
    markets::Markets,
    pools::Pools,
    quote::{SwapKind, VenueChoice},
    world::World,
};

/// Where trades can go.
#[derive(Clone, Copy, Debug)]
pub struct Venues<'a> {
    /// Pools with their shards.
    pub pools: &'a Pools,
    /// Markets with their lanes.
    pub markets: &'a Markets,
}

impl<'a> From<&'a World> for Venues<'a> {
    fn from(world: &'a World) -> Self {
        Self {
            pools: world.pools(),
            markets: world.markets(),
        }
    }
}

/// What a transaction may be. The defaults are the network's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteLimits {
    /// Trades one after the other, at most; four are the most that are ever searched.
    pub max_hops: usize,
    /// Trades in all, those side by side included; sixteen are the most that are ever searched.
    pub max_legs: usize,
    /// Accounts that a transaction can lock.
    pub max_accounts: usize,
    /// Bytes that a transaction can have.
    pub max_bytes: usize,
    /// Compute units that a transaction can use.
    pub max_compute_units: u64,
}

impl Default for RouteLimits {
    fn default() -> Self {
        Self {
            max_hops: super::MAX_HOPS,
            max_legs: 8,
            max_accounts: 64,
            max_bytes: 1_232,
            max_compute_units: 1_400_000,
        }
    }
}

/// What lamports are worth in the token that routes are compared in: the one received where the
/// amount sent is given, the one sent where the amount received is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SolPrice {
    /// Nothing: the network's fees are left out of the comparison.
    #[default]
    Ignored,
    /// So many of its base units for one SOL.
    UnitsPerSol(u64),
    /// What a route gives for a tenth of a SOL, wrapped as this mint. Nothing if there is none.
    Routed {
        /// The mint of wrapped SOL.
        mint: Pubkey,
    },
}

/// What another leg costs besides its price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RouteCosts {
    /// The priority fee, in micro-lamports for each compute unit.
    pub micro_lamports_per_unit: u64,
    /// Lamports for each token that a route passes through: the rent of its account, if the
    /// wallet has none yet.
    pub lamports_per_token: u64,
    /// What lamports are worth.
    pub sol_price: SolPrice,
}

/// A trade between two tokens, over whatever serves it best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteRequest<'a> {
    /// The token that is sent.
    pub mint_in: Pubkey,
    /// The token that is received.
    pub mint_out: Pubkey,
    /// Base units, of the token sent or of the one received.
    pub amount: u64,
    /// Which of the two amounts is given.
    pub kind: SwapKind,
    /// Who trades and signs. Orders of the trader's own are left alone.
    pub trader: Pubkey,
    /// By how much the outcome may be worse than quoted, in basis points of it: 50 is 0.5%. It is
    /// granted where the amount is open: to the last trades if the amount sent is given, to the
    /// first if the amount received is.
    pub slippage_tolerance_bps: u16,
    /// The same for each of the other trades of a route of several hops; see [`route`](super::route).
    pub hop_tolerance_bps: u16,
    /// What the transaction may be.
    pub limits: RouteLimits,
    /// What its legs cost besides their prices.
    pub costs: RouteCosts,
    /// Which shards are chosen of those that serve about as well as the best: without a seed by the
    /// trader. The whole route stays within the tolerance of the best that is found.
    pub choice: VenueChoice,
    /// Pools, shards, markets, lanes and tokens to leave out.
    pub excluded: &'a [Pubkey],
    /// Lookup tables that the transaction may use: an address in one costs it a byte instead of 32.
    pub lookup_tables: &'a [AddressLookupTableAccount],
    /// Who pays for the transaction, if not the trader.
    pub payer: Option<Pubkey>,
    /// Whether the transaction also creates the token accounts that receive.
    pub creates_accounts: bool,
}

impl RouteRequest<'_> {
    /// A request of a wallet with the default limits, without costs and exclusions, that tolerates
    /// half a percent.
    #[must_use]
    pub fn new(
        kind: SwapKind,
        amount: u64,
        mint_in: Pubkey,
        mint_out: Pubkey,
        trader: Pubkey,
    ) -> Self {
        Self {
            mint_in,
            mint_out,
            amount,
            kind,
            trader,
            slippage_tolerance_bps: 50,
            hop_tolerance_bps: 0,
            limits: RouteLimits::default(),
            costs: RouteCosts::default(),
            choice: VenueChoice::default(),
            excluded: &[],
            lookup_tables: &[],
            payer: None,
            creates_accounts: true,
        }
    }

    pub(super) fn is_excluded(&self, address: &Pubkey) -> bool {
        self.excluded.contains(address)
    }
}

/// What a transaction of a route is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TransactionSize {
    /// Compute units that it may use, from measured programs; an upper estimate.
    pub compute_units: u64,
    /// Accounts that it locks.
    pub accounts: usize,
    /// Bytes, signed and with its compute budget.
    pub bytes: usize,
}
