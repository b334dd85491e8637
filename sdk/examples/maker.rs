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
    book::{BookUnits, Ladder, LadderShape, Quoted},
    client::Client,
    plan::{self, Caller, OpenLaneRequest},
    subscribe::{self, AccountEvent, SubscriptionConfig},
};
use solana_keypair::{Signer, read_keypair_file};

/// Levels a side, and how far they are from each other.
const SHAPE: LadderShape = LadderShape {
    levels: 8,
    step_bps: 5,
};

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
                let ladder = Ladder::around(&units, entry.lane, index(), SHAPE);
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

fn summary(units: &BookUnits, ladder: &Ladder) -> String {
    let best = |side: &Option<Vec<Quoted>>| {
        let first = side.as_ref().and_then(|levels| levels.first());
        first.map_or_else(|| "-".into(), |level| units.price(level.price).to_string())
    };
    format!("{} / {}", best(&ladder.bids), best(&ladder.asks))
}
