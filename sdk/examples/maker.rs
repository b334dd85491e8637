//! A maker on a running chain: `maker RPC_URL WS_URL KEYPAIR_FILE MARKET PRICE BASE QUOTE`.
//!
//! Opens a lane, deposits so much of both tokens, and quotes eight levels a side around an index
//! price, here a random walk from PRICE: one `replace_all` a second. Prints what is filled.
//! `cargo xtask localnet` prints addresses to try it with.

use std::time::Duration;

use rand::Rng;
use rust_decimal::Decimal;
use sealane_sdk::{
    address, amount,
    book::{BookUnits, Ladder, LaneSnapshot, Quoted, TickRounding},
    client::Client,
    engine_core::book::{BookSide, Lots},
    plan::{self, Caller, OpenLaneRequest},
    subscribe::{self, AccountEvent, SubscriptionConfig},
};
use solana_keypair::{Signer, read_keypair_file};

const LEVELS: u32 = 8;
/// Of the price: how far the levels are from each other.
const STEP_BPS: u32 = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rpc, ws, keypair, market, price, base, quote] = &arguments[..] else {
        return Err("usage: maker RPC_URL WS_URL KEYPAIR_FILE MARKET PRICE BASE QUOTE".into());
    };
    let (wallet, market) = (read_keypair_file(keypair)?, market.parse()?);
    let owner = wallet.pubkey();
    let mut client = Client::new(rpc.as_str());
    client.fetch_market(&market).await?;
    let units = client.markets().units(&market)?;

    let lane = address::lane(&market, &owner, 0).0;
    if client.markets().lane(&lane).is_none() {
        let request = OpenLaneRequest {
            market,
            owner,
            index: 0,
            capacity: 16,
            referrer: None,
        };
        let open = plan::open_lane_instructions(&request)?;
        client.send(&open.instructions, &wallet).await?;
        client.fetch_market(&market).await?;
    }
    let base = amount::parse(base, units.base_decimals)?;
    let quote = amount::parse(quote, units.quote_decimals)?;
    if base > 0 || quote > 0 {
        let caller = Caller::new(owner);
        let deposit = plan::deposit_instructions(client.markets(), &lane, &caller, base, quote)?;
        client.execute(deposit, &wallet).await?;
        client.fetch_market(&market).await?;
    }

    let mut index = random_walk(price.parse()?);
    let config = SubscriptionConfig::lanes(ws.as_str(), market);
    let mut events = subscribe::follow(config, client.rpc().clone());
    let mut every_second = tokio::time::interval(Duration::from_secs(1));
    let mut volume = None;
    loop {
        tokio::select! {
            Some(event) = events.next() => {
                if let AccountEvent::Stale(reason) = &event {
                    eprintln!("stale: {reason}");
                }
                event.apply_to(client.markets_mut())?;
                let Some(entry) = client.markets().lane(&lane) else { continue };
                let filled = entry.lane.header().maker_volume;
                let before = volume.replace(filled).unwrap_or(filled);
                if filled != before {
                    println!("filled {} quote", units.quote(filled.wrapping_sub(before)));
                }
            }
            _ = every_second.tick() => {
                let Some(entry) = client.markets().lane(&lane) else { continue };
                let ladder = ladder(&units, entry.lane, index());
                let replace = plan::replace_all_instruction(&market, &lane, &owner, &ladder, &[])?;
                match client.send(&[replace], &wallet).await {
                    Ok(_) => println!("{}", summary(&units, &ladder)),
                    // Filled meanwhile, perhaps: the next second knows more.
                    Err(error) => eprintln!("not quoted: {error}"),
                }
            }
        }
    }
}

/// An index price to quote around. Where there is a real one, that goes here.
fn random_walk(mut price: Decimal) -> impl FnMut() -> Decimal {
    move || {
        let step = Decimal::new(rand::rng().random_range(-10..=10), 4);
        price += price * step;
        price
    }
}

/// Equal sizes on equal distances, with all that the lane owns.
fn ladder(units: &BookUnits, lane: &LaneSnapshot, index: Decimal) -> Ladder {
    let header = lane.header();
    let quote = header.quote_free + header.quote_locked;
    // A hundredth stays free, for what a fee would lock besides.
    let budget = quote / u64::from(LEVELS) / 100 * 99;
    let base = (header.base_free + header.base_locked) / u64::from(LEVELS);
    let levels = |side: BookSide| {
        let mut levels: Vec<Quoted> = Vec::new();
        for level in 1..=LEVELS {
            let distance = index * Decimal::new(i64::from(level * STEP_BPS), 4);
            let price = match side {
                BookSide::Bid => index - distance,
                BookSide::Ask => index + distance,
            };
            let Ok(price) = units.ticks(price, TickRounding::passive(side)) else {
                continue;
            };
            let lots = Lots(match side {
                BookSide::Bid => budget / units.sizes.lot_price(price),
                BookSide::Ask => base / units.sizes.base_lot,
            });
            let is_new = levels.last().is_none_or(|last| last.price != price);
            if lots > Lots::ZERO && is_new {
                levels.push(Quoted::new(price, lots));
            }
        }
        Some(levels)
    };
    Ladder {
        bids: levels(BookSide::Bid),
        asks: levels(BookSide::Ask),
        ..Ladder::default()
    }
}

fn summary(units: &BookUnits, ladder: &Ladder) -> String {
    let best = |side: &Option<Vec<Quoted>>| {
        let first = side.as_ref().and_then(|levels| levels.first());
        first.map_or_else(|| "-".into(), |level| units.price(level.price).to_string())
    };
    format!("{} / {}", best(&ladder.bids), best(&ladder.asks))
}
