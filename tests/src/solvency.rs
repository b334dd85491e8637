//! What must hold after every instruction.

use sealane_amm::state::Shard;
use sealane_core::pool::LOCKED_SHARES;
use solana_program_pack::Pack;

use crate::{Svm, TestPool, token_amount};

/// How a vault's balance stands to what the shard owes from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backing {
    /// Equal to the unit.
    Exact,
    /// At least that much: someone donated, or a transfer fee was rounded in the vault's favour.
    AtLeast,
}

/// Fails unless every shard of the pool can pay what it owes: each vault holds the reserve and the
/// protocol fees, and the liquidity mint's supply with the locked shares is the shard's count.
///
/// # Panics
/// If a shard cannot.
pub fn assert_solvent(svm: &Svm, pool: &TestPool, backing: Backing) {
    for (index, accounts) in pool.shards.iter().enumerate() {
        let shard: Shard = crate::world::read(&svm.data(&accounts.address));
        let vaults = [
            (
                "base",
                accounts.base_vault,
                shard.base_reserve,
                shard.base_protocol_fees,
            ),
            (
                "quote",
                accounts.quote_vault,
                shard.quote_reserve,
                shard.quote_protocol_fees,
            ),
        ];
        for (token, vault, reserve, fees) in vaults {
            let held = u128::from(token_amount(&svm.data(&vault)));
            let owed = u128::from(reserve) + u128::from(fees);
            let solvent = match backing {
                Backing::Exact => held == owed,
                Backing::AtLeast => held >= owed,
            };
            assert!(
                solvent,
                "shard {index}: the {token} vault holds {held}, owed are {reserve} + {fees}"
            );
        }
        let mint = spl_token_interface::state::Mint::unpack(&svm.data(&accounts.lp.address))
            .expect("a mint");
        let locked = if shard.shares == 0 { 0 } else { LOCKED_SHARES };
        assert_eq!(
            mint.supply.checked_add(locked),
            Some(shard.shares),
            "shard {index}: {} liquidity tokens, {} shares",
            mint.supply,
            shard.shares
        );
    }
}
