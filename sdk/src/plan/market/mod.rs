//! Instructions of the order books' program.

mod create;
mod fees;
mod funds;
mod lane;
mod orders;
mod trade;

pub use create::{
    CreateMarketPlan, CreateMarketRequest, accept_market_authority_instruction,
    add_vault_shard_instructions, administer_market_instruction, create_market_instructions,
    propose_market_authority_instruction, set_market_fees_instruction,
    set_market_paused_instruction,
};
pub use fees::{
    CollectedMarketFees, balance_vaults_instruction, collect_market_fees_instructions,
    sweep_fees_instruction,
};
pub use funds::{
    DepositQuote, WithdrawalPart, WithdrawalQuote, deposit_in_market_instructions,
    deposit_instructions, withdraw_instructions,
};
pub use lane::{
    CloseLaneQuote, OpenLanePlan, OpenLaneRequest, close_lane_instructions,
    empty_lane_instructions, grow_lane_instructions, open_lane_instructions,
    set_delegate_instruction,
};
pub use orders::{
    cancel_all_instruction, cancel_client_instruction, cancel_instruction,
    cancel_up_to_instruction, order_params, place_instruction, place_many_instruction,
    reap_instruction, reduce_instruction, replace_all_instruction,
};
pub use trade::{
    CrossQuote, Funding, SwapTakeOrder, cross_instructions, funded_take_instructions,
    lanes_that_fit, reaps_in_front, swap_take_instruction, swap_take_instructions,
    swap_take_order_instruction, take_instruction, take_instructions,
};

use anchor_lang::{InstructionData, ToAccountMetas};
use sealane_core::units::Side;
use sealane_orderbook::state::{Market, VaultShard};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::Token;
use crate::{markets::VaultShardEntry, orderbook};

/// An instruction of the program.
fn instruction(accounts: &impl ToAccountMetas, arguments: &impl InstructionData) -> Instruction {
    Instruction {
        program_id: orderbook::ID,
        accounts: accounts.to_account_metas(None),
        data: arguments.data(),
    }
}

/// An instruction with lanes behind its accounts.
fn with_lanes(mut instruction: Instruction, lanes: &[Pubkey], writable: bool) -> Instruction {
    let meta = |lane: &Pubkey| AccountMeta {
        pubkey: *lane,
        is_signer: false,
        is_writable: writable,
    };
    instruction.accounts.extend(lanes.iter().map(meta));
    instruction
}

/// A market's two tokens.
pub(super) fn tokens(market: &Market) -> [Token; 2] {
    let base = Token {
        mint: market.base_mint,
        program: market.base_token_program,
    };
    let quote = Token {
        mint: market.quote_mint,
        program: market.quote_token_program,
    };
    [base, quote]
}

/// A vault shard whose vaults' balances are known.
#[derive(Clone, Copy)]
struct FundedShard<'a> {
    address: Pubkey,
    vault_shard: &'a VaultShard,
    held: [u64; 2],
}

impl<'a> FundedShard<'a> {
    fn new(entry: &VaultShardEntry<'a>) -> Result<Self, crate::markets::MarketError> {
        let shard = entry.vault_shard;
        let held = |balance: Option<u64>, vault: Pubkey| {
            balance.ok_or(crate::markets::MarketError::MissingAccount {
                address: vault,
                what: "a vault",
            })
        };
        Ok(Self {
            address: entry.address,
            vault_shard: shard,
            held: [
                held(entry.base, shard.base_vault)?,
                held(entry.quote, shard.quote_vault)?,
            ],
        })
    }

    fn held(&self, side: Side) -> u64 {
        match side {
            Side::Base => self.held[0],
            Side::Quote => self.held[1],
        }
    }
}

#[cfg(test)]
mod tests;
