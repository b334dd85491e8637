//! Markets, and the instructions that move money in them.

use sealane_core::units::Side;
use sealane_orderbook::{
    MarketAction, MarketParams, accounts, instruction,
    state::{FeeParams, LANE_SEED, MARKET_SEED, VAULT_SEED, VAULT_SHARD_SEED},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::Mint;

/// The accounts of one vault shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultAccounts {
    /// The vault shard.
    pub address: Pubkey,
    /// Its vault of base tokens.
    pub base: Pubkey,
    /// Its vault of quote tokens.
    pub quote: Pubkey,
}

impl VaultAccounts {
    /// The vault of a token.
    #[must_use]
    pub fn of(&self, side: Side) -> Pubkey {
        match side {
            Side::Base => self.base,
            Side::Quote => self.quote,
        }
    }
}

/// A market and its vault shards.
///
/// The instruction builders take vault shards by index, lanes and wallets by address, and use the
/// wallets' associated token accounts. Tests that need other accounts change the instruction.
#[derive(Debug, Clone)]
pub struct TestMarket {
    /// The market.
    pub address: Pubkey,
    /// Who created it; its first authority.
    pub creator: Pubkey,
    /// Part of the address.
    pub id: u16,
    /// Base mint.
    pub base: Mint,
    /// Quote mint.
    pub quote: Mint,
    /// The vault shards, by index.
    pub vaults: Vec<VaultAccounts>,
}

/// Lots of a thousand units, ticks of one; 0.1% for takers of which makers get a half and referrers
/// 20% of the rest; up to 0.05% for crossing.
pub const PARAMS: MarketParams = MarketParams {
    base_lot: 1_000,
    tick: 1,
    fees: FeeParams {
        taker_pips: 1_000,
        maker_pips: -500,
        referrer_share_bps: 2_000,
        cross_reward_pips: 500,
    },
};

impl TestMarket {
    /// The market of a creator and two mints, without vault shards yet.
    #[must_use]
    pub fn new(creator: Pubkey, id: u16, base: Mint, quote: Mint) -> Self {
        let seeds: [&[u8]; 5] = [
            MARKET_SEED,
            creator.as_ref(),
            base.address.as_ref(),
            quote.address.as_ref(),
            &id.to_le_bytes(),
        ];
        Self {
            address: derive(&seeds),
            creator,
            id,
            base,
            quote,
            vaults: Vec::new(),
        }
    }

    /// The accounts that the vault shard of an index has or will have.
    #[must_use]
    pub fn vault_accounts(&self, index: u8) -> VaultAccounts {
        let address = derive(&[VAULT_SHARD_SEED, self.address.as_ref(), &[index]]);
        let vault = |mint: &Mint| derive(&[VAULT_SEED, address.as_ref(), mint.address.as_ref()]);
        VaultAccounts {
            address,
            base: vault(&self.base),
            quote: vault(&self.quote),
        }
    }

    /// The lane of an owner and an index.
    #[must_use]
    pub fn lane(&self, owner: &Pubkey, index: u16) -> Pubkey {
        derive(&[
            LANE_SEED,
            self.address.as_ref(),
            owner.as_ref(),
            &index.to_le_bytes(),
        ])
    }

    /// The mint of a token.
    #[must_use]
    pub fn mint(&self, side: Side) -> &Mint {
        match side {
            Side::Base => &self.base,
            Side::Quote => &self.quote,
        }
    }

    /// `create_market`, paid by the creator.
    #[must_use]
    pub fn create(&self, params: MarketParams) -> Instruction {
        instruction::CreateMarket {
            id: self.id,
            params,
        }
        .to_instruction(accounts::CreateMarket {
            creator: self.creator,
            market: self.address,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `add_vault_shard` of an index, paid by `payer`.
    #[must_use]
    pub fn add_vault_shard(&self, index: u8, authority: Pubkey, payer: Pubkey) -> Instruction {
        let vaults = self.vault_accounts(index);
        instruction::AddVaultShard {}.to_instruction(accounts::AddVaultShard {
            payer,
            authority,
            market: self.address,
            vault_shard: vaults.address,
            base_vault: vaults.base,
            quote_vault: vaults.quote,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `administer`.
    #[must_use]
    pub fn administer(&self, authority: Pubkey, action: MarketAction) -> Instruction {
        instruction::Administer { action }.to_instruction(accounts::Administer {
            market: self.address,
            authority,
        })
    }

    /// `open_lane`.
    #[must_use]
    pub fn open_lane(
        &self,
        owner: Pubkey,
        index: u16,
        capacity: u16,
        referrer: Option<Pubkey>,
    ) -> Instruction {
        instruction::OpenLane { index, capacity }.to_instruction(accounts::OpenLane {
            owner,
            market: self.address,
            lane: self.lane(&owner, index),
            referrer,
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `grow_lane`.
    #[must_use]
    pub fn grow_lane(&self, owner: Pubkey, lane: Pubkey, capacity: u16) -> Instruction {
        instruction::GrowLane { capacity }.to_instruction(accounts::GrowLane {
            owner,
            lane,
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `close_lane`.
    #[must_use]
    pub fn close_lane(
        &self,
        owner: Pubkey,
        lane: Pubkey,
        vault: usize,
        referrer: Option<Pubkey>,
    ) -> Instruction {
        instruction::CloseLane {}.to_instruction(accounts::CloseLane {
            owner,
            lane,
            vault_shard: self.vaults[vault].address,
            referrer,
        })
    }

    /// `set_delegate`.
    #[must_use]
    pub fn set_delegate(&self, owner: Pubkey, lane: Pubkey, delegate: Pubkey) -> Instruction {
        instruction::SetDelegate {
            delegate: delegate.to_bytes(),
        }
        .to_instruction(accounts::SetDelegate { owner, lane })
    }

    /// Accounts of `deposit` and `withdraw`.
    #[must_use]
    pub fn funds(&self, vault: usize, lane: Pubkey, wallet: Pubkey) -> accounts::Funds {
        let vaults = self.vaults[vault];
        accounts::Funds {
            market: self.address,
            vault_shard: vaults.address,
            lane,
            wallet,
            wallet_base: self.base.account_of(&wallet),
            wallet_quote: self.quote.account_of(&wallet),
            base_vault: vaults.base,
            quote_vault: vaults.quote,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
        }
    }

    /// `deposit` by a wallet, for any lane.
    #[must_use]
    pub fn deposit(
        &self,
        vault: usize,
        lane: Pubkey,
        wallet: Pubkey,
        base: u64,
        quote: u64,
    ) -> Instruction {
        instruction::Deposit { base, quote }.to_instruction(self.funds(vault, lane, wallet))
    }

    /// `withdraw` to the owner's token accounts.
    #[must_use]
    pub fn withdraw(
        &self,
        vault: usize,
        lane: Pubkey,
        owner: Pubkey,
        base: u64,
        quote: u64,
    ) -> Instruction {
        instruction::Withdraw { base, quote }.to_instruction(self.funds(vault, lane, owner))
    }

    /// `sweep_fees`.
    #[must_use]
    pub fn sweep_fees(&self, lane: Pubkey, vault: usize, referrer: Option<Pubkey>) -> Instruction {
        instruction::SweepFees {}.to_instruction(accounts::SweepFees {
            lane,
            vault_shard: self.vaults[vault].address,
            referrer,
        })
    }

    /// `collect_protocol_fees` to the authority's token account.
    #[must_use]
    pub fn collect_protocol_fees(&self, vault: usize, authority: Pubkey) -> Instruction {
        let vaults = self.vaults[vault];
        instruction::CollectProtocolFees {}.to_instruction(accounts::CollectProtocolFees {
            market: self.address,
            vault_shard: vaults.address,
            authority,
            recipient: self.quote.account_of(&authority),
            quote_vault: vaults.quote,
            quote_mint: self.quote.address,
            quote_token_program: self.quote.program,
        })
    }

    /// `balance_vaults`.
    #[must_use]
    pub fn balance_vaults(&self, from: usize, to: usize, base: u64, quote: u64) -> Instruction {
        let (from, to) = (self.vaults[from], self.vaults[to]);
        instruction::BalanceVaults { base, quote }.to_instruction(accounts::BalanceVaults {
            market: self.address,
            from: from.address,
            to: to.address,
            from_base_vault: from.base,
            from_quote_vault: from.quote,
            to_base_vault: to.base,
            to_quote_vault: to.quote,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
        })
    }
}

fn derive(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &sealane_orderbook::ID).0
}
