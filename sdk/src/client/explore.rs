//! Finding the pools and markets that lead from one token to another, without fetching all.
//!
//! A node is asked which places trade a token, for the tokens on either side in turn, until they
//! meet. Of what it names only the pairs are read; what is on no way between the two is not fetched.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use anchor_lang::Discriminator;
use sealane_amm::state::Pool;
use sealane_orderbook::state::Market;
use solana_account_decoder_client_types::{UiAccountEncoding, UiDataSliceConfig};
use solana_pubkey::Pubkey;
use solana_rpc_client_api::{
    config::{RpcAccountInfoConfig, RpcProgramAccountsConfig},
    filter::{Memcmp, RpcFilterType},
};
use tokio::time::Instant;

use super::{Client, ClientError};
use crate::{amm, orderbook, tx::retried};

/// For how long what a node told of a token is not asked again.
const MEMORY: Duration = Duration::from_secs(30);
/// Tokens about which a node is asked for one route.
const MAX_ASKED: usize = 16;
const ADDRESS_LEN: usize = 32;

/// What nodes told of who trades what.
#[derive(Clone, Debug, Default)]
pub(super) struct Atlas {
    /// When the places that trade a token were last asked for.
    asked: HashMap<Pubkey, Instant>,
    /// The two tokens that each place trades.
    places: BTreeMap<Place, [Pubkey; 2]>,
}

/// Where two tokens are traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Pool(Pubkey),
    Market(Pubkey),
}

/// Where a program's accounts name two mints.
struct Layout {
    program: Pubkey,
    discriminator: &'static [u8],
    mints: [usize; 2],
    place: fn(Pubkey) -> Place,
}

const LAYOUTS: [Layout; 2] = [
    Layout {
        program: amm::ID,
        discriminator: Pool::DISCRIMINATOR,
        mints: [
            std::mem::offset_of!(Pool, base_mint),
            std::mem::offset_of!(Pool, quote_mint),
        ],
        place: Place::Pool,
    },
    Layout {
        program: orderbook::ID,
        discriminator: Market::DISCRIMINATOR,
        mints: [
            std::mem::offset_of!(Market, base_mint),
            std::mem::offset_of!(Market, quote_mint),
        ],
        place: Place::Market,
    },
];

impl Atlas {
    /// How many trades are between a token and the others, at most so many.
    fn distances(&self, from: &Pubkey, most: usize) -> HashMap<Pubkey, usize> {
        let mut distances = HashMap::from([(*from, 0)]);
        for distance in 1..=most {
            let mut reached = Vec::new();
            for [one, other] in self.places.values() {
                for (near, far) in [(one, other), (other, one)] {
                    let is_last = distances.get(near) == Some(&(distance - 1));
                    if is_last && !distances.contains_key(far) {
                        reached.push(*far);
                    }
                }
            }
            distances.extend(reached.into_iter().map(|mint| (mint, distance)));
        }
        distances
    }

    /// The places on ways of at most so many trades.
    fn between(&self, from: &Pubkey, to: &Pubkey, hops: usize) -> Vec<Place> {
        let (before, behind) = (self.distances(from, hops), self.distances(to, hops));
        let leads = |one: &Pubkey, other: &Pubkey| {
            let length = before.get(one).zip(behind.get(other));
            length.is_some_and(|(before, behind)| before + 1 + behind <= hops)
        };
        let places = self.places.iter();
        places
            .filter(|(_, [one, other])| leads(one, other) || leads(other, one))
            .map(|(place, _)| *place)
            .collect()
    }

    /// The tokens nearest to a token of which nothing has been asked lately, up to a distance.
    fn unknown_near(&self, from: &Pubkey, most: usize) -> Vec<Pubkey> {
        let is_unknown = |mint: &Pubkey| {
            let asked = self.asked.get(mint);
            asked.is_none_or(|asked| asked.elapsed() > MEMORY)
        };
        let distances = self.distances(from, most).into_iter();
        let unknown: BTreeSet<(usize, Pubkey)> = distances
            .filter(|(mint, _)| is_unknown(mint))
            .map(|(mint, distance)| (distance, mint))
            .collect();
        let nearest = unknown.first().map(|(distance, _)| *distance);
        unknown
            .into_iter()
            .take_while(|(distance, _)| Some(*distance) == nearest)
            .map(|(_, mint)| mint)
            .collect()
    }
}

impl Client {
    /// Fetches the pools and markets on the ways between two tokens, as far as they are not cached.
    /// Tells whether there was anything to fetch.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%from, %to, hops))]
    pub(super) async fn explore(
        &mut self,
        from: &Pubkey,
        to: &Pubkey,
        hops: usize,
    ) -> Result<bool, ClientError> {
        let mut asked = 0;
        let found = loop {
            let found = self.atlas.between(from, to, hops);
            if !found.is_empty() || asked == MAX_ASKED {
                break found;
            }
            // Both sides at once, each up to the middle.
            let mut unknown = self
                .atlas
                .unknown_near(from, hops.div_ceil(2).saturating_sub(1));
            unknown.extend(self.atlas.unknown_near(to, (hops / 2).saturating_sub(1)));
            unknown.truncate(MAX_ASKED - asked);
            if unknown.is_empty() {
                break found;
            }
            for mint in unknown {
                self.ask_about(&mint).await?;
                asked += 1;
            }
        };
        self.fetch_places(&found).await
    }

    /// Fetches places that no cache holds. Tells whether there were any.
    async fn fetch_places(&mut self, places: &[Place]) -> Result<bool, ClientError> {
        let (mut pools, mut markets) = (Vec::new(), Vec::new());
        for place in places {
            match place {
                Place::Pool(pool) if self.pools.pool(pool).is_none() => pools.push(*pool),
                Place::Market(market) if self.markets.market(market).is_none() => {
                    markets.push(*market);
                }
                _ => {}
            }
        }
        if !pools.is_empty() {
            self.fetch_found_pools(&pools).await?;
        }
        if !markets.is_empty() {
            self.fetch_found_markets(&markets).await?;
        }
        Ok(!pools.is_empty() || !markets.is_empty())
    }

    /// Asks the node for the places that trade a token.
    async fn ask_about(&mut self, mint: &Pubkey) -> Result<(), ClientError> {
        for layout in &LAYOUTS {
            for side in layout.mints {
                for (address, mints) in self.pairs(layout, side, mint).await? {
                    self.atlas.places.insert((layout.place)(address), mints);
                }
            }
        }
        self.atlas.asked.insert(*mint, Instant::now());
        Ok(())
    }

    /// A program's accounts with a mint in a field, and both of their mints.
    async fn pairs(
        &self,
        layout: &Layout,
        side: usize,
        mint: &Pubkey,
    ) -> Result<Vec<(Pubkey, [Pubkey; 2])>, ClientError> {
        let head = layout.discriminator.len();
        let first = layout.mints[0].min(layout.mints[1]);
        let length = layout.mints[0].abs_diff(layout.mints[1]) + ADDRESS_LEN;
        let bytes = |offset, bytes: &[u8]| {
            RpcFilterType::Memcmp(Memcmp::new_raw_bytes(offset, bytes.to_vec()))
        };
        let config = RpcProgramAccountsConfig {
            filters: Some(vec![
                bytes(0, layout.discriminator),
                bytes(head + side, mint.as_ref()),
            ]),
            account_config: RpcAccountInfoConfig {
                encoding: Some(UiAccountEncoding::Base64),
                data_slice: Some(UiDataSliceConfig {
                    offset: head + first,
                    length,
                }),
                commitment: Some(self.transactor.config().commitment),
                min_context_slot: None,
            },
            ..RpcProgramAccountsConfig::default()
        };
        let found = retried(|| {
            self.rpc
                .get_program_ui_accounts_with_config(&layout.program, config.clone())
        })
        .await
        .map_err(ClientError::rpc("getProgramAccounts"))?;
        let mints = |data: &[u8]| -> Option<[Pubkey; 2]> {
            let at = |offset: usize| {
                let bytes = data.get(offset - first..offset - first + ADDRESS_LEN)?;
                Pubkey::try_from(bytes).ok()
            };
            Some([at(layout.mints[0])?, at(layout.mints[1])?])
        };
        let pairs = found.into_iter();
        Ok(pairs
            .filter_map(|(address, account)| Some((address, mints(&account.data.decode()?)?)))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_on_a_short_enough_way_is_fetched() {
        let [a, b, c, d] = [(); 4].map(|()| Pubkey::new_unique());
        let mut atlas = Atlas::default();
        let mut place = |mints| {
            let place = Place::Pool(Pubkey::new_unique());
            atlas.places.insert(place, mints);
            place
        };
        let (ab, bc, cd, ad) = (place([a, b]), place([c, b]), place([c, d]), place([a, d]));
        let sorted = |mut places: Vec<Place>| {
            places.sort_unstable();
            places
        };
        assert_eq!(atlas.between(&a, &b, 1), [ab]);
        assert_eq!(atlas.between(&a, &c, 1), []);
        assert_eq!(
            sorted(atlas.between(&a, &c, 2)),
            sorted(vec![ab, bc, cd, ad])
        );
        assert_eq!(sorted(atlas.between(&a, &b, 2)), [ab]);
        assert_eq!(
            sorted(atlas.between(&a, &b, 3)),
            sorted(vec![ab, bc, cd, ad])
        );
        // Near means nearest: what is further is asked about later.
        assert_eq!(atlas.unknown_near(&a, 2), [a]);
        atlas.asked.insert(a, Instant::now());
        let near: BTreeSet<Pubkey> = atlas.unknown_near(&a, 2).into_iter().collect();
        assert_eq!(near, BTreeSet::from([b, d]));
        assert_eq!(atlas.unknown_near(&a, 0), []);
    }
}
