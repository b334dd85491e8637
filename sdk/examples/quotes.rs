//! Quotes from a running chain: `quotes RPC_URL < REQUESTS`. A request is a line
//! `MINT_IN MINT_OUT AMOUNT exact_in|exact_out SLIPPAGE_BPS TRADER`, the amount in base units; its
//! answer a line of JSON: the route, or why there is none. The exchange is fetched once, before the
//! first.

use std::{
    error::Error,
    io::{self, BufRead as _, Write as _},
};

use sealane_sdk::{
    client::{Client, ClientError},
    error::Explain as _,
    quote::SwapKind,
    route::RouteRequest,
};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1);
    let mut client = Client::new(url.ok_or("usage: quotes RPC_URL < REQUESTS")?);
    client.fetch_pools().await?;
    client.fetch_markets().await?;
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let answer = match client.route(&request(&line?)?) {
            Ok(route) => serde_json::to_value(&route)?,
            Err(ClientError::Route(refused)) => json!({
                "error": { "code": refused.key(), "message": refused.to_string() }
            }),
            Err(error) => return Err(error.into()),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

fn request(line: &str) -> Result<RouteRequest<'static>, Box<dyn Error>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [mint_in, mint_out, amount, kind, slippage, trader] = words[..] else {
        return Err(format!("not a request: {line}").into());
    };
    let kind = match kind {
        "exact_in" => SwapKind::ExactIn,
        "exact_out" => SwapKind::ExactOut,
        other => return Err(format!("neither exact_in nor exact_out: {other}").into()),
    };
    let (mint_in, mint_out) = (mint_in.parse()?, mint_out.parse()?);
    Ok(RouteRequest {
        slippage_tolerance_bps: slippage.parse()?,
        ..RouteRequest::new(kind, amount.parse()?, mint_in, mint_out, trader.parse()?)
    })
}
