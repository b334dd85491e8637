//! Swaps on a running chain: `swap RPC_URL KEYPAIR_FILE POOL MINT_IN AMOUNT`, the amount in base
//! units. `cargo xtask localnet` prints addresses to try it with.

use sealane_sdk::client::Client;
use sealane_sdk::quote::{QuoteRequest, VenueChoice};
use solana_keypair::read_keypair_file;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, keypair, pool, mint_in, amount] = &arguments[..] else {
        return Err("usage: swap RPC_URL KEYPAIR_FILE POOL MINT_IN AMOUNT".into());
    };
    let wallet = read_keypair_file(keypair)?;
    let mut client = Client::new(url.as_str());
    let request = QuoteRequest {
        pool: pool.parse()?,
        mint_in: mint_in.parse()?,
        amount: amount.parse()?,
        slippage_tolerance_bps: 50,
        choice: VenueChoice::default(),
    };
    let swap = client.swap_exact_in(&request, &wallet).await?;
    println!("quoted   {}", swap.quote.received);
    println!("received {}", swap.received().unwrap_or_default());
    println!("{}", swap.confirmed.signature);
    Ok(())
}
