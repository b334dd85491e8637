//! `create_pool`.

use sealane_amm::{
    PoolParams, accounts,
    errors::AmmError,
    instruction,
    state::{CURVE_CONSTANT_PRODUCT, CURVE_STABLE_SWAP, FeeParams, MAX_PROTOCOL_SHARE_BPS},
};
use sealane_testkit::{MintSpec, Reason, TestPool};
use solana_account::Account;
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;
use solana_system_interface::error::SystemError;

use crate::Arena;

const FLAT: FeeParams = FeeParams {
    min_pips: 3_000,
    max_pips: 3_000,
    slope_pips: 0,
    protocol_share_bps: 1_000,
};

const PLAIN: PoolParams = PoolParams {
    curve: CURVE_CONSTANT_PRODUCT,
    amplification: 0,
    fees: FLAT,
};

/// A second pool of the attacker's, with something changed.
fn with(arena: &Arena, edit: impl FnOnce(&mut accounts::CreatePool)) -> Instruction {
    let pool = TestPool::new(arena.attacker, 7, arena.pool.base, arena.pool.quote);
    create(&pool, PLAIN, edit)
}

fn create(
    pool: &TestPool,
    params: PoolParams,
    edit: impl FnOnce(&mut accounts::CreatePool),
) -> Instruction {
    let mut accounts = accounts::CreatePool {
        creator: pool.creator,
        pool: pool.address,
        base_mint: pool.base.address,
        quote_mint: pool.quote.address,
        base_token_program: pool.base.program,
        quote_token_program: pool.quote.program,
        system_program: solana_system_interface::program::ID,
    };
    edit(&mut accounts);
    instruction::CreatePool {
        id: pool.id,
        params,
    }
    .to_instruction(accounts)
}

#[test]
fn addresses_and_signatures() {
    let mut arena = Arena::new();
    let valid = with(&arena, |_| {});
    arena.accepts("create_pool", &valid);
    arena.refuses_missing_rights("create_pool", &valid);
    let (attacker, victim) = (arena.attacker, arena.victim);
    let other_id = TestPool::new(attacker, 8, arena.pool.base, arena.pool.quote);
    let anywhere = arena.world.address();
    for (what, attack) in [
        (
            "address of another id",
            with(&arena, |a| a.pool = other_id.address),
        ),
        ("any address", with(&arena, |a| a.pool = anywhere)),
        (
            "address of another creator",
            with(&arena, |a| a.creator = victim),
        ),
        (
            "an existing pool",
            with(&arena, |a| a.pool = arena.pool.address),
        ),
        (
            "swapped mints",
            with(&arena, |a| {
                (a.base_mint, a.quote_mint) = (a.quote_mint, a.base_mint)
            }),
        ),
    ] {
        arena.refuses_amm(what, attack, AmmError::WrongAddress);
    }
    let fake = arena.fake_program;
    let attack = with(&arena, |a| a.system_program = fake);
    arena.refuses_builtin(
        "fake system program",
        attack,
        InstructionError::IncorrectProgramId,
    );
    arena.finish();
}

#[test]
fn not_twice() {
    let mut arena = Arena::new();
    let again = arena.pool.create(PLAIN);
    arena.refuses(
        "again",
        again,
        Reason::system(SystemError::AccountAlreadyInUse),
    );
    arena.finish();
}

#[test]
fn lamports_sent_ahead_do_not_block() {
    let mut arena = Arena::new();
    let pool = TestPool::new(arena.attacker, 7, arena.pool.base, arena.pool.quote);
    for lamports in [1, 10_000_000_000] {
        let account = Account {
            lamports,
            ..Account::default()
        };
        arena.world.svm.set_account(pool.address, account);
        arena.accepts("lamports in advance", &with(&arena, |_| {}));
    }
    arena.finish();
}

#[test]
fn mints_and_token_programs() {
    let mut arena = Arena::new();
    let fake = arena.fake_program;
    let token_2022 = spl_token_2022_interface::ID;
    for (what, attack) in [
        (
            "fake program of base",
            with(&arena, |a| a.base_token_program = fake),
        ),
        (
            "fake program of quote",
            with(&arena, |a| a.quote_token_program = fake),
        ),
        (
            "other program of base",
            with(&arena, |a| a.base_token_program = token_2022),
        ),
        (
            "other program of quote",
            with(&arena, |a| a.quote_token_program = token_2022),
        ),
    ] {
        arena.refuses_amm(what, attack, AmmError::WrongTokenProgram);
    }
    let same = TestPool::new(arena.attacker, 7, arena.pool.base, arena.pool.base);
    arena.refuses_amm(
        "one mint twice",
        create(&same, PLAIN, |_| {}),
        AmmError::SameMint,
    );

    // A mint's bytes that the fake program owns, with and without the fake program.
    let counterfeit = arena.counterfeit(&arena.pool.base.address.clone());
    for program in [fake, spl_token_interface::ID] {
        let mut base = arena.pool.base;
        (base.address, base.program) = (counterfeit, program);
        let pool = TestPool::new(arena.attacker, 7, base, arena.pool.quote);
        let attack = create(&pool, PLAIN, |_| {});
        arena.refuses_amm("counterfeit mint", attack, AmmError::WrongTokenProgram);
    }
    arena.finish();
}

/// Accounts of the token programs that are no mints.
#[test]
fn accounts_that_are_no_mints() {
    let mut arena = Arena::new();
    let spl = spl_token_interface::ID;
    let token_2022 = spl_token_2022_interface::ID;
    let fee_mint = arena
        .world
        .create_mint(&MintSpec::with_transfer_fee(6, 10, 1_000));
    let plain_mint = arena.world.create_mint(&MintSpec::token_2022(6));
    let (attacker, payer) = (arena.attacker, arena.world.svm.payer());
    // Byte 45 tells in a mint whether it is initialized; in a token account it is the owner's.
    let mut owner = [7; 32];
    owner[13] = 1;
    let owner = Pubkey::new_from_array(owner);
    let mut accounts = vec![
        (
            "a token account",
            spl,
            arena.pool.base.account_of(&attacker),
        ),
        (
            "an uninitialized mint",
            spl,
            uninitialized(&mut arena, 82, spl),
        ),
        ("an empty account", spl, uninitialized(&mut arena, 0, spl)),
        (
            "an uninitialized mint",
            token_2022,
            uninitialized(&mut arena, 82, token_2022),
        ),
        ("a multisig", token_2022, multisig(&mut arena)),
    ];
    for mint in [arena.pool.base, fee_mint, plain_mint] {
        arena.world.execute(&[mint.create_account(&payer, &owner)]);
        accounts.push((
            "a crafted token account",
            mint.program,
            mint.account_of(&owner),
        ));
    }
    for (what, program, address) in accounts {
        let mut base = arena.pool.base;
        (base.address, base.program) = (address, program);
        let pool = TestPool::new(attacker, 7, base, arena.pool.quote);
        let attack = create(&pool, PLAIN, |_| {});
        arena.refuses_amm(&format!("{what} as base"), attack, AmmError::InvalidMint);
        let pool = TestPool::new(attacker, 7, arena.pool.quote, base);
        let attack = create(&pool, PLAIN, |_| {});
        arena.refuses_amm(&format!("{what} as quote"), attack, AmmError::InvalidMint);
    }
    arena.finish();
}

fn uninitialized(arena: &mut Arena, len: usize, owner: Pubkey) -> Pubkey {
    let address = arena.world.address();
    let lamports = arena.world.svm.rent(len);
    let account = Account {
        lamports,
        data: vec![0; len],
        owner,
        ..Account::default()
    };
    arena.world.svm.set_account(address, account);
    address
}

/// A real multisig of Token-2022 whose signers are chosen so that its bytes read as a mint.
fn multisig(arena: &mut Arena) -> Pubkey {
    const LEN: usize = 355;
    let address = uninitialized(arena, LEN, spl_token_2022_interface::ID);
    let mut bytes = [0u8; 32 * 11];
    // The bytes of an account at 45 (initialized) and 165 (kind: mint); signers start at 3.
    bytes[45 - 3] = 1;
    bytes[165 - 3] = 1;
    let signers: Vec<Pubkey> = bytes
        .chunks_exact(32)
        .map(|chunk| Pubkey::try_from(chunk).expect("32 bytes"))
        .collect();
    let signers: Vec<&Pubkey> = signers.iter().collect();
    let instruction = spl_token_2022_interface::instruction::initialize_multisig2(
        &spl_token_2022_interface::ID,
        &address,
        &signers,
        1,
    );
    arena.world.execute(&[instruction.expect("valid")]);
    address
}

#[test]
fn fees_outside_their_bounds() {
    let mut arena = Arena::new();
    let pool = TestPool::new(arena.attacker, 7, arena.pool.base, arena.pool.quote);
    for (what, fees) in invalid_fees() {
        let attack = create(&pool, PoolParams { fees, ..PLAIN }, |_| {});
        arena.refuses_amm(what, attack, AmmError::InvalidFee);
    }
    let fees = FeeParams {
        protocol_share_bps: MAX_PROTOCOL_SHARE_BPS,
        ..FLAT
    };
    arena.accepts(
        "the highest share",
        &create(&pool, PoolParams { fees, ..PLAIN }, |_| {}),
    );
    for share in [MAX_PROTOCOL_SHARE_BPS + 1, 10_000, u16::MAX] {
        let fees = FeeParams {
            protocol_share_bps: share,
            ..FLAT
        };
        let attack = create(&pool, PoolParams { fees, ..PLAIN }, |_| {});
        arena.refuses_amm("a share too high", attack, AmmError::ProtocolShareTooHigh);
    }
    arena.finish();
}

/// Fee schedules that no pool may have.
pub(crate) fn invalid_fees() -> Vec<(&'static str, FeeParams)> {
    let fees = |min_pips, max_pips, slope_pips| FeeParams {
        min_pips,
        max_pips,
        slope_pips,
        protocol_share_bps: 0,
    };
    vec![
        ("bounds in the wrong order", fees(12_000, 1_000, 1_050_000)),
        ("above the highest rate", fees(100_001, 100_001, 0)),
        ("far above the highest rate", fees(0, u32::MAX, 5_000_000)),
        ("everything maximal", fees(u32::MAX, u32::MAX, u32::MAX)),
        ("a flat fee with a slope", fees(3_000, 3_000, 1)),
        ("a range without a slope", fees(1_000, 12_000, 0)),
        (
            "too flat a slope for sharding",
            fees(1_000, 12_000, 1_020_999),
        ),
        ("too steep a slope", fees(1_000, 12_000, 5_000_001)),
        ("a maximal slope", fees(1_000, 12_000, u32::MAX)),
    ]
}

#[test]
fn curves() {
    let mut arena = Arena::new();
    let pool = TestPool::new(arena.attacker, 7, arena.pool.base, arena.pool.quote);
    let with = |curve, amplification| {
        create(
            &pool,
            PoolParams {
                curve,
                amplification,
                fees: FLAT,
            },
            |_| {},
        )
    };
    arena.accepts("the least amplification", &with(CURVE_STABLE_SWAP, 1));
    arena.accepts(
        "the largest amplification",
        &with(CURVE_STABLE_SWAP, 10_000),
    );
    for amplification in [0, 10_001, u32::MAX] {
        let attack = with(CURVE_STABLE_SWAP, amplification);
        arena.refuses_amm("amplification", attack, AmmError::InvalidAmplification);
    }
    let free = FeeParams {
        min_pips: 0,
        max_pips: 0,
        slope_pips: 0,
        protocol_share_bps: 0,
    };
    let params = PoolParams {
        curve: CURVE_STABLE_SWAP,
        amplification: 100,
        fees: free,
    };
    let attack = create(&pool, params, |_| {});
    arena.refuses_amm("a stable swap without a fee", attack, AmmError::InvalidFee);
    for curve in [2, 255] {
        arena.refuses_amm("unknown curve", with(curve, 0), AmmError::InvalidCurve);
    }
    let attack = with(CURVE_CONSTANT_PRODUCT, 1);
    arena.refuses_amm("a needless amplification", attack, AmmError::NotStableSwap);

    let fine = arena.world.create_mint(&MintSpec::spl(13));
    let coarse = arena.world.create_mint(&MintSpec::spl(0));
    for (base, quote) in [(fine, coarse), (coarse, fine)] {
        let pool = TestPool::new(arena.attacker, 7, base, quote);
        let params = PoolParams {
            curve: CURVE_STABLE_SWAP,
            amplification: 100,
            fees: FLAT,
        };
        let attack = create(&pool, params, |_| {});
        arena.refuses_amm("decimals too far apart", attack, AmmError::InvalidDecimals);
    }
    arena.finish();
}
