//! Who deposits first cannot make later deposits round to nothing.

use sealane_testkit::{PoolSpec, Side, TestPool, World};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use spl_token_interface::instruction::transfer_checked;

const FUNDS: u64 = 1_000_000_000_000;

fn setting(fee_pips: u32) -> (World, TestPool, Pubkey, Pubkey) {
    let mut world = World::new();
    let pool = world.create_pool(&PoolSpec::default().flat_fee(fee_pips, 0));
    let (attacker, victim) = (world.wallet(), world.wallet());
    for wallet in [attacker, victim] {
        world.fund(wallet, &pool, FUNDS, FUNDS);
    }
    (world, pool, attacker, victim)
}

fn donate(pool: &TestPool, from: Pubkey, side: Side, amount: u64) -> Instruction {
    let mint = pool.mint(side);
    let (account, vault) = (mint.account_of(&from), pool.vault(0, side));
    let (program, address) = (&mint.program, &mint.address);
    transfer_checked(
        program,
        &account,
        address,
        &vault,
        &from,
        &[],
        amount,
        mint.decimals,
    )
    .expect("a token program")
}

/// The usual attack: the smallest first deposit, then a donation that makes a share dear.
#[test]
fn donations_do_not_make_shares_dear() {
    let (mut world, pool, attacker, victim) = setting(3_000);
    world.execute(&[pool.add_liquidity(0, attacker, 1_001, 1_001)]);
    world.allow_surplus(&pool);
    for side in [Side::Base, Side::Quote] {
        world.execute(&[donate(&pool, attacker, side, FUNDS / 2)]);
    }
    let deposit = 1_000_000;
    let before = world.balances(&victim, &pool);
    world.execute(&[pool.add_liquidity(0, victim, deposit, deposit)]);
    let shares = world.shares(&victim, &pool, 0);
    assert_eq!(
        shares, deposit,
        "a share is worth a unit of each, whatever the vault holds"
    );

    // The attacker takes what it can; the victim still gets everything back.
    let own = world.shares(&attacker, &pool, 0);
    world.execute(&[pool.remove_liquidity(0, attacker, own)]);
    world.execute(&[pool.remove_liquidity(0, victim, shares)]);
    assert_eq!(world.balances(&victim, &pool), before);
    let (base, quote) = world.balances(&attacker, &pool);
    assert!(
        base <= FUNDS / 2 && quote <= FUNDS / 2,
        "the donation is lost: {base}, {quote}"
    );
}

/// The other way: fees of the attacker's own trades make a share dear. They belong to the locked
/// shares, nearly all of them, and a later deposit loses at most the rounding of one share.
#[test]
fn fees_do_not_make_shares_dear() {
    let (mut world, pool, attacker, victim) = setting(100_000);
    world.execute(&[pool.add_liquidity(0, attacker, 1_001, 1_001)]);
    for round in 0..300 {
        let side = if round % 2 == 0 {
            Side::Base
        } else {
            Side::Quote
        };
        let (base, quote) = world.balances(&attacker, &pool);
        let reserves = world.shard(&pool, 0).state().reserves;
        let amount = reserves.of(side).saturating_mul(3).min(base.min(quote) / 2);
        world.execute(&[pool.swap_exact_in(0, attacker, side, amount, 0)]);
    }
    let spent = world.balances(&attacker, &pool);
    assert!(spent.0 < FUNDS || spent.1 < FUNDS);

    let shard = world.shard(&pool, 0);
    let share_value = (
        shard.base_reserve.div_ceil(shard.shares),
        shard.quote_reserve.div_ceil(shard.shares),
    );
    let before = world.balances(&victim, &pool);
    let deposit = FUNDS / 10;
    world.execute(&[pool.add_liquidity(0, victim, deposit, deposit)]);
    let shares = world.shares(&victim, &pool, 0);
    assert!(shares > 0);
    world.execute(&[pool.remove_liquidity(0, victim, shares)]);
    let after = world.balances(&victim, &pool);
    assert!(
        before.0 - after.0 <= share_value.0 + 1,
        "{before:?} {after:?} {share_value:?}"
    );
    assert!(
        before.1 - after.1 <= share_value.1 + 1,
        "{before:?} {after:?} {share_value:?}"
    );

    let own = world.shares(&attacker, &pool, 0);
    world.execute(&[pool.remove_liquidity(0, attacker, own)]);
    let (base, quote) = world.balances(&attacker, &pool);
    assert!(
        base <= FUNDS && quote <= FUNDS,
        "the attack pays: {base}, {quote}"
    );
}
