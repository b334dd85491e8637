//! Trades between two tokens, over everything that leads from one to the other.

use std::collections::BTreeSet;

use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Client, ClientError, Executed};
use crate::{
    events::{Event, orderbook::BookEvent},
    plan::{Caller, routed_instructions},
    route::{MAX_HOPS, Route, RouteError, RouteLeg, RouteRequest, Venues, route},
};

/// How often a route is looked for again because what it uses had to be brought up to date.
const MAX_ROUNDS: usize = 4;

impl Client {
    /// All pools and markets of the cache.
    #[must_use]
    pub fn venues(&self) -> Venues<'_> {
        Venues {
            pools: &self.pools,
            markets: &self.markets,
        }
    }

    /// The best route over the caches as they are. No call is made. Lookup tables are the request's,
    /// or the client's if it has none.
    ///
    /// # Errors
    /// [`ClientError::Route`].
    pub fn route(&self, request: &RouteRequest<'_>) -> Result<Route, ClientError> {
        let lookup_tables = match request.lookup_tables {
            [] => self.lookup_tables(),
            tables => tables,
        };
        let request = RouteRequest {
            lookup_tables,
            ..*request
        };
        Ok(route(&self.venues(), &request)?)
    }

    /// The best route, with every pool and market that it uses brought up to date. Pools and
    /// markets that are in no cache are left out; if the caches lead nowhere, those that lead from
    /// one token to the other are looked for, and fetched. What was looked for in vain is not looked
    /// for again for half a minute.
    ///
    /// # Errors
    /// [`ClientError::Route`] if there is no route, [`ClientError::Rpc`] if the node does not
    /// answer.
    #[tracing::instrument(level = "debug", skip_all, fields(mint_in = %request.mint_in, mint_out = %request.mint_out))]
    pub async fn quote(&mut self, request: &RouteRequest<'_>) -> Result<Route, ClientError> {
        let mut fresh: BTreeSet<Pubkey> = BTreeSet::new();
        let leads_nowhere = matches!(
            self.route(request),
            Err(ClientError::Route(
                RouteError::UnknownMint { .. } | RouteError::NoPath { .. }
            ))
        );
        if leads_nowhere {
            let hops = request.limits.max_hops.min(MAX_HOPS);
            self.explore(&request.mint_in, &request.mint_out, hops)
                .await?;
            return self.route(request);
        }
        for _ in 0..MAX_ROUNDS {
            let route = self.route(request)?;
            let mut is_fresh = true;
            for leg in &route.legs {
                if fresh.insert(leg.place()) {
                    is_fresh = false;
                    match leg {
                        RouteLeg::Pool(quote) => self.fetch_pool(&quote.pool).await?,
                        RouteLeg::Market(take) => self.fetch_market(&take.market).await?,
                    }
                }
            }
            if is_fresh {
                return Ok(route);
            }
        }
        self.route(request)
    }

    /// Trades as the request asks, from the wallet, over the best route at its present prices.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn swap_best(
        &mut self,
        request: &RouteRequest<'_>,
        wallet: &Keypair,
    ) -> Result<Executed<Route>, ClientError> {
        let request = RouteRequest {
            trader: wallet.pubkey(),
            payer: None,
            creates_accounts: true,
            ..*request
        };
        let route = self.quote(&request).await?;
        self.swap_route(route, wallet).await
    }

    /// Executes a route at hand: all of it, or nothing.
    ///
    /// # Errors
    /// [`ClientError`].
    #[tracing::instrument(level = "debug", skip_all, fields(legs = route.legs.len()))]
    pub async fn swap_route(
        &self,
        route: Route,
        wallet: &Keypair,
    ) -> Result<Executed<Route>, ClientError> {
        let caller = Caller::new(wallet.pubkey());
        let plan = routed_instructions(&self.venues(), route, &caller)?;
        self.execute(plan, wallet).await
    }
}

impl Executed<Route> {
    /// What left the wallet, as the programs reported it; `None` if the node does not serve the
    /// transaction's record.
    #[must_use]
    pub fn sent(&self) -> Option<u64> {
        let legs = self.traded()?.into_iter();
        let first = legs.filter(|(leg, ..)| leg.mint_in() == self.quote.mint_in);
        Some(first.map(|(_, sent, _)| sent).sum())
    }

    /// What arrived in the wallet, likewise.
    #[must_use]
    pub fn received(&self) -> Option<u64> {
        let legs = self.traded()?.into_iter();
        let last = legs.filter(|(leg, ..)| leg.mint_out() == self.quote.mint_out);
        Some(last.map(|(.., received)| received).sum())
    }

    /// Each leg with what it sent and received.
    fn traded(&self) -> Option<Vec<(&RouteLeg, u64, u64)>> {
        let books = self.confirmed.book_events();
        let amounts = |leg: &RouteLeg| match leg {
            RouteLeg::Pool(quote) => self.events.iter().find_map(|event| match event {
                Event::Swapped(swapped) if swapped.shard == quote.shard => {
                    Some((swapped.sent, swapped.received))
                }
                _ => None,
            }),
            RouteLeg::Market(take) => books.iter().find_map(|event| match event {
                BookEvent::SwapTaken(taken, _) if taken.market == take.market => {
                    Some((taken.sent, taken.received))
                }
                _ => None,
            }),
        };
        let legs = self.quote.legs.iter();
        legs.map(|leg| amounts(leg).map(|(sent, received)| (leg, sent, received)))
            .collect()
    }
}
