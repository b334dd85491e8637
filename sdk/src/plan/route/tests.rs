use sealane_core::book::BookSide;

use super::*;
use crate::{
    address::{self, ASSOCIATED_TOKEN_PROGRAM},
    fixtures::{MarketWorld, SLOT, account_bytes, market_world, pool, shard, update},
    pools::Pools,
    quote::SwapKind,
    tx::transaction_size,
};

/// A market, and behind it two pools of its quote token and a third one.
struct Row {
    market: MarketWorld,
    pools: Pools,
    third: Pubkey,
}

impl Row {
    fn new() -> Self {
        let mut market = market_world(&[(1 << 40, 1 << 40)]);
        market.quoting(BookSide::Bid, &[95; 16]);
        market.quoting(BookSide::Bid, &[96; 16]);
        let third = Pubkey::new_unique();
        let mut pools = Pools::new();
        for _ in 0..2 {
            let (_, mut config) = pool(3);
            (config.base_mint, config.quote_mint) = (market.config.quote_mint, third);
            let (base, quote) = (config.base_mint, config.quote_mint);
            let (address, _) = address::pool(&config.creator, &base, &quote, 0);
            let mut feed = |at, data: &[u8]| {
                pools.apply(update(at, crate::amm::ID, SLOT, data)).unwrap();
            };
            feed(address, &account_bytes(&config));
            for index in 0..3 {
                let (at, shard) = shard(&address, index, 100_000, 100_000);
                feed(at, &account_bytes(&shard));
            }
        }
        Self {
            market,
            pools,
            third,
        }
    }

    fn venues(&self) -> Venues<'_> {
        Venues {
            pools: &self.pools,
            markets: &self.market.markets,
        }
    }

    fn request(&self, kind: SwapKind, amount: u64) -> RouteRequest<'static> {
        let mint_in = self.market.config.base_mint;
        RouteRequest::new(kind, amount, mint_in, self.third, Pubkey::default())
    }
}

/// The engine counts the transaction that is built here, without building it.
#[test]
fn the_transaction_is_as_large_as_the_engine_says() {
    let row = Row::new();
    let owner = Pubkey::new_unique();
    for (kind, amount) in [
        (SwapKind::ExactIn, 3_000),
        (SwapKind::ExactIn, 31_000),
        (SwapKind::ExactOut, 9_000),
        (SwapKind::ExactOut, 20_000),
    ] {
        for caller in [
            Caller::new(owner),
            Caller::new(owner).without_account_creation(),
            Caller::new(owner).with_payer(Pubkey::new_unique()),
        ] {
            let request = row.request(kind, amount);
            let plan = route_instructions(&row.venues(), &request, &caller).unwrap();
            let counted = plan.quote.transaction;
            let size = transaction_size(&plan.instructions, &caller.payer);
            assert_eq!(counted.bytes, size, "{kind:?} {amount}");
            let instructions = plan.instructions.iter();
            let mut keys: Vec<Pubkey> = instructions
                .flat_map(|at| {
                    at.accounts
                        .iter()
                        .map(|meta| meta.pubkey)
                        .chain([at.program_id])
                })
                .chain([caller.payer])
                .collect();
            keys.sort_unstable();
            keys.dedup();
            // And the program of the compute budget.
            assert_eq!(counted.accounts, keys.len() + 1);
        }
    }
}

/// Also of what stands in lookup tables, of which one is of no use.
#[cfg(feature = "rpc")]
#[test]
fn a_versioned_transaction_is_as_large_as_the_engine_says() {
    use crate::{
        lookup::AddressLookupTableAccount, plan::addresses_to_look_up, tx::transaction_size_with,
    };

    let row = Row::new();
    let owner = Pubkey::new_unique();
    let caller = Caller::new(owner);
    let places: Vec<Pubkey> = row.pools.pools().map(|pool| pool.address).collect();
    let table = |addresses: &[Pubkey]| AddressLookupTableAccount {
        key: Pubkey::new_unique(),
        addresses: addresses.to_vec(),
    };
    let pools = addresses_to_look_up(&row.venues(), &places);
    let market = addresses_to_look_up(&row.venues(), &[row.market.market]);
    // The owner signs: a table cannot help there.
    let tables = [table(&pools), table(&[owner]), table(&market)];
    for (kind, amount) in [
        (SwapKind::ExactIn, 3_000),
        (SwapKind::ExactIn, 31_000),
        (SwapKind::ExactOut, 20_000),
    ] {
        let request = RouteRequest {
            lookup_tables: &tables,
            ..row.request(kind, amount)
        };
        let plan = route_instructions(&row.venues(), &request, &caller).unwrap();
        let size = transaction_size_with(&plan.instructions, &owner, &tables).unwrap();
        assert_eq!(plan.quote.transaction.bytes, size, "{kind:?} {amount}");
        assert!(size < transaction_size(&plan.instructions, &owner));
    }
}

#[test]
fn accounts_are_created_once_and_in_front() {
    let row = Row::new();
    let caller = Caller::new(Pubkey::new_unique());
    let request = row.request(SwapKind::ExactIn, 31_000);
    let plan = route_instructions(&row.venues(), &request, &caller).unwrap();
    let route = &plan.quote;
    assert!(route.legs.len() > 2, "a take, and a split behind it");
    let creates: Vec<bool> = plan
        .instructions
        .iter()
        .map(|instruction| instruction.program_id == ASSOCIATED_TOKEN_PROGRAM)
        .collect();
    let mut expected = vec![true; 2];
    expected.extend(vec![false; route.legs.len()]);
    assert_eq!(creates, expected);
    let mints: Vec<Pubkey> = plan.instructions[..2]
        .iter()
        .map(|instruction| instruction.accounts[3].pubkey)
        .collect();
    assert_eq!(mints, [row.market.config.quote_mint, row.third]);
}
