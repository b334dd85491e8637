//! The order book demo.

use comfy_table::Table;
use console::style;
use sealane_localnet::book_demo::BookDemo;
use sealane_sdk::amount;
use sealane_sdk::book::{BookLevel, OrderBook};
use sealane_sdk::engine_core::book::{BookSide, Lots, Ticks};

use super::{PRICE_PLACES, facts, heading, right, signed_change, table, tokens, transaction};

/// Levels shown of each side.
const LEVELS: usize = 8;

/// The whole demo.
pub(crate) fn demo(demo: &BookDemo) {
    let market = &demo.market;
    println!();
    heading(&format!(
        "{} · order book · {} lanes, {} vault shards",
        market.name,
        market.lanes.len(),
        market.vault_shards.len()
    ));
    facts(&[("Market", &market.address.to_string())]);
    println!("\n{}", book(demo, &demo.before).trim_fmt());

    println!();
    heading("Quote");
    quote(demo);
    println!("\n{}", fills(demo).trim_fmt());

    println!();
    heading("Transaction");
    transaction(
        &demo.signature,
        demo.slot,
        demo.compute_units,
        demo.fee_lamports,
    );

    println!();
    heading("Afterwards");
    println!("{}", balances(demo).trim_fmt());
    println!("\n{}", book(demo, &demo.after).trim_fmt());

    println!();
    let executed = &demo.executed;
    let (bought, paid) = (
        tokens(executed.base, &market.base),
        tokens(executed.value + executed.fee, &market.quote),
    );
    println!(
        "{} quoted {bought} for {paid}, executed {bought} for {paid}: equal to the last unit, and \
         in each of {} fills. {} compute units.",
        style("✓").green(),
        executed.fills.len(),
        demo.compute_units
    );
}

/// Asks above bids, the best of both in the middle.
fn book(demo: &BookDemo, book: &OrderBook) -> Table {
    let market = &demo.market;
    let (base, quote) = (market.base.symbol, market.quote.symbol);
    let mut table = table(&["", &format!("price, {quote}"), base, "total", "orders"]);
    right(&mut table, &[1, 2, 3, 4]);
    let asks = totalled(&book.levels(BookSide::Ask));
    for (level, total) in asks.iter().take(LEVELS).rev() {
        table.add_row(row(demo, "ask", level, *total));
    }
    if let Some(ticks) = book.spread_ticks() {
        let spread = u32::try_from(ticks).map_or_else(
            |_| "crossed".to_owned(),
            |ticks| demo.units.price(Ticks(ticks)).normalize().to_string(),
        );
        table.add_row(["spread".to_owned(), spread]);
    }
    for (level, total) in totalled(&book.levels(BookSide::Bid)).iter().take(LEVELS) {
        table.add_row(row(demo, "bid", level, *total));
    }
    table
}

/// Each level with the lots up to and with it.
fn totalled(levels: &[BookLevel]) -> Vec<(BookLevel, Lots)> {
    let mut total = 0;
    let levels = levels.iter().map(|level| {
        total += level.lots.0;
        (*level, Lots(total))
    });
    levels.collect()
}

fn row(demo: &BookDemo, side: &str, level: &BookLevel, total: Lots) -> [String; 5] {
    [
        side.to_owned(),
        price(demo, level.price),
        size(demo, level.lots),
        size(demo, total),
        level.orders.to_string(),
    ]
}

fn quote(demo: &BookDemo) {
    let (market, outcome) = (&demo.market, &demo.quote.outcome);
    let (base, quote) = (&market.base, &market.quote);
    let average = outcome.average_price.unwrap_or_default();
    let average = average.round_dp(PRICE_PLACES).normalize();
    facts(&[
        ("Buy", &tokens(outcome.base, base)),
        ("Pay", &tokens(outcome.value, quote)),
        ("Fee", &tokens(outcome.fee, quote)),
        (
            "Limit",
            &format!(
                "{} {} for a {}, or nothing happens",
                price(demo, demo.quote.request.limit),
                quote.symbol,
                base.symbol
            ),
        ),
        ("Average price", &format!("{average} {}", quote.symbol)),
        ("Price impact", &amount::percent(outcome.price_impact_bps)),
        (
            "Lanes",
            &format!("{} of {}", outcome.lanes.len(), market.lanes.len()),
        ),
    ]);
}

fn fills(demo: &BookDemo) -> Table {
    let market = &demo.market;
    let (base, quote) = (market.base.symbol, market.quote.symbol);
    let mut table = table(&["fill", &format!("price, {quote}"), base, "maker"]);
    right(&mut table, &[0, 1, 2]);
    for (number, fill) in (1..).zip(&demo.quote.outcome.fills) {
        table.add_row([
            format!("{number}"),
            price(demo, fill.price),
            size(demo, fill.lots),
            demo.maker(&fill.lane).to_owned(),
        ]);
    }
    table
}

fn balances(demo: &BookDemo) -> Table {
    let mut table = table(&["alice's lane", "before", "after", "change"]);
    right(&mut table, &[1, 2, 3]);
    let market = &demo.market;
    for (token, [before, after]) in [
        (&market.base, demo.base_free),
        (&market.quote, demo.quote_free),
    ] {
        table.add_row([
            token.symbol.to_owned(),
            amount::format(before, token.decimals),
            amount::format(after, token.decimals),
            signed_change(before, after, token.decimals),
        ]);
    }
    table
}

/// With as many places as the tick has, so that prices line up.
fn price(demo: &BookDemo, ticks: Ticks) -> String {
    let places = demo.units.price(Ticks(1)).normalize().scale();
    let price = demo.units.price(ticks);
    format!("{price:.places$}", places = places as usize)
}

/// With as many places as the lot has.
fn size(demo: &BookDemo, lots: Lots) -> String {
    let size = |lots| demo.units.size(lots).unwrap_or_default();
    let places = size(Lots(1)).normalize().scale();
    format!("{:.places$}", size(lots), places = places as usize)
}
