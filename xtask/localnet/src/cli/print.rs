//! What people read, on standard output.

mod book;
mod governance;

pub(crate) use book::demo as book_demo;
pub(crate) use governance::demo as governance_demo;

use std::path::{Path, PathBuf};

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use console::style;
use sealane_localnet::State;
use sealane_localnet::demo::{BalanceChange, Demo, ShardReserves};
use sealane_localnet::world::{Token, WorldPool};
use sealane_sdk::amount;

/// Decimal places of prices.
const PRICE_PLACES: u32 = 6;

/// Where everything is on a running chain, and what to do with it.
pub(crate) fn state(state: &State, state_file: &Path) {
    println!();
    facts(&[
        ("JSON-RPC", &state.rpc_url),
        ("WebSocket", &state.ws_url),
        ("Chain", &state.backend),
    ]);
    let mut programs = table(&["program", "address"]);
    for program in &state.programs {
        programs.add_row([&program.name, &program.address]);
    }
    println!("\n{}", programs.trim_fmt());
    if !state.wallets.is_empty() {
        world(state);
    }
    println!();
    facts(&[("All of this", &shown(state_file))]);
    println!("\n{}", style("Running. Ctrl-C stops it.").bold());
}

fn world(state: &State) {
    let mut wallets = table(&["wallet", "address", "key"]);
    for wallet in &state.wallets {
        wallets.add_row([
            wallet.name.clone(),
            wallet.address.clone(),
            shown(&wallet.keypair),
        ]);
    }
    println!("\n{}", wallets.trim_fmt());

    let mut mints = table(&["token", "mint", "decimals", "transfer fee"]);
    right(&mut mints, &[2, 3]);
    for mint in &state.mints {
        mints.add_row([
            mint.symbol.clone(),
            mint.address.clone(),
            mint.decimals.to_string(),
            match mint.transfer_fee_bps {
                0 => String::new(),
                bps => amount::percent(u32::from(bps)),
            },
        ]);
    }
    println!("\n{}", mints.trim_fmt());

    let mut pools = table(&["pool", "address", "curve", "shards"]);
    right(&mut pools, &[3]);
    for pool in &state.pools {
        pools.add_row([
            pool.name.clone(),
            pool.address.clone(),
            pool.curve.clone(),
            pool.shards.len().to_string(),
        ]);
    }
    println!("\n{}", pools.trim_fmt());

    println!("\n{}", markets(state).trim_fmt());
    println!("\n{}", lanes(state).trim_fmt());
    println!("\n{}", farms(state).trim_fmt());
    let mut realms = table(&["realm", "address", "treasury"]);
    for realm in &state.realms {
        realms.add_row([&realm.name, &realm.address, &realm.treasury]);
    }
    println!("\n{}", realms.trim_fmt());
    example(state);
}

fn markets(state: &State) -> Table {
    let mut markets = table(&["order book", "address", "lot", "tick", "vault shards"]);
    right(&mut markets, &[2, 3, 4]);
    let decimals = |mint: &str| {
        let mut mints = state.mints.iter();
        let known = mints.find(|known| known.address == mint);
        known.map_or(0, |known| known.decimals)
    };
    for market in &state.markets {
        let (base, quote) = (decimals(&market.base_mint), decimals(&market.quote_mint));
        // A tick is quote for a lot; people know prices of a whole token.
        let lot = amount::to_decimal(market.base_lot, base);
        let tick = amount::to_decimal(market.tick.into(), quote);
        markets.add_row([
            market.name.clone(),
            market.address.clone(),
            lot.normalize().to_string(),
            amount::ratio(tick, lot).map_or_else(String::new, |tick| tick.normalize().to_string()),
            market.vault_shards.len().to_string(),
        ]);
    }
    markets
}

fn lanes(state: &State) -> Table {
    let mut lanes = table(&["lane", "address", "order book"]);
    for market in &state.markets {
        for lane in &market.lanes {
            lanes.add_row([
                lane.owner.clone(),
                lane.address.clone(),
                market.name.clone(),
            ]);
        }
    }
    lanes
}

fn farms(state: &State) -> Table {
    let mut farms = table(&["farm", "address", "pays", "shards"]);
    right(&mut farms, &[3]);
    for farm in &state.farms {
        let rewards = farm.rewards.iter().map(|mint| symbol(state, mint));
        let rewards: Vec<&str> = rewards.collect();
        farms.add_row([
            farm.name.clone(),
            farm.address.clone(),
            rewards.join(", "),
            farm.shards.len().to_string(),
        ]);
    }
    farms
}

/// What the demo calls a token.
fn symbol<'a>(state: &'a State, mint: &'a str) -> &'a str {
    let mut mints = state.mints.iter();
    let known = mints.find(|known| known.address == mint);
    known.map_or(mint, |known| &known.symbol)
}

/// Commands to try, that work as they stand: the command line finds this chain by its state file.
fn example(state: &State) {
    let Some(trader) = state.wallets.iter().find(|wallet| wallet.name == "alice") else {
        return;
    };
    let sealane = command_line();
    println!("\nTrade on it as {}:\n", trader.name);
    println!("  {sealane} pool list");
    println!("  {sealane} market list");
    println!("  {sealane} book tSOL/tUSDC");
    println!("  {sealane} --keypair {} balances", shown(&trader.keypair));
    println!(
        "  {sealane} --keypair {} swap 1.5 tSOL tUSDC",
        shown(&trader.keypair)
    );
    println!(
        "  {sealane} --keypair {} take tSOL/tUSDC buy 1.5 --from-wallet",
        shown(&trader.keypair)
    );
}

/// The command line's binary, which is built beside this one.
fn command_line() -> String {
    std::env::current_exe()
        .ok()
        .map(|own| own.with_file_name("sealane"))
        .filter(|path| path.exists())
        .map_or_else(|| "sealane".to_owned(), |path| shown(&path))
}

/// The whole demo.
pub(crate) fn demo(demo: &Demo) {
    println!();
    heading(&format!(
        "{} · {} · {} shards",
        demo.pool.name,
        demo.pool.curve.name(),
        demo.pool.shards.len()
    ));
    facts(&[("Pool", &demo.pool.address.to_string())]);
    println!("\n{}", shards(&demo.pool, &demo.before, None).trim_fmt());

    println!();
    heading("Quote");
    quote(demo);

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
    let after = shards(&demo.pool, &demo.after, Some(demo.quote.shard_index));
    println!("\n{}", after.trim_fmt());

    println!();
    let received = tokens(demo.received.change(), &demo.received.token);
    println!(
        "{} quoted {received}, executed {received}: equal to the last unit. {} compute units.",
        style("✓").green(),
        demo.compute_units
    );
}

fn quote(demo: &Demo) {
    let quote = &demo.quote;
    let (sold, bought) = (&demo.sent.token, &demo.received.token);
    facts(&[
        ("Sell", &tokens(quote.sent, sold)),
        ("Receive", &tokens(quote.received, bought)),
        (
            "At least",
            &format!(
                "{} or nothing happens",
                tokens(quote.minimum_received, bought)
            ),
        ),
        (
            "Shard",
            &format!("{} (the best of {})", quote.shard_index, demo.before.len()),
        ),
        (
            "Price",
            &format!(
                "{} {} for a {}",
                quote.execution_price.round_dp(PRICE_PLACES).normalize(),
                bought.symbol,
                sold.symbol
            ),
        ),
        ("Price impact", &amount::percent(quote.price_impact_bps)),
        ("Fee", &tokens(quote.lp_fee + quote.protocol_fee, bought)),
    ]);
}

fn transaction(signature: &str, slot: u64, compute_units: u64, fee_lamports: Option<u64>) {
    facts(&[
        ("Signature", signature),
        ("Slot", &slot.to_string()),
        ("Compute units", &compute_units.to_string()),
    ]);
    if let Some(fee) = fee_lamports {
        facts(&[("Network fee", &format!("{fee} lamports"))]);
    }
}

fn shards(pool: &WorldPool, shards: &[ShardReserves], traded: Option<u8>) -> Table {
    let mut table = table(&["shard", pool.base.symbol, pool.quote.symbol, "price", ""]);
    right(&mut table, &[0, 1, 2, 3]);
    for shard in shards {
        table.add_row([
            shard.index.to_string(),
            amount::format(shard.base_reserve, pool.base.decimals),
            amount::format(shard.quote_reserve, pool.quote.decimals),
            price(pool, shard),
            match traded {
                Some(index) if index == shard.index => "traded".to_owned(),
                _ => String::new(),
            },
        ]);
    }
    table
}

fn price(pool: &WorldPool, shard: &ShardReserves) -> String {
    let base = amount::to_decimal(shard.base_reserve, pool.base.decimals);
    let quote = amount::to_decimal(shard.quote_reserve, pool.quote.decimals);
    amount::ratio(quote, base).map_or_else(String::new, |price| {
        price.round_dp(PRICE_PLACES).normalize().to_string()
    })
}

fn balances(demo: &Demo) -> Table {
    let mut table = table(&["alice", "before", "after", "change"]);
    right(&mut table, &[1, 2, 3]);
    for change in [&demo.sent, &demo.received] {
        let decimals = change.token.decimals;
        table.add_row([
            change.token.symbol.to_owned(),
            amount::format(change.before, decimals),
            amount::format(change.after, decimals),
            signed(change),
        ]);
    }
    table
}

fn signed(change: &BalanceChange) -> String {
    signed_change(change.before, change.after, change.token.decimals)
}

fn signed_change(before: u64, after: u64, decimals: u8) -> String {
    let sign = if after < before { "-" } else { "+" };
    let size = amount::format(after.abs_diff(before), decimals);
    format!("{sign}{size}")
}

fn tokens(units: u64, token: &Token) -> String {
    format!("{} {}", amount::format(units, token.decimals), token.symbol)
}

fn heading(text: &str) {
    println!("{}", style(text).bold().underlined());
}

fn facts(facts: &[(&str, &str)]) {
    for (name, value) in facts {
        println!("{} {value}", style(format!("{name:<13}")).dim());
    }
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        // Addresses are there to be copied: a narrow terminal must not break them over lines.
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header.iter().copied());
    table
}

fn right(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// A path as it is shortest from here.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::new());
    path.strip_prefix(&here)
        .unwrap_or(path)
        .display()
        .to_string()
}
