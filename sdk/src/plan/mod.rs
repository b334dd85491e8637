//! Instructions together with the quote that they execute. Nothing here does I/O or sends.
//!
//! Token accounts are the owner's associated ones. Those that receive tokens are created first if
//! they do not exist; SOL is neither wrapped nor unwrapped.

mod administer;
mod create;
pub mod governance;
mod liquidity;
mod market;
mod route;
pub mod staking;
mod swap;
#[cfg(feature = "rpc")]
mod table;

pub use administer::{
    accept_authority_instruction, add_shard_instructions, administer_instruction,
    collect_protocol_fees_instructions, observe_instruction, propose_authority_instruction,
    ramp_amplification_instruction, rebalance_instructions, set_fees_instruction,
    set_paused_instruction, stop_ramp_instruction,
};
pub use create::{
    CreatePoolPlan, CreatePoolRequest, PlanError, PoolToken, constant_product_params,
    create_pool_instructions, default_fees, flat_fees, stable_swap_params,
};
pub use liquidity::{
    add_liquidity_instructions, add_single_sided_instructions, remove_liquidity_instructions,
    remove_single_sided_instructions,
};
pub use market::*;
pub use route::{RouteOrder, order_instructions, route_instructions, routed_instructions};
pub use swap::{
    SwapOrder, swap_exact_in_instructions, swap_exact_out_instructions, swap_instructions,
    swap_order_instructions,
};

#[cfg(feature = "rpc")]
pub use table::{
    addresses_to_look_up, create_lookup_table_instructions, extend_lookup_table_instructions,
};

use anchor_lang::{InstructionData, ToAccountMetas};
use sealane_amm::state::{Pool, Shard};
use sealane_core::units::Side;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{
    address::{self, TOKEN_PROGRAM},
    amm,
    pools::{Pools, ShardEntry},
    quote::{QuoteError, cached_pool, cached_shard},
    token::create_associated_token_instruction,
};

/// Instructions, and what they will do.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<Q> {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// What they will do.
    pub quote: Q,
}

/// Instructions that may not fit into one transaction, and what they will do.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence<Q> {
    /// The instructions of each transaction. To be sent in order, each after the one before is
    /// confirmed.
    pub transactions: Vec<Vec<Instruction>>,
    /// What all of them will do.
    pub quote: Q,
}

/// On whose behalf instructions are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Whose tokens move; signs.
    pub owner: Pubkey,
    /// Who pays for accounts that are created; signs.
    pub payer: Pubkey,
    /// Whether to create the token accounts that receive, where they do not exist. Without it
    /// the instructions are smaller and cheaper, but fail if an account is missing.
    pub create_accounts: bool,
    /// When the program is to refuse, in Unix seconds.
    pub deadline: i64,
}

impl Caller {
    /// A wallet that pays for itself, creates what is missing, and sets no deadline.
    #[must_use]
    pub fn new(owner: Pubkey) -> Self {
        Self {
            owner,
            payer: owner,
            create_accounts: true,
            deadline: i64::MAX,
        }
    }

    /// Lets another wallet pay for accounts that are created.
    #[must_use]
    pub fn with_payer(self, payer: Pubkey) -> Self {
        Self { payer, ..self }
    }

    /// Sets the time after which the program is to refuse, in Unix seconds.
    #[must_use]
    pub fn with_deadline(self, deadline: i64) -> Self {
        Self { deadline, ..self }
    }

    /// Promises that all token accounts exist.
    #[must_use]
    pub fn without_account_creation(self) -> Self {
        Self {
            create_accounts: false,
            ..self
        }
    }

    /// The owner's account of a mint.
    fn account(&self, token: &Token) -> Pubkey {
        address::associated_token(&self.owner, &token.mint, &token.program)
    }

    /// The plan of an instruction, preceded by those that create what is missing to receive.
    fn plan<Q>(&self, receiving: &[Token], instruction: Instruction, quote: Q) -> Plan<Q> {
        let mut instructions = Vec::with_capacity(receiving.len() + 1);
        if self.create_accounts {
            instructions.extend(receiving.iter().map(|token| {
                create_associated_token_instruction(
                    &self.payer,
                    &self.owner,
                    &token.mint,
                    &token.program,
                )
            }));
        }
        instructions.push(instruction);
        Plan {
            instructions,
            quote,
        }
    }
}

/// A mint and the program that moves it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Token {
    mint: Pubkey,
    program: Pubkey,
}

impl Token {
    /// A pool's two tokens.
    fn both(pool: &Pool) -> [Self; 2] {
        [Self::of(pool, Side::Base), Self::of(pool, Side::Quote)]
    }

    /// One of them.
    fn of(pool: &Pool, side: Side) -> Self {
        match side {
            Side::Base => Self {
                mint: pool.base_mint,
                program: pool.base_token_program,
            },
            Side::Quote => Self {
                mint: pool.quote_mint,
                program: pool.quote_token_program,
            },
        }
    }

    /// A shard's liquidity token.
    fn lp(shard: &Shard) -> Self {
        Self {
            mint: shard.lp_mint,
            program: TOKEN_PROGRAM,
        }
    }
}

/// A shard's vault of one token.
fn vault(shard: &Shard, side: Side) -> Pubkey {
    match side {
        Side::Base => shard.base_vault,
        Side::Quote => shard.quote_vault,
    }
}

/// A pool and one of its shards from the cache.
fn lookup<'a>(
    pools: &'a Pools,
    pool: &Pubkey,
    index: u8,
) -> Result<(&'a Pool, ShardEntry<'a>), QuoteError> {
    let entry = cached_pool(pools, pool)?;
    let shard = cached_shard(pools, &entry, index)?;
    Ok((entry.pool, shard))
}

/// An instruction of the program.
fn instruction(accounts: &impl ToAccountMetas, arguments: &impl InstructionData) -> Instruction {
    Instruction {
        program_id: amm::ID,
        accounts: accounts.to_account_metas(None),
        data: arguments.data(),
    }
}

#[cfg(test)]
mod tests;
