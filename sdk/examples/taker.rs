//! Trades on a running chain: `taker RPC_URL KEYPAIR_FILE MARKET buy|sell SIZE`, the size in whole
//! base tokens, from a wallet, at most one percent from the best price. `cargo xtask localnet`
//! prints addresses to try it with.

use sealane_sdk::{
    book::TakeLimits,
    client::Client,
    engine_core::book::{BookSide, SelfTrade, Ticks},
    events::orderbook::BookEvent,
    plan::{self, Caller},
    quote::SwapTakeRequest,
};
use solana_keypair::{Signer, read_keypair_file};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, keypair, market, side, size] = &arguments[..] else {
        return Err("usage: taker RPC_URL KEYPAIR_FILE MARKET buy|sell SIZE".into());
    };
    let side = match side.as_str() {
        "buy" => BookSide::Bid,
        "sell" => BookSide::Ask,
        _ => return Err("buy or sell?".into()),
    };
    let (wallet, market) = (read_keypair_file(keypair)?, market.parse()?);
    let mut client = Client::new(url.as_str());
    client.fetch_market(&market).await?;
    let markets = client.markets();
    let units = markets.units(&market)?;
    let book = markets.book(&market)?;
    let best = book.best(side.opposite()).ok_or("nobody to trade with")?;
    let percent = best.price.0 / 100;
    let request = SwapTakeRequest {
        market,
        trader: wallet.pubkey(),
        side,
        limit: match side {
            BookSide::Bid => Ticks(best.price.0.saturating_add(percent)),
            BookSide::Ask => Ticks(best.price.0 - percent),
        },
        lots: Some(units.exact_lots(size.parse()?)?),
        maximum_sent: None,
        slippage_tolerance_bps: 50,
        whole: false,
        self_trade: SelfTrade::Abort,
        referrer: None,
    };
    let caller = Caller::new(wallet.pubkey());
    let limits = TakeLimits::default();
    let plan = plan::swap_take_instructions(markets, &request, &limits, &caller)?;
    for fill in &plan.quote.outcome.fills {
        let size = units.size(fill.lots).unwrap_or_default();
        println!("{size} at {} from {}", units.price(fill.price), fill.owner);
    }
    println!(
        "quoted   {} sent, {} received",
        plan.quote.sent, plan.quote.received
    );
    let taken = client.execute(plan, &wallet).await?;
    for event in taken.confirmed.book_events() {
        if let BookEvent::SwapTaken(swap, _) = event {
            println!("executed {} sent, {} received", swap.sent, swap.received);
        }
    }
    println!("{}", taken.confirmed.signature);
    Ok(())
}
