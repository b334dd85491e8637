//! Pools, and the instructions that drive them.

use sealane_amm::{
    AdminAction, PoolParams, accounts, instruction,
    state::{FeeParams, LP_MINT_SEED, POOL_SEED, SHARD_SEED, VAULT_SEED},
};
use sealane_core::units::Side;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::Mint;

/// A deadline that never passes.
pub const NO_DEADLINE: i64 = i64::MAX;

/// The accounts of one shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardAccounts {
    /// The shard.
    pub address: Pubkey,
    /// Its vault of base tokens.
    pub base_vault: Pubkey,
    /// Its vault of quote tokens.
    pub quote_vault: Pubkey,
    /// Its liquidity mint.
    pub lp: Mint,
}

/// A pool and its shards.
///
/// The instruction builders take shards by index and wallets by address, and use the wallets'
/// associated token accounts. Tests that need other accounts change the instruction.
#[derive(Debug, Clone)]
pub struct TestPool {
    /// The pool.
    pub address: Pubkey,
    /// Who created it; its first authority.
    pub creator: Pubkey,
    /// Part of the address.
    pub id: u16,
    /// Base mint.
    pub base: Mint,
    /// Quote mint.
    pub quote: Mint,
    /// The shards, by index.
    pub shards: Vec<ShardAccounts>,
}

impl TestPool {
    /// The pool of a creator and two mints, without shards yet.
    #[must_use]
    pub fn new(creator: Pubkey, id: u16, base: Mint, quote: Mint) -> Self {
        let seeds: [&[u8]; 5] = [
            POOL_SEED,
            creator.as_ref(),
            base.address.as_ref(),
            quote.address.as_ref(),
            &id.to_le_bytes(),
        ];
        let address = derive(&seeds);
        Self {
            address,
            creator,
            id,
            base,
            quote,
            shards: Vec::new(),
        }
    }

    /// The accounts that the shard of an index has or will have.
    #[must_use]
    pub fn shard_accounts(&self, index: u8) -> ShardAccounts {
        let shard = derive(&[SHARD_SEED, self.address.as_ref(), &[index]]);
        let vault = |mint: &Mint| derive(&[VAULT_SEED, shard.as_ref(), mint.address.as_ref()]);
        ShardAccounts {
            address: shard,
            base_vault: vault(&self.base),
            quote_vault: vault(&self.quote),
            lp: Mint {
                address: derive(&[LP_MINT_SEED, shard.as_ref()]),
                program: spl_token_interface::ID,
                authority: shard,
                decimals: sealane_amm::state::LP_DECIMALS,
            },
        }
    }

    /// The mint of a side.
    #[must_use]
    pub fn mint(&self, side: Side) -> &Mint {
        match side {
            Side::Base => &self.base,
            Side::Quote => &self.quote,
        }
    }

    /// The vault of a shard's side.
    #[must_use]
    pub fn vault(&self, shard: usize, side: Side) -> Pubkey {
        match side {
            Side::Base => self.shards[shard].base_vault,
            Side::Quote => self.shards[shard].quote_vault,
        }
    }

    /// `create_pool`, paid by the creator.
    #[must_use]
    pub fn create(&self, params: PoolParams) -> Instruction {
        instruction::CreatePool {
            id: self.id,
            params,
        }
        .to_instruction(accounts::CreatePool {
            creator: self.creator,
            pool: self.address,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `add_shard` of an index, paid by `payer`.
    #[must_use]
    pub fn add_shard(&self, index: u8, authority: Pubkey, payer: Pubkey) -> Instruction {
        let accounts = self.add_shard_accounts(index, authority, payer);
        instruction::AddShard {}.to_instruction(accounts)
    }

    /// Accounts of `add_shard`.
    #[must_use]
    pub fn add_shard_accounts(
        &self,
        index: u8,
        authority: Pubkey,
        payer: Pubkey,
    ) -> accounts::AddShard {
        let shard = self.shard_accounts(index);
        accounts::AddShard {
            payer,
            authority,
            pool: self.address,
            shard: shard.address,
            base_vault: shard.base_vault,
            quote_vault: shard.quote_vault,
            lp_mint: shard.lp.address,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
            lp_token_program: shard.lp.program,
            system_program: solana_system_interface::program::ID,
        }
    }

    /// `swap_exact_in` of the token of `side`.
    #[must_use]
    pub fn swap_exact_in(
        &self,
        shard: usize,
        trader: Pubkey,
        side: Side,
        amount_in: u64,
        minimum_out: u64,
    ) -> Instruction {
        instruction::SwapExactIn {
            amount_in,
            minimum_out,
            deadline: NO_DEADLINE,
        }
        .to_instruction(self.swap_accounts(shard, trader, side))
    }

    /// `swap_exact_out`, paying with the token of `side`.
    #[must_use]
    pub fn swap_exact_out(
        &self,
        shard: usize,
        trader: Pubkey,
        side: Side,
        amount_out: u64,
        maximum_in: u64,
    ) -> Instruction {
        instruction::SwapExactOut {
            amount_out,
            maximum_in,
            deadline: NO_DEADLINE,
        }
        .to_instruction(self.swap_accounts(shard, trader, side))
    }

    /// Accounts of a swap that pays with the token of `side`.
    #[must_use]
    pub fn swap_accounts(&self, shard: usize, trader: Pubkey, side: Side) -> accounts::Swap {
        let (mint_in, mint_out) = (self.mint(side), self.mint(side.opposite()));
        accounts::Swap {
            pool: self.address,
            shard: self.shards[shard].address,
            trader,
            trader_in: mint_in.account_of(&trader),
            trader_out: mint_out.account_of(&trader),
            vault_in: self.vault(shard, side),
            vault_out: self.vault(shard, side.opposite()),
            mint_in: mint_in.address,
            mint_out: mint_out.address,
            token_program_in: mint_in.program,
            token_program_out: mint_out.program,
        }
    }

    /// `add_liquidity`, for any number of shares.
    #[must_use]
    pub fn add_liquidity(
        &self,
        shard: usize,
        provider: Pubkey,
        maximum_base: u64,
        maximum_quote: u64,
    ) -> Instruction {
        instruction::AddLiquidity {
            maximum_base,
            maximum_quote,
            minimum_shares: 0,
            deadline: NO_DEADLINE,
        }
        .to_instruction(self.liquidity_accounts(shard, provider))
    }

    /// `remove_liquidity`, for any amounts.
    #[must_use]
    pub fn remove_liquidity(&self, shard: usize, provider: Pubkey, shares: u64) -> Instruction {
        instruction::RemoveLiquidity {
            shares,
            minimum_base: 0,
            minimum_quote: 0,
            deadline: NO_DEADLINE,
        }
        .to_instruction(self.liquidity_accounts(shard, provider))
    }

    /// Accounts of `add_liquidity` and `remove_liquidity`.
    #[must_use]
    pub fn liquidity_accounts(&self, shard: usize, provider: Pubkey) -> accounts::Liquidity {
        let shard = &self.shards[shard];
        accounts::Liquidity {
            pool: self.address,
            shard: shard.address,
            provider,
            provider_base: self.base.account_of(&provider),
            provider_quote: self.quote.account_of(&provider),
            provider_lp: shard.lp.account_of(&provider),
            base_vault: shard.base_vault,
            quote_vault: shard.quote_vault,
            lp_mint: shard.lp.address,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
            lp_token_program: shard.lp.program,
        }
    }

    /// `add_liquidity_single_sided`, for any number of shares.
    #[must_use]
    pub fn add_single_sided(
        &self,
        shard: usize,
        provider: Pubkey,
        side: Side,
        amount_in: u64,
    ) -> Instruction {
        instruction::AddLiquiditySingleSided {
            amount_in,
            minimum_shares: 0,
            deadline: NO_DEADLINE,
        }
        .to_instruction(self.single_sided_accounts(shard, provider, side))
    }

    /// `remove_liquidity_single_sided`, for any amount.
    #[must_use]
    pub fn remove_single_sided(
        &self,
        shard: usize,
        provider: Pubkey,
        side: Side,
        shares: u64,
    ) -> Instruction {
        instruction::RemoveLiquiditySingleSided {
            shares,
            minimum_out: 0,
            deadline: NO_DEADLINE,
        }
        .to_instruction(self.single_sided_accounts(shard, provider, side))
    }

    /// Accounts of both single-sided instructions.
    #[must_use]
    pub fn single_sided_accounts(
        &self,
        shard: usize,
        provider: Pubkey,
        side: Side,
    ) -> accounts::SingleSided {
        let lp = &self.shards[shard].lp;
        let mint = self.mint(side);
        accounts::SingleSided {
            pool: self.address,
            shard: self.shards[shard].address,
            provider,
            provider_token: mint.account_of(&provider),
            provider_lp: lp.account_of(&provider),
            vault: self.vault(shard, side),
            lp_mint: lp.address,
            mint: mint.address,
            token_program: mint.program,
            lp_token_program: lp.program,
        }
    }

    /// `rebalance` of two shards.
    #[must_use]
    pub fn rebalance(&self, first: usize, second: usize) -> Instruction {
        instruction::Rebalance {}.to_instruction(self.rebalance_accounts(first, second))
    }

    /// Accounts of `rebalance`.
    #[must_use]
    pub fn rebalance_accounts(&self, first: usize, second: usize) -> accounts::Rebalance {
        let (first, second) = (&self.shards[first], &self.shards[second]);
        accounts::Rebalance {
            pool: self.address,
            first: first.address,
            second: second.address,
            first_base_vault: first.base_vault,
            first_quote_vault: first.quote_vault,
            second_base_vault: second.base_vault,
            second_quote_vault: second.quote_vault,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
        }
    }

    /// `collect_protocol_fees` to the authority's own accounts.
    #[must_use]
    pub fn collect_protocol_fees(&self, shard: usize, authority: Pubkey) -> Instruction {
        let accounts = self.collect_accounts(shard, authority);
        instruction::CollectProtocolFees {}.to_instruction(accounts)
    }

    /// Accounts of `collect_protocol_fees`.
    #[must_use]
    pub fn collect_accounts(
        &self,
        shard: usize,
        authority: Pubkey,
    ) -> accounts::CollectProtocolFees {
        let shard = &self.shards[shard];
        accounts::CollectProtocolFees {
            pool: self.address,
            shard: shard.address,
            authority,
            recipient_base: self.base.account_of(&authority),
            recipient_quote: self.quote.account_of(&authority),
            base_vault: shard.base_vault,
            quote_vault: shard.quote_vault,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
        }
    }

    /// `administer`: fees.
    #[must_use]
    pub fn set_fees(&self, authority: Pubkey, fees: FeeParams) -> Instruction {
        self.administer(authority, AdminAction::SetFees(fees))
    }

    /// `administer`: pauses.
    #[must_use]
    pub fn set_paused(&self, authority: Pubkey, paused: u8) -> Instruction {
        self.administer(authority, AdminAction::SetPaused(paused))
    }

    /// `administer`: another authority.
    #[must_use]
    pub fn propose_authority(&self, authority: Pubkey, proposed: Pubkey) -> Instruction {
        self.administer(
            authority,
            AdminAction::ProposeAuthority(proposed.to_bytes()),
        )
    }

    /// `administer`: the proposed authority takes over.
    #[must_use]
    pub fn accept_authority(&self, proposed: Pubkey) -> Instruction {
        self.administer(proposed, AdminAction::AcceptAuthority)
    }

    /// `administer`: the amplification.
    #[must_use]
    pub fn ramp_amplification(&self, authority: Pubkey, target: u32, end: i64) -> Instruction {
        self.administer(authority, AdminAction::RampAmplification { target, end })
    }

    /// `administer`: the end of a ramp.
    #[must_use]
    pub fn stop_ramp(&self, authority: Pubkey) -> Instruction {
        self.administer(authority, AdminAction::StopRamp)
    }

    /// `observe`.
    #[must_use]
    pub fn observe(&self, shard: usize) -> Instruction {
        let shard = self.shards[shard].address;
        instruction::Observe {}.to_instruction(accounts::Observe {
            pool: self.address,
            shard,
        })
    }

    /// `administer` with an action.
    #[must_use]
    pub fn administer(&self, authority: Pubkey, action: AdminAction) -> Instruction {
        let pool = self.address;
        instruction::Administer { action }.to_instruction(accounts::Administer { pool, authority })
    }
}

fn derive(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &sealane_amm::ID).0
}
