//! `observe`.

use sealane_amm::{accounts, errors::AmmError, instruction};
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{TOO_SHORT, WRONG_OWNER, WRONG_TYPE},
};

fn observe(pool: Pubkey, shard: Pubkey) -> Instruction {
    instruction::Observe {}.to_instruction(accounts::Observe { pool, shard })
}

#[test]
fn foreign_and_counterfeit_accounts() {
    let mut arena = Arena::new();
    let (pool, shard) = (arena.pool.address, arena.pool.shards[0].address);
    let (other, others) = (arena.other.address, arena.other.shards[0].address);
    arena.accepts("observe", &observe(pool, shard));
    arena.accepts("observe an empty shard", &arena.pool.observe(2));
    let attack = observe(pool, others);
    arena.refuses_amm("shard of another pool", attack, AmmError::WrongPool);
    // A stable swap pool would price the shard by another curve.
    let attack = observe(arena.stable.address, shard);
    arena.refuses_amm("another pool", attack, AmmError::WrongPool);

    let (fake_pool, fake_shard) = (arena.counterfeit(&pool), arena.counterfeit(&shard));
    let nothing = Pubkey::new_from_array([7; 32]);
    let cases = [
        ("counterfeit pool", observe(fake_pool, shard), WRONG_OWNER),
        ("counterfeit shard", observe(pool, fake_shard), WRONG_OWNER),
        ("a pool as shard", observe(pool, other), WRONG_TYPE),
        ("the pool as its own shard", observe(pool, pool), WRONG_TYPE),
        ("a shard as pool", observe(others, shard), TOO_SHORT),
        (
            "nothing as pool",
            observe(nothing, shard),
            InstructionError::UninitializedAccount,
        ),
        (
            "nothing as shard",
            observe(pool, nothing),
            InstructionError::UninitializedAccount,
        ),
    ];
    for (what, instruction, error) in cases {
        arena.refuses_builtin(what, instruction, error);
    }
    arena.finish();
}
