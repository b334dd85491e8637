//! Which tokens are traded for which, and where.
//!
//! Only tokens from which the goal can still be reached are in the graph. The places to trade are
//! prepared when the search first comes to a token, because only then is it known about how much is
//! to be traded there: a market with more lanes than a take can name serves different amounts best
//! with different lanes.
//!
//! The graph is seen from the given amount: edges leave the token whose amount is known, so for an
//! exact amount received they point against the trades.

use std::collections::{HashMap, VecDeque};

use sealane_amm::state::pause;
use sealane_core::{
    book::{BookSide, MAX_LANES},
    units::Side,
};
use sealane_orderbook::state::pause as book_pause;
use solana_pubkey::Pubkey;

use super::{
    RouteError, RouteRequest, Venues,
    accounts::{Accounts, Named},
    report::side_in,
    venue::{Ladder, LadderTerms, ShardVenue, Venue},
};
use crate::{
    address::TOKEN_2022_PROGRAM,
    book::{TakeLimits, choose_lanes},
    markets::MarketError,
    quote::{Context, QuoteError, SwapKind},
};

/// Lanes for which a market is prepared besides as many as fit: takes that leave room for others.
const FEWER_LANES: [usize; 2] = [6, 2];
/// Lanes that fit into a transaction of one take, without a lookup table.
const MOST_LANES: usize = 16;

/// A token.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) mint: Pubkey,
    /// Trades between it and the goal, at least.
    pub(super) distance: usize,
    places: Vec<(usize, Place)>,
    edges: Option<Vec<usize>>,
}

/// A pool or a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Pool(Pubkey),
    Market(Pubkey),
}

/// Where an edge trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A shard of a pool.
    Shard { pool: Pubkey, index: u8 },
    /// A market, and the taker's side.
    Market { market: Pubkey, side: BookSide },
}

/// A trade that can be made.
#[derive(Debug)]
pub(super) struct Edge {
    /// The token whose amount is known.
    pub(super) tail: usize,
    /// The other one.
    pub(super) head: usize,
    /// What can be used once only: edges of one account have the same.
    pub(super) group: usize,
    /// Whose state it changes: of a shard its own, of a market's orders the market's.
    pub(super) account: Pubkey,
    pub(super) source: Source,
    pub(super) venue: Venue,
    /// What its instruction names.
    pub(super) named: Named,
    /// About the largest amount that it can do.
    pub(super) capacity: u64,
    /// Whether another edge does the same with more of a market's lanes, and so at no worse prices:
    /// this one is for transactions that have no room for them.
    pub(super) is_smaller: bool,
}

/// What a search needs of an edge thousands of times: kept apart, so that it stays near.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) tail: usize,
    pub(super) head: usize,
    pub(super) group: usize,
    pub(super) capacity: u64,
}

/// Tokens and trades of one request.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    pub(super) venues: Venues<'a>,
    pub(super) request: RouteRequest<'a>,
    pub(super) root: usize,
    pub(super) goal: usize,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    /// Of each edge.
    pub(super) links: Vec<Link>,
    pub(super) accounts: Accounts,
    /// Why places do not trade.
    refusals: Vec<RouteError>,
    groups: HashMap<Pubkey, usize>,
}

impl<'a> Graph<'a> {
    /// The tokens on the ways between the request's two.
    pub(super) fn new(venues: Venues<'a>, request: &RouteRequest<'a>) -> Result<Self, RouteError> {
        let (from, to) = (request.mint_in, request.mint_out);
        let adjacent = adjacency(&venues, request);
        if !adjacent.contains_key(&from) || !adjacent.contains_key(&to) {
            return Err(why_unknown(&venues, request));
        }
        let (root, goal) = match request.kind {
            SwapKind::ExactIn => (from, to),
            SwapKind::ExactOut => (to, from),
        };
        let hops = request.limits.max_hops.min(super::MAX_HOPS);
        let distances = distances(&adjacent, &goal, &root, hops);
        if !distances.contains_key(&root) {
            return Err(why_no_path(&venues, request));
        }
        let mut mints: Vec<(&Pubkey, &usize)> = distances.iter().collect();
        mints.sort_unstable();
        let index: HashMap<Pubkey, usize> = mints
            .iter()
            .enumerate()
            .map(|(at, (mint, _))| (**mint, at))
            .collect();
        let node = |(mint, distance): &(&Pubkey, &usize)| {
            let neighbours = adjacent.get(*mint).into_iter().flatten();
            let places = neighbours.filter_map(|(mint, place)| Some((*index.get(mint)?, *place)));
            let mut places: Vec<(usize, Place)> = places.collect();
            places.sort_unstable();
            Node {
                mint: **mint,
                distance: **distance,
                places,
                edges: None,
            }
        };
        Ok(Self {
            venues,
            request: *request,
            root: index[&root],
            goal: index[&goal],
            nodes: mints.iter().map(node).collect(),
            edges: Vec::new(),
            links: Vec::new(),
            accounts: Accounts::new(request),
            refusals: Vec::new(),
            groups: HashMap::new(),
        })
    }

    /// Which amount is given.
    pub(super) fn kind(&self) -> SwapKind {
        self.request.kind
    }

    /// The edges that leave a token, prepared for about so much of it.
    pub(super) fn leaving(&mut self, node: usize, about: u64) -> Vec<usize> {
        if let Some(edges) = &self.nodes[node].edges {
            return edges.clone();
        }
        let first = self.edges.len();
        for (head, place) in std::mem::take(&mut self.nodes[node].places) {
            let prepared = match place {
                Place::Pool(pool) => self
                    .prepare_pool(&pool, node, head)
                    .map_err(RouteError::PoolUnavailable),
                Place::Market(market) => self
                    .prepare_market(&market, node, head, about)
                    .map_err(RouteError::MarketUnavailable),
            };
            self.refusals.extend(prepared.err());
        }
        let edges: Vec<usize> = (first..self.edges.len()).collect();
        self.nodes[node].edges = Some(edges.clone());
        edges
    }

    /// The edges that leave a token as far as they have been prepared.
    pub(super) fn prepared(&self, node: usize) -> &[usize] {
        self.nodes[node].edges.as_deref().unwrap_or_default()
    }

    /// Why nothing trades, if that is so.
    pub(super) fn refusal(&mut self) -> Option<RouteError> {
        if self.edges.is_empty() {
            self.refusals.drain(..).next()
        } else {
            None
        }
    }

    fn prepare_pool(&mut self, pool: &Pubkey, tail: usize, head: usize) -> Result<(), QuoteError> {
        let context = Context::new(self.venues.pools, pool)?;
        let mint_in = self.mint_in(tail, head);
        let side_in = context.side_of(&mint_in)?;
        context.require_active(pause::SWAP)?;
        let programs = [
            context.entry.pool.base_token_program,
            context.entry.pool.quote_token_program,
        ];
        let token_2022_count = programs
            .iter()
            .filter(|at| **at == TOKEN_2022_PROGRAM)
            .count();
        for index in 0..context.entry.pool.shard_count {
            let shard = context.shard(index)?;
            if self.request.is_excluded(&shard.address) {
                continue;
            }
            let fees = context.fees(side_in);
            let venue = context.priced(&shard, |state, params| {
                ShardVenue::new(state, params, fees, side_in, token_2022_count as u64)
            });
            match venue {
                Ok(venue) => {
                    let source = Source::Shard { pool: *pool, index };
                    let named = self.accounts.of_swap(&context.entry, &shard, side_in);
                    let venue = Venue::Shard(venue);
                    self.add((tail, head), &shard.address, source, venue, named);
                }
                Err(error) => self.refusals.push(RouteError::PoolUnavailable(error)),
            }
        }
        Ok(())
    }

    fn prepare_market(
        &mut self,
        market: &Pubkey,
        tail: usize,
        head: usize,
        about: u64,
    ) -> Result<(), MarketError> {
        let kind = self.kind();
        let (side, terms) = self.ladder_terms(market, tail, head)?;
        let fees = self.venues.markets.known(market)?.market.fees();
        let most = match self.request.lookup_tables {
            [] => MOST_LANES,
            _ => MAX_LANES,
        };
        let markets = self.venues.markets;
        let entry = markets.known(market)?;
        let no_vaults = MarketError::NoVaultShards { market: *market };
        let vaults = markets.vault_shards(market).next().ok_or(no_vaults)?;
        let mut last = usize::MAX;
        for max_lanes in [most].into_iter().chain(FEWER_LANES) {
            if (1..=max_lanes).contains(&last) {
                // All that serve have room.
                continue;
            }
            let limits = TakeLimits {
                max_lanes,
                ..self.take_limits()
            };
            let lanes = self.venues.markets.lanes(market);
            let lanes = lanes.map(|entry| (entry.address, entry.lane));
            // First for everything: where those lanes fit, they serve every amount.
            let everything = Ladder::order(&terms, SwapKind::ExactIn, u64::MAX);
            let (trader, moment) = (&self.request.trader, terms.moment);
            let choose = |order, lanes| {
                choose_lanes(&fees, terms.sizes, order, trader, moment, lanes, &limits)
            };
            let lanes: Vec<_> = lanes.collect();
            let mut chosen = choose(&everything, lanes.clone());
            if chosen.lanes.len() >= max_lanes {
                chosen = choose(&Ladder::order(&terms, kind, about), lanes);
            }
            if chosen.lanes.len() < last
                && let Some(ladder) = Ladder::new(self.venues.markets, &terms, &chosen)
            {
                last = chosen.lanes.len();
                let source = Source::Market {
                    market: *market,
                    side,
                };
                let lanes = ladder.met();
                let named = self.accounts.of_take(&entry, &vaults, lanes, side_in(side));
                let venue = Venue::Market(ladder);
                self.add((tail, head), market, source, venue, named);
            }
        }
        match last {
            usize::MAX => Err(MarketError::NoOrders),
            _ => Ok(()),
        }
    }

    fn ladder_terms(
        &self,
        market: &Pubkey,
        tail: usize,
        head: usize,
    ) -> Result<(BookSide, LadderTerms), MarketError> {
        let markets = self.venues.markets;
        let config = markets.known(market)?.market;
        config.require_active(book_pause::TAKE)?;
        let base = markets.transfer_fee(&config.base_mint, &config.base_token_program)?;
        let quote = markets.transfer_fee(&config.quote_mint, &config.quote_token_program)?;
        let side = if self.mint_in(tail, head) == config.quote_mint {
            BookSide::Bid
        } else {
            BookSide::Ask
        };
        let (on_in, on_out, pays) = match side {
            BookSide::Bid => (quote, base, Side::Base),
            BookSide::Ask => (base, quote, Side::Quote),
        };
        let mut most_paid = None;
        for entry in markets.vault_shards(market) {
            let (held, vault) = match pays {
                Side::Base => (entry.base, entry.vault_shard.base_vault),
                Side::Quote => (entry.quote, entry.vault_shard.quote_vault),
            };
            let held = held.ok_or(MarketError::MissingAccount {
                address: vault,
                what: "a vault",
            })?;
            most_paid = most_paid.max(Some(held));
        }
        let terms = LadderTerms {
            side,
            sizes: config.sizes(),
            taker: config.fees().taker,
            fees: sealane_core::pool::TransferFees { on_in, on_out },
            most_paid: most_paid.ok_or(MarketError::NoVaultShards { market: *market })?,
            moment: markets.known_moment()?,
            compute: self.take_limits().compute,
        };
        Ok((side, terms))
    }

    /// What a take of a route may cost.
    pub(super) fn take_limits(&self) -> TakeLimits {
        let limits = TakeLimits::default();
        let most = u32::try_from(self.request.limits.max_compute_units).unwrap_or(u32::MAX);
        TakeLimits {
            max_compute_units: limits.max_compute_units.min(most),
            ..limits
        }
        .for_wallet()
    }

    /// The token that an edge between two nodes takes.
    fn mint_in(&self, tail: usize, head: usize) -> Pubkey {
        match self.kind() {
            SwapKind::ExactIn => self.nodes[tail].mint,
            SwapKind::ExactOut => self.nodes[head].mint,
        }
    }

    fn add(
        &mut self,
        (tail, head): (usize, usize),
        account: &Pubkey,
        source: Source,
        venue: Venue,
        named: Named,
    ) {
        let next = self.groups.len();
        let group = *self.groups.entry(*account).or_insert(next);
        let capacity = venue.capacity(self.kind());
        let is_same = |edge: &Edge| edge.group == group && (edge.tail, edge.head) == (tail, head);
        let is_smaller = self.edges.iter().any(is_same);
        self.links.push(Link {
            tail,
            head,
            group,
            capacity,
        });
        self.edges.push(Edge {
            is_smaller,
            capacity,
            tail,
            head,
            group,
            account: *account,
            source,
            venue,
            named,
        });
    }
}

type Adjacency = HashMap<Pubkey, Vec<(Pubkey, Place)>>;

/// The neighbours of every token over places that are not excluded.
fn adjacency(venues: &Venues<'_>, request: &RouteRequest<'_>) -> Adjacency {
    let mut adjacent = Adjacency::new();
    let pools = venues.pools.pools().map(|entry| {
        let (base, quote) = (entry.pool.base_mint, entry.pool.quote_mint);
        (base, quote, entry.address, Place::Pool(entry.address))
    });
    let markets = venues.markets.markets().map(|entry| {
        let (base, quote) = (entry.market.base_mint, entry.market.quote_mint);
        (base, quote, entry.address, Place::Market(entry.address))
    });
    for (base, quote, address, place) in pools.chain(markets) {
        if request.is_excluded(&address)
            || request.is_excluded(&base)
            || request.is_excluded(&quote)
            || base == quote
        {
            continue;
        }
        adjacent.entry(base).or_default().push((quote, place));
        adjacent.entry(quote).or_default().push((base, place));
    }
    adjacent
}

/// How many trades are between each token and the goal, for those on ways of at most `hops`.
fn distances(
    adjacent: &Adjacency,
    goal: &Pubkey,
    root: &Pubkey,
    hops: usize,
) -> HashMap<Pubkey, usize> {
    let from_goal = within(adjacent, goal, hops);
    let from_root = within(adjacent, root, hops);
    let on_the_way = |mint: &Pubkey, distance: usize| {
        let before = from_root.get(mint);
        before.is_some_and(|before| before + distance <= hops)
    };
    from_goal
        .into_iter()
        .filter(|(mint, distance)| on_the_way(mint, *distance))
        .collect()
}

fn within(adjacent: &Adjacency, start: &Pubkey, hops: usize) -> HashMap<Pubkey, usize> {
    let mut distances = HashMap::from([(*start, 0)]);
    let mut queue = VecDeque::from([(*start, 0)]);
    while let Some((mint, distance)) = queue.pop_front() {
        if distance == hops {
            continue;
        }
        for (next, _) in adjacent.get(&mint).into_iter().flatten() {
            if !distances.contains_key(next) {
                distances.insert(*next, distance + 1);
                queue.push_back((*next, distance + 1));
            }
        }
    }
    distances
}

/// A token is not traded: because of what was excluded, or at all.
fn why_unknown(venues: &Venues<'_>, request: &RouteRequest<'_>) -> RouteError {
    let everything = RouteRequest {
        excluded: &[],
        ..*request
    };
    let all = adjacency(venues, &everything);
    let unknown = [request.mint_in, request.mint_out]
        .into_iter()
        .find(|mint| !all.contains_key(mint));
    match unknown {
        Some(mint) => RouteError::UnknownMint { mint },
        None => why_no_path(venues, request),
    }
}

/// There is no way: because of what was excluded, or at all.
fn why_no_path(venues: &Venues<'_>, request: &RouteRequest<'_>) -> RouteError {
    let (mint_in, mint_out) = (request.mint_in, request.mint_out);
    let max_hops = request.limits.max_hops.min(super::MAX_HOPS);
    let everything = RouteRequest {
        excluded: &[],
        ..*request
    };
    let all = adjacency(venues, &everything);
    if within(&all, &mint_in, max_hops).contains_key(&mint_out) {
        RouteError::AllExcluded { mint_in, mint_out }
    } else {
        RouteError::NoPath {
            mint_in,
            mint_out,
            max_hops,
        }
    }
}
