//! The demo's order book, and the makers who quote in it.

use sealane_sdk::book::{Ladder, Quoted};
use sealane_sdk::client::Client;
use sealane_sdk::engine_core::book::{Lots, Ticks};
use sealane_sdk::plan::{
    Caller, CreateMarketRequest, OpenLaneRequest, deposit_instructions, open_lane_instructions,
    replace_all_instruction,
};
use solana_pubkey::Pubkey;

use super::pools::{pool_token, token};
use super::spec::{LANE_CAPACITY, MARKET, MakerSpec};
use super::{Doing as _, Token, Wallet, Wallets, WorldError, WorldLane, WorldMarket};
use crate::chain::Chain;

/// Creates the order book and lets its makers quote, side by side.
pub(super) async fn create(
    chain: &Chain,
    wallets: &Wallets,
    tokens: &[Token],
) -> Result<WorldMarket, WorldError> {
    let base = token(tokens, MARKET.base);
    let quote = token(tokens, MARKET.quote);
    let name = format!("{}/{}", base.symbol, quote.symbol);
    let request = CreateMarketRequest {
        creator: wallets.maker.address(),
        id: 0,
        base: pool_token(&base),
        quote: pool_token(&quote),
        params: MARKET.params,
        vault_shards: MARKET.vault_shards,
    };
    let mut client = Client::new(chain.rpc_url());
    let created = client
        .create_market(&request, &wallets.maker.keypair, |done, total| {
            tracing::debug!(market = name, done, total, "creating vault shards");
        })
        .await
        .doing(|| format!("creating the order book {name}"))?;
    let [first, second, third] = &wallets.makers;
    let [one, another, last] = MARKET.makers;
    let (first, second, third) = tokio::try_join!(
        quote_with(client.clone(), created.market, first, one),
        quote_with(client.clone(), created.market, second, another),
        quote_with(client.clone(), created.market, third, last),
    )?;
    Ok(WorldMarket {
        name,
        address: created.market,
        params: MARKET.params,
        base,
        quote,
        vault_shards: created.vault_shards,
        lanes: vec![first, second, third],
    })
}

/// Opens a maker's lane, deposits what its ladder needs, and quotes it.
async fn quote_with(
    mut client: Client,
    market: Pubkey,
    wallet: &Wallet,
    spec: &MakerSpec,
) -> Result<WorldLane, WorldError> {
    let owner = wallet.address();
    let opened = open_lane_instructions(&OpenLaneRequest {
        market,
        owner,
        index: 0,
        capacity: LANE_CAPACITY,
        referrer: None,
    });
    let opening = || format!("opening the lane of {}", wallet.name);
    let opened = opened.doing(opening)?;
    client
        .send(&opened.instructions, &wallet.keypair)
        .await
        .doing(opening)?;

    let quoting = || format!("quoting as {}", wallet.name);
    client.fetch_market(&market).await.doing(quoting)?;
    let ladder = ladder(spec);
    let (base, quote) = needed(&ladder);
    let caller = Caller::new(owner);
    let deposit = deposit_instructions(client.markets(), &opened.lane, &caller, base, quote);
    let mut instructions = deposit.doing(quoting)?.instructions;
    let replace = replace_all_instruction(&market, &opened.lane, &owner, &ladder, &[]);
    instructions.push(replace.doing(quoting)?);
    client
        .send(&instructions, &wallet.keypair)
        .await
        .doing(quoting)?;
    Ok(WorldLane {
        owner: wallet.name,
        address: opened.lane,
    })
}

fn ladder(spec: &MakerSpec) -> Ladder {
    let (bids, asks) = spec
        .ladder()
        .map(|(distance, lots)| {
            let at = |price| Quoted::new(Ticks(price), Lots(lots));
            (
                at(MARKET.reference - distance),
                at(MARKET.reference + distance),
            )
        })
        .unzip();
    Ladder {
        bids: Some(bids),
        asks: Some(asks),
        ..Ladder::default()
    }
}

/// What a ladder locks, in base units of both tokens.
fn needed(ladder: &Ladder) -> (u64, u64) {
    let sizes = MARKET.params;
    let sum = |side: &Option<Vec<Quoted>>, cost: fn(&Quoted) -> u64| {
        side.iter().flatten().map(cost).sum::<u64>()
    };
    let base_lots = sum(&ladder.asks, |level| level.lots.0);
    let quote_ticks = sum(&ladder.bids, |level| {
        level.lots.0 * u64::from(level.price.0)
    });
    (
        base_lots * sizes.base_lot,
        quote_ticks * u64::from(sizes.tick),
    )
}
