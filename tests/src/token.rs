//! Mints and token accounts.

use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_system_interface::instruction::create_account;
use spl_associated_token_account_interface::{
    address::get_associated_token_address_with_program_id,
    instruction::create_associated_token_account_idempotent,
};
use spl_token_2022_interface::{
    extension::{
        BaseStateWithExtensionsMut, ExtensionType, StateWithExtensionsMut,
        transfer_fee::{TransferFeeAmount, instruction::set_transfer_fee},
    },
    instruction::{initialize_mint2, mint_to},
    state::{Account as AccountLayout, Mint as MintLayout},
};

use crate::{Svm, extension::Extension};

/// Where a token account stores its amount, in both token programs.
const AMOUNT_OFFSET: usize = 64;
/// Bytes of a token account without extensions.
const TOKEN_ACCOUNT_LEN: usize = 165;
/// Bytes of an SPL Token mint.
const MINT_LEN: usize = 82;
/// Room for metadata, which a mint grows by after it was created.
const METADATA_ROOM: usize = 512;

/// A transfer fee as Token-2022 stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferFeeSpec {
    /// Rate in basis points.
    pub bps: u16,
    /// The fee is never more than this.
    pub maximum: u64,
}

/// What a new mint is to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MintSpec {
    /// Its token program.
    pub program: Pubkey,
    /// Its decimals.
    pub decimals: u8,
    /// Extensions, for Token-2022 only.
    pub extensions: Vec<Extension>,
}

/// A mint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mint {
    /// Its address.
    pub address: Pubkey,
    /// Its token program.
    pub program: Pubkey,
    /// Who may mint.
    pub authority: Pubkey,
    /// Its decimals.
    pub decimals: u8,
}

impl MintSpec {
    /// A mint of SPL Token.
    #[must_use]
    pub fn spl(decimals: u8) -> Self {
        Self {
            program: spl_token_interface::ID,
            decimals,
            extensions: Vec::new(),
        }
    }

    /// A mint of Token-2022 without extensions.
    #[must_use]
    pub fn token_2022(decimals: u8) -> Self {
        Self {
            program: spl_token_2022_interface::ID,
            decimals,
            extensions: Vec::new(),
        }
    }

    /// A mint of Token-2022 that takes a fee on transfers.
    #[must_use]
    pub fn with_transfer_fee(decimals: u8, bps: u16, maximum: u64) -> Self {
        Self::token_2022(decimals)
            .extension(Extension::TransferFee(TransferFeeSpec { bps, maximum }))
    }

    /// The same with one more extension.
    #[must_use]
    pub fn extension(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// Instructions that make the mint at an address, with a close look at what Token-2022 wants
    /// done before and after it is initialized.
    pub(crate) fn instructions(
        &self,
        svm: &Svm,
        address: &Pubkey,
        authority: &Pubkey,
    ) -> Vec<Instruction> {
        let types: Vec<ExtensionType> = self
            .extensions
            .iter()
            .flat_map(|extension| extension.types())
            .copied()
            .collect();
        let len = if types.is_empty() {
            MINT_LEN
        } else {
            ExtensionType::try_calculate_account_len::<MintLayout>(&types)
                .expect("extensions of a mint")
        };
        let lamports = svm.rent(len + METADATA_ROOM);
        let payer = svm.payer();
        let mut instructions = vec![create_account(
            &payer,
            address,
            lamports,
            len as u64,
            &self.program,
        )];
        for extension in &self.extensions {
            instructions.extend(extension.initialize(address, authority));
        }
        instructions.push(
            initialize_mint2(
                &self.program,
                address,
                authority,
                Some(authority),
                self.decimals,
            )
            .expect("a token program"),
        );
        for extension in &self.extensions {
            instructions.extend(extension.complete(address, authority));
        }
        instructions
    }
}

impl Mint {
    /// The associated token account of an owner.
    #[must_use]
    pub fn account_of(&self, owner: &Pubkey) -> Pubkey {
        get_associated_token_address_with_program_id(owner, &self.address, &self.program)
    }

    /// The instruction that creates it.
    #[must_use]
    pub fn create_account(&self, payer: &Pubkey, owner: &Pubkey) -> Instruction {
        create_associated_token_account_idempotent(payer, owner, &self.address, &self.program)
    }

    /// The instruction that changes the transfer fee two epochs from now.
    #[must_use]
    pub fn set_transfer_fee(&self, fee: TransferFeeSpec) -> Instruction {
        let (bps, maximum) = (fee.bps, fee.maximum);
        set_transfer_fee(
            &self.program,
            &self.address,
            &self.authority,
            &[],
            bps,
            maximum,
        )
        .expect("a token program")
    }

    /// The instruction that mints to an owner's account.
    #[must_use]
    pub fn mint_to(&self, owner: &Pubkey, amount: u64) -> Instruction {
        let account = self.account_of(owner);
        mint_to(
            &self.program,
            &self.address,
            &account,
            &self.authority,
            &[],
            amount,
        )
        .expect("a token program")
    }
}

/// Writes a balance into the bytes of a token account, and forgets the transfer fees withheld in it.
pub(crate) fn set_token_amount(account: &mut [u8], amount: u64) {
    account[AMOUNT_OFFSET..AMOUNT_OFFSET + 8].copy_from_slice(&amount.to_le_bytes());
    if account.len() > TOKEN_ACCOUNT_LEN {
        let mut state = StateWithExtensionsMut::<AccountLayout>::unpack(account)
            .expect("a token account of Token-2022");
        if let Ok(fee) = state.get_extension_mut::<TransferFeeAmount>() {
            fee.withheld_amount = 0.into();
        }
    }
}

/// The balance in the bytes of a token account.
///
/// # Panics
/// If the bytes are no token account.
#[must_use]
pub fn token_amount(account: &[u8]) -> u64 {
    let bytes = account[AMOUNT_OFFSET..AMOUNT_OFFSET + 8]
        .try_into()
        .expect("eight bytes");
    u64::from_le_bytes(bytes)
}
