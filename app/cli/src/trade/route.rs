//! A trade over the best route.

use sealane_sdk::{
    amount,
    quote::SwapKind,
    route::{Route, RouteFees, RouteLeg, RouteLimits, RouteRequest},
};
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{TradeArguments, add_amounts};
use crate::{
    book::Kind,
    failure::Result,
    output::{Facts, Grid},
    session::Session,
    token::{Token, Units},
    view,
};

/// A route with the names that go with it.
#[derive(Clone, Debug)]
pub(crate) struct RouteOffer {
    pub(super) route: Route,
    /// Every token of it: first the one sent, then those received.
    tokens: Vec<Token>,
    slippage_bps: u16,
    units: Units,
}

impl RouteOffer {
    /// The best that the chain's pools and markets offer.
    pub(super) async fn of(
        arguments: &TradeArguments,
        session: &mut Session,
        mint_in: Pubkey,
        mint_out: Pubkey,
    ) -> Result<Self> {
        let (kind, given) = match arguments.exact_out {
            false => (SwapKind::ExactIn, mint_in),
            true => (SwapKind::ExactOut, mint_out),
        };
        let given = session.token_at(&given).await?;
        let amount = given.parse(session.units, &arguments.amount)?;
        let excluded = excluded(arguments, session)?;
        // A quote needs no wallet; with one, its own orders are left alone.
        let trader = session.wallet().map(|wallet| wallet.pubkey());
        let request = RouteRequest {
            slippage_tolerance_bps: arguments.slippage_bps,
            hop_tolerance_bps: arguments.hop_slippage_bps,
            limits: RouteLimits {
                max_hops: arguments.max_hops.into(),
                ..RouteLimits::default()
            },
            excluded: &excluded,
            ..RouteRequest::new(kind, amount, mint_in, mint_out, trader.unwrap_or_default())
        };
        let route = session.client.quote(&request).await?;
        let mut tokens = vec![session.token_at(&route.mint_in).await?];
        for leg in &route.legs {
            if tokens.iter().all(|token| token.mint != leg.mint_out()) {
                tokens.push(session.token_at(&leg.mint_out()).await?);
            }
        }
        Ok(Self {
            route,
            tokens,
            slippage_bps: arguments.slippage_bps,
            units: session.units,
        })
    }

    pub(super) fn token_in(&self) -> &Token {
        self.token(&self.route.mint_in)
    }

    pub(super) fn token_out(&self) -> &Token {
        self.token(&self.route.mint_out)
    }

    fn token(&self, mint: &Pubkey) -> &Token {
        let known = self.tokens.iter().find(|token| token.mint == *mint);
        // Every token of every leg is among them.
        known.unwrap_or(&self.tokens[0])
    }

    fn amount(&self, mint: &Pubkey, amount: u64) -> String {
        self.token(mint).amount(self.units, amount)
    }

    /// What would happen, and in which steps.
    pub(super) fn text(&self) -> String {
        format!("{}\n\n{}", self.facts(), self.legs())
    }

    fn facts(&self) -> Facts {
        let route = &self.route;
        let names: Vec<&str> = [route.mint_in]
            .into_iter()
            .chain(route.passed_through())
            .chain([route.mint_out])
            .map(|mint| self.token(&mint).symbol.as_str())
            .collect();
        let mut facts = Facts::under(names.join(" → "));
        let (mint_in, mint_out) = (&route.mint_in, &route.mint_out);
        add_amounts(
            &mut facts,
            route.kind,
            self.slippage_bps,
            [route.sent, route.maximum_sent].map(|sent| self.amount(mint_in, sent)),
            [route.received, route.minimum_received].map(|got| self.amount(mint_out, got)),
        );
        let (symbol_in, symbol_out) = (&self.token_in().symbol, &self.token_out().symbol);
        let price = view::price(route.received_per_sent);
        facts
            .add("Price", format!("{price} {symbol_out} per {symbol_in}"))
            .add("Price impact", amount::percent(route.price_impact_bps));
        if route.unspent > 0 {
            let kept = self.amount(mint_in, route.unspent);
            facts.add("Not spent", format!("{kept}, less than a lot"));
        }
        for left in &route.leftovers {
            facts.add("Left over", self.amount(&left.mint, left.amount));
        }
        self.add_fees(&mut facts);
        facts
    }

    fn add_fees(&self, facts: &mut Facts) {
        let trading = |fees: &RouteFees| {
            let providers_and_protocol = fees.lp.saturating_add(fees.protocol);
            providers_and_protocol.saturating_add(fees.taker)
        };
        self.add_kind_of_fees(facts, "Fees", trading);
        self.add_kind_of_fees(facts, "Transfer fees", |fees| fees.transfer);
    }

    fn add_kind_of_fees(
        &self,
        facts: &mut Facts,
        name: &'static str,
        of: impl Fn(&RouteFees) -> u64,
    ) {
        let fees = self.route.fees.iter().filter(|fees| of(fees) > 0);
        let fees: Vec<String> = fees.map(|fees| self.amount(&fees.mint, of(fees))).collect();
        if !fees.is_empty() {
            facts.add(name, fees.join(" and "));
        }
    }

    fn legs(&self) -> Grid {
        let mut grid = Grid::new(&["", "#sends", "#receives", "with", "address"]);
        for (at, leg) in self.route.legs.iter().enumerate() {
            let with = match leg {
                RouteLeg::Pool(quote) => format!("pool, shard {}", quote.shard_index),
                RouteLeg::Market(take) => match take.lanes.len() {
                    1 => "market, 1 lane".to_owned(),
                    lanes => format!("market, {lanes} lanes"),
                },
            };
            grid.row([
                (at + 1).to_string(),
                self.amount(&leg.mint_in(), leg.sent()),
                self.amount(&leg.mint_out(), leg.received()),
                with,
                leg.place().to_string(),
            ]);
        }
        grid
    }
}

/// What `--exclude` names: by the local chain's names, or any address.
fn excluded(arguments: &TradeArguments, session: &Session) -> Result<Vec<Pubkey>> {
    const KINDS: [Kind; 4] = [Kind::Pool, Kind::Market, Kind::Token, Kind::Lane];
    let mut excluded = Vec::new();
    for text in &arguments.exclude {
        // A pool and a market may have one name: then both are meant.
        let named = KINDS
            .iter()
            .filter_map(|kind| session.book.named(*kind, text));
        let named: Vec<Pubkey> = named.collect();
        match named.is_empty() {
            true => excluded.push(session.book.parse(&KINDS, text)?),
            false => excluded.extend(named),
        }
    }
    Ok(excluded)
}
