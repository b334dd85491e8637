//! Tokens that someone sends to a vault are nobody's: they change no price and no one's part.

use sealane_testkit::{PoolSpec, Side, Snapshot, TestPool, World};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use spl_token_interface::instruction::transfer_checked;

const FUNDS: u64 = 1_000_000_000_000;
const DONATION: u64 = 123_456_789_012;

#[test]
fn donations_change_nothing() {
    for spec in [PoolSpec::default(), PoolSpec::default().stable(100)] {
        let mut world = World::new();
        let pool = world.create_pool(&spec.shards(2).protocol_share(2_000));
        let (provider, trader) = (world.wallet(), world.wallet());
        for wallet in [provider, trader, pool.creator] {
            world.fund(wallet, &pool, FUNDS, FUNDS);
        }
        world.execute(&[pool.add_liquidity(0, provider, FUNDS / 10, FUNDS / 20_000)]);
        world.execute(&[pool.add_liquidity(1, provider, FUNDS / 10, FUNDS / 10_000)]);
        let donor = world.wallet();
        world.fund(donor, &pool, DONATION, DONATION);

        let mut with_donation = world.clone();
        with_donation.allow_surplus(&pool);
        for side in [Side::Base, Side::Quote] {
            with_donation.execute(&[donate(&pool, donor, side)]);
        }
        let shares = world.shares(&provider, &pool, 0);
        let instructions = [
            pool.swap_exact_in(0, trader, Side::Base, 1_000_000, 0),
            pool.swap_exact_out(0, trader, Side::Quote, 1_000_000, u64::MAX),
            pool.add_liquidity(0, trader, 1_000_000, 1_000_000),
            pool.add_single_sided(0, trader, Side::Quote, 1_000_000),
            pool.rebalance(0, 1),
            pool.collect_protocol_fees(0, pool.creator),
            pool.remove_single_sided(0, provider, Side::Base, shares / 10),
            pool.remove_liquidity(0, provider, shares / 2),
        ];
        let accounts = accounts(&pool, &[provider, trader, pool.creator]);
        for instruction in instructions {
            let plain = world.execute(std::slice::from_ref(&instruction));
            let donated = with_donation.execute(&[instruction]);
            assert_eq!(plain.events(), donated.events());
            let expected = Snapshot::of_accounts(&world.svm, &accounts);
            expected.assert_unchanged(&with_donation.svm, "with a donation");
        }
        // The vaults hold the donation, still and for good.
        for side in [Side::Base, Side::Quote] {
            let vault = pool.vault(0, side);
            assert_eq!(
                with_donation.balance(&vault),
                world.balance(&vault) + DONATION
            );
        }
    }
}

/// Everything but the vaults of the first shard, which hold the donation.
fn accounts(pool: &TestPool, wallets: &[Pubkey]) -> Vec<Pubkey> {
    let mut accounts = vec![pool.address];
    for shard in &pool.shards {
        accounts.extend([shard.address, shard.lp.address]);
    }
    for wallet in wallets {
        accounts.push(pool.base.account_of(wallet));
        accounts.push(pool.quote.account_of(wallet));
        accounts.push(pool.shards[0].lp.account_of(wallet));
    }
    accounts
}

fn donate(pool: &TestPool, from: Pubkey, side: Side) -> Instruction {
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
        DONATION,
        mint.decimals,
    )
    .expect("a token program")
}
