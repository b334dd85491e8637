//! `observe`.

use sealane_amm::{accounts, errors::AmmError, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{Arena, arena::WRONG_TYPE};

fn observe(pool: Pubkey, shard: Pubkey) -> Instruction {
    instruction::Observe {}.to_instruction(accounts::Observe { pool, shard })
}

#[test]
fn foreign_and_counterfeit_accounts() {
    let mut arena = Arena::new();
    let (pool, shard) = (arena.pool.address, arena.pool.shards[0].address);
    let (other, others) = (arena.other.address, arena.other.shards[0].address);
    let valid = observe(pool, shard);
    arena.accepts("observe", &valid);
    arena.accepts("observe an empty shard", &arena.pool.observe(2));
    arena.refuses_impostors("observe", &valid);
    let attack = observe(pool, pool);
    arena.refuses_builtin("the pool as its own shard", attack, WRONG_TYPE);
    // A stable swap pool would price the shard by another curve.
    for (pool, shard) in [
        (pool, others),
        (other, shard),
        (arena.stable.address, shard),
    ] {
        let attack = observe(pool, shard);
        arena.refuses_amm("another pool's shard", attack, AmmError::WrongPool);
    }
    arena.finish();
}
