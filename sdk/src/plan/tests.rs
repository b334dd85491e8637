use std::collections::BTreeSet;

use sealane_amm::errors::AmmError;
use solana_instruction::AccountMeta;

use super::*;
use crate::{
    address::{ASSOCIATED_TOKEN_PROGRAM, TOKEN_2022_PROGRAM},
    fixtures::{World, world},
    quote::{AddLiquidityRequest, QuoteRequest, RemoveLiquidityRequest, VenueChoice},
    tx::{MAX_TRANSACTION_SIZE, transaction_size},
};

fn request(world: &World) -> QuoteRequest {
    QuoteRequest {
        pool: world.pool,
        mint_in: world.config.base_mint,
        amount: 1_000,
        slippage_tolerance_bps: 50,
        choice: VenueChoice::BEST,
    }
}

fn written(instruction: &Instruction) -> BTreeSet<Pubkey> {
    let metas = instruction.accounts.iter();
    metas
        .filter(|meta| meta.is_writable)
        .map(|meta| meta.pubkey)
        .collect()
}

fn signers(instruction: &Instruction) -> Vec<Pubkey> {
    let metas = instruction.accounts.iter();
    metas
        .filter(|meta| meta.is_signer)
        .map(|meta| meta.pubkey)
        .collect()
}

#[test]
fn a_swap_writes_one_shard_its_vaults_and_the_traders_accounts() {
    let world = world(&[(1_000_000, 2_000_000)], [None; 2]);
    let owner = Pubkey::new_unique();
    let caller = Caller::new(owner)
        .without_account_creation()
        .with_deadline(99);
    let plan = swap_exact_in_instructions(&world.pools, &request(&world), &caller).unwrap();
    assert_eq!(plan.instructions.len(), 1);
    let swap = &plan.instructions[0];
    let shard = world.pools.shard(&world.pool, 0).unwrap();
    let expected = [
        shard.address,
        shard.shard.base_vault,
        shard.shard.quote_vault,
        address::associated_token(&owner, &world.config.base_mint, &TOKEN_PROGRAM),
        address::associated_token(&owner, &world.config.quote_mint, &TOKEN_PROGRAM),
    ];
    assert_eq!(written(swap), BTreeSet::from(expected));
    assert_eq!(signers(swap), [owner]);

    // Discriminator 2, then the arguments, little-endian.
    let mut data = vec![2];
    data.extend(1_000u64.to_le_bytes());
    data.extend(plan.quote.minimum_received.to_le_bytes());
    data.extend(99i64.to_le_bytes());
    assert_eq!(swap.data, data);
}

#[test]
fn two_swaps_on_different_shards_share_nothing_writable() {
    let world = world(&[(1_000_000, 2_000_000), (1_000_000, 2_000_000)], [None; 2]);
    let on = |index| {
        let quote =
            crate::quote::quote_exact_in_on_shard(&world.pools, &request(&world), index).unwrap();
        let caller = Caller::new(Pubkey::new_unique());
        let plan = swap_instructions(&world.pools, quote, &caller).unwrap();
        plan.instructions
            .iter()
            .flat_map(written)
            .collect::<BTreeSet<Pubkey>>()
    };
    assert!(on(0).is_disjoint(&on(1)));
}

#[test]
fn exact_out_asks_for_the_amount_and_bounds_what_is_sent() {
    let world = world(&[(1_000_000, 2_000_000)], [None; 2]);
    let caller = Caller::new(Pubkey::new_unique());
    let plan = swap_exact_out_instructions(&world.pools, &request(&world), &caller).unwrap();
    let mut data = vec![3];
    data.extend(1_000u64.to_le_bytes());
    data.extend(plan.quote.maximum_sent.to_le_bytes());
    data.extend(i64::MAX.to_le_bytes());
    assert_eq!(plan.instructions.last().unwrap().data, data);
}

#[test]
fn receiving_accounts_are_created_by_the_payer() {
    let world = world(&[(1_000_000, 2_000_000)], [None, Some((100, 10))]);
    let (owner, payer) = (Pubkey::new_unique(), Pubkey::new_unique());
    let caller = Caller::new(owner).with_payer(payer);
    let plan = swap_exact_in_instructions(&world.pools, &request(&world), &caller).unwrap();
    let [create, swap] = &plan.instructions[..] else {
        panic!("two instructions")
    };
    assert_eq!(create.program_id, ASSOCIATED_TOKEN_PROGRAM);
    assert_eq!(signers(create), [payer]);
    assert_eq!(signers(swap), [owner]);
    let mint = world.config.quote_mint;
    let account = address::associated_token(&owner, &mint, &TOKEN_2022_PROGRAM);
    assert_eq!(create.accounts[1].pubkey, account);
    assert!(swap.accounts.contains(&AccountMeta::new(account, false)));
    // Discriminator of the idempotent variant.
    assert_eq!(create.data, [1]);
}

#[test]
fn deposits_create_the_liquidity_account_and_withdrawals_the_others() {
    let world = world(&[(1_000_000, 2_000_000)], [None; 2]);
    let caller = Caller::new(Pubkey::new_unique());
    let shard = world.pools.shard(&world.pool, 0).unwrap().shard;
    let deposit = AddLiquidityRequest {
        pool: world.pool,
        shard: None,
        maximum_base: 1_000,
        maximum_quote: 2_000,
        slippage_tolerance_bps: 0,
    };
    let plan = add_liquidity_instructions(&world.pools, &deposit, &caller).unwrap();
    let created: Vec<Pubkey> = plan.instructions[..plan.instructions.len() - 1]
        .iter()
        .map(|one| one.accounts[3].pubkey)
        .collect();
    assert_eq!(created, [shard.lp_mint]);
    let withdrawal = RemoveLiquidityRequest {
        pool: world.pool,
        shard: 0,
        shares: 10,
        slippage_tolerance_bps: 0,
    };
    let plan = remove_liquidity_instructions(&world.pools, &withdrawal, &caller).unwrap();
    let created: Vec<Pubkey> = plan.instructions[..2]
        .iter()
        .map(|one| one.accounts[3].pubkey)
        .collect();
    assert_eq!(created, [world.config.base_mint, world.config.quote_mint]);
}

fn new_pool(shards: u8) -> CreatePoolRequest {
    CreatePoolRequest {
        creator: Pubkey::new_unique(),
        id: 7,
        base: PoolToken {
            mint: Pubkey::new_unique(),
            token_program: TOKEN_PROGRAM,
        },
        quote: PoolToken {
            mint: Pubkey::new_unique(),
            token_program: TOKEN_2022_PROGRAM,
        },
        params: constant_product_params(default_fees()),
        shards,
    }
}

#[test]
fn a_pool_of_32_shards_fits_into_its_transactions() {
    let request = new_pool(32);
    let plan = create_pool_instructions(&request).unwrap();
    assert_eq!(plan.transactions.concat().len(), 33);
    for transaction in &plan.transactions {
        let size = transaction_size(transaction, &request.creator);
        assert!(size <= MAX_TRANSACTION_SIZE, "{size}");
    }
    assert!(
        plan.transactions.len() <= 8,
        "{} transactions",
        plan.transactions.len()
    );
    assert_eq!(plan.pool, plan.transactions[0][0].accounts[1].pubkey);
    // Shards in the order of their indices, as the program derives them.
    for (index, shard) in plan.shards.iter().enumerate() {
        assert_eq!(shard.shard, address::shard(&plan.pool, index as u8).0);
        assert_eq!(
            plan.transactions.concat()[index + 1].accounts[3].pubkey,
            shard.shard
        );
    }
}

#[test]
fn what_the_program_would_refuse_is_refused_here() {
    let refused = |request: &CreatePoolRequest| create_pool_instructions(request).unwrap_err();
    for shards in [0, 33, 255] {
        assert_eq!(refused(&new_pool(shards)), PlanError::ShardCount { shards });
    }
    let mut request = new_pool(1);
    request.quote = request.base;
    assert_eq!(refused(&request), PlanError::Refused(AmmError::SameMint));
    let mut request = new_pool(1);
    request.params.fees = flat_fees(100_001, 0);
    assert_eq!(refused(&request), PlanError::Refused(AmmError::InvalidFee));
    request.params.fees = flat_fees(3_000, 2_501);
    assert_eq!(
        refused(&request),
        PlanError::Refused(AmmError::ProtocolShareTooHigh)
    );
    request.params = constant_product_params(flat_fees(3_000, 2_500));
    request.params.amplification = 1;
    assert_eq!(
        refused(&request),
        PlanError::Refused(AmmError::NotStableSwap)
    );
    request.params.curve = 9;
    assert_eq!(
        refused(&request),
        PlanError::Refused(AmmError::InvalidCurve)
    );
    for amplification in [0, 10_001, u32::MAX] {
        assert_eq!(
            stable_swap_params(amplification, default_fees()),
            Err(PlanError::Refused(AmmError::InvalidAmplification))
        );
    }
    request.params = stable_swap_params(100, flat_fees(400, 0)).unwrap();
    assert_eq!(request.params.amplification, 100);
    assert!(create_pool_instructions(&request).is_ok());
}

#[test]
fn administration_is_signed_by_the_authority() {
    let (pool, authority) = (Pubkey::new_unique(), Pubkey::new_unique());
    let proposed = Pubkey::new_unique();
    // Discriminator 10, then which action, then its argument.
    let instructions = [
        set_fees_instruction(&pool, &authority, default_fees()),
        set_paused_instruction(&pool, &authority, 1),
        propose_authority_instruction(&pool, &authority, &proposed),
        ramp_amplification_instruction(&pool, &authority, 200, 5),
        stop_ramp_instruction(&pool, &authority),
    ];
    for (instruction, action) in instructions.iter().zip([0, 1, 2, 4, 5]) {
        assert_eq!(instruction.data[..2], [10, action]);
        assert_eq!(written(instruction), BTreeSet::from([pool]));
        assert_eq!(signers(instruction), [authority]);
    }
    assert_eq!(instructions[2].data[2..], proposed.to_bytes());
    let accept = accept_authority_instruction(&pool, &proposed);
    assert_eq!(
        (&accept.data[..], signers(&accept)),
        (&[10, 3][..], vec![proposed])
    );
    let observe = observe_instruction(&pool, &Pubkey::new_unique());
    assert_eq!(observe.data, [11]);
    assert!(written(&observe).is_empty());
}

#[test]
fn the_next_shard_follows_the_last() {
    let world = world(&[(1, 1), (1, 1)], [None; 2]);
    let authority = Pubkey::new_unique();
    let (shard, added) =
        add_shard_instructions(&world.pools, &world.pool, &authority, &authority).unwrap();
    assert_eq!(shard.index, 2);
    assert_eq!(
        added[0].accounts[3].pubkey,
        address::shard(&world.pool, 2).0
    );
    let full = crate::fixtures::world(&[(1, 1); 32], [None; 2]);
    let refused = add_shard_instructions(&full.pools, &full.pool, &authority, &authority);
    assert_eq!(
        refused.unwrap_err().amm_error(),
        Some(AmmError::TooManyShards)
    );
}
