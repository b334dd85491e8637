//! Token-2022 extensions: those that would break custody are refused by name, each with a real
//! mint; pools of mints with the others work.

use sealane_amm::errors::AmmError;
use sealane_testkit::{
    MintSpec, PoolSpec, Side, TestPool, TransferFeeSpec, World, extension::Extension,
};

use crate::{Arena, arena::AMOUNT};

#[test]
fn extensions_that_break_custody_are_refused_by_name() {
    let cases: [(Extension, fn() -> AmmError); 10] = [
        (Extension::TransferHook, || AmmError::TransferHookRefused),
        (Extension::PermanentDelegate, || {
            AmmError::PermanentDelegateRefused
        }),
        (Extension::DefaultAccountState, || {
            AmmError::DefaultAccountStateRefused
        }),
        (Extension::NonTransferable, || {
            AmmError::NonTransferableRefused
        }),
        (Extension::Pausable, || AmmError::PausableRefused),
        (Extension::MintCloseAuthority, || {
            AmmError::MintCloseAuthorityRefused
        }),
        (Extension::ConfidentialTransfer, || {
            AmmError::ConfidentialTransferRefused
        }),
        (Extension::ConfidentialTransferFee, || {
            AmmError::ConfidentialTransferRefused
        }),
        (Extension::ConfidentialMintBurn, || {
            AmmError::ConfidentialTransferRefused
        }),
        (Extension::PermissionedBurn, || {
            AmmError::UnknownExtensionRefused
        }),
    ];
    let mut arena = Arena::new();
    let params = PoolSpec::default().params;
    for (extension, error) in cases {
        // Alone, after one that is accepted, and before one.
        let accepted = Extension::InterestBearing;
        let specs = [
            MintSpec::token_2022(6).extension(extension),
            MintSpec::token_2022(6)
                .extension(accepted)
                .extension(extension),
            MintSpec::token_2022(6)
                .extension(extension)
                .extension(accepted),
        ];
        for spec in specs {
            let mint = arena.world.create_mint(&spec);
            let plain = arena.pool.base;
            for (base, quote) in [(mint, plain), (plain, mint)] {
                let attack = TestPool::new(arena.attacker, 0, base, quote).create(params);
                arena.refuses_amm(&format!("{extension:?}"), attack, error());
            }
        }
    }
    arena.finish();
}

#[test]
fn pools_of_mints_with_other_extensions_work() {
    let fee = Extension::TransferFee(TransferFeeSpec {
        bps: 100,
        maximum: 5_000,
    });
    let harmless = [
        Extension::InterestBearing,
        Extension::ScaledUiAmount,
        Extension::Metadata,
        Extension::GroupPointer,
        Extension::GroupMemberPointer,
    ];
    let mut specs = vec![
        MintSpec::token_2022(6),
        MintSpec::token_2022(6).extension(fee),
    ];
    for extension in harmless {
        specs.push(MintSpec::token_2022(6).extension(extension));
        specs.push(MintSpec::token_2022(6).extension(extension).extension(fee));
    }
    // Interest and a scale exclude each other.
    let all = harmless
        .into_iter()
        .filter(|extension| *extension != Extension::ScaledUiAmount)
        .fold(MintSpec::token_2022(6), MintSpec::extension);
    specs.push(all.extension(fee));
    for spec in specs {
        for pair in [
            (spec.clone(), MintSpec::spl(6)),
            (MintSpec::spl(6), spec.clone()),
        ] {
            let mut world = World::new();
            let pool = world.create_pool(&PoolSpec::default().mints(pair.0, pair.1));
            let wallet = world.wallet();
            world.fund(wallet, &pool, AMOUNT * 100, AMOUNT * 100);
            let shares = AMOUNT;
            world.execute(&[pool.add_liquidity(0, wallet, AMOUNT * 10, AMOUNT * 10)]);
            for side in [Side::Base, Side::Quote] {
                world.execute(&[
                    pool.swap_exact_in(0, wallet, side, AMOUNT, 1),
                    pool.swap_exact_out(0, wallet, side, AMOUNT / 2, AMOUNT),
                    pool.add_single_sided(0, wallet, side, AMOUNT),
                    pool.remove_single_sided(0, wallet, side, shares),
                ]);
            }
            world.execute(&[pool.remove_liquidity(0, wallet, shares)]);
        }
    }
}
