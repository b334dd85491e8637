//! Lookup tables: lists of addresses on the chain that transactions name by a byte each.

use std::collections::BTreeSet;

use solana_address_lookup_table_interface::instruction::{
    create_lookup_table, extend_lookup_table,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::Plan;
use crate::{address::TOKEN_PROGRAM, route::Venues};

/// Addresses that fit into one transaction that creates a table or extends it.
const ADDRESSES_PER_INSTRUCTION: usize = 24;

/// Creates a table of addresses, of which there may be 256. The quote is the table's address.
///
/// The instructions are more than fit into one transaction: [`tx::pack`](crate::tx::pack) tells how
/// many go into each. The slot has to be one of the last 512, and one with a block.
#[must_use]
pub fn create_lookup_table_instructions(
    addresses: &[Pubkey],
    recent_slot: u64,
    authority: &Pubkey,
    payer: &Pubkey,
) -> Plan<Pubkey> {
    let (create, table) = create_lookup_table(*authority, *payer, recent_slot);
    let extensions = extend_lookup_table_instructions(&table, addresses, authority, payer);
    Plan {
        instructions: [vec![create], extensions].concat(),
        quote: table,
    }
}

/// Puts further addresses into a table, likewise.
#[must_use]
pub fn extend_lookup_table_instructions(
    table: &Pubkey,
    addresses: &[Pubkey],
    authority: &Pubkey,
    payer: &Pubkey,
) -> Vec<Instruction> {
    let parts = addresses.chunks(ADDRESSES_PER_INSTRUCTION);
    parts
        .map(|part| extend_lookup_table(*table, *authority, Some(*payer), part.to_vec()))
        .collect()
}

/// What trades with these pools and markets name, without what is a trader's own: mints, token
/// programs, shards and vaults, and the lanes of a market. Each once. Places that no cache holds are
/// left out.
#[must_use]
pub fn addresses_to_look_up(venues: &Venues<'_>, places: &[Pubkey]) -> Vec<Pubkey> {
    let mut addresses = vec![TOKEN_PROGRAM];
    for place in places {
        if let Some(entry) = venues.pools.pool(place) {
            let pool = entry.pool;
            addresses.extend([*place, pool.base_mint, pool.quote_mint]);
            addresses.extend([pool.base_token_program, pool.quote_token_program]);
            for entry in venues.pools.shards(place) {
                let shard = entry.shard;
                addresses.extend([entry.address, shard.base_vault, shard.quote_vault]);
            }
        }
        if let Some(entry) = venues.markets.market(place) {
            let market = entry.market;
            addresses.extend([*place, market.base_mint, market.quote_mint]);
            addresses.extend([market.base_token_program, market.quote_token_program]);
            for entry in venues.markets.vault_shards(place) {
                let vaults = entry.vault_shard;
                addresses.extend([entry.address, vaults.base_vault, vaults.quote_vault]);
            }
            addresses.extend(venues.markets.lanes(place).map(|lane| lane.address));
        }
    }
    let mut known = BTreeSet::new();
    addresses.retain(|address| known.insert(*address));
    addresses
}
