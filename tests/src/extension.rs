//! Token-2022 extensions of mints, for real mints that carry them.

use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;
use spl_token_2022_interface::{
    ID as TOKEN_2022,
    extension::{
        ExtensionType, confidential_mint_burn, confidential_transfer, confidential_transfer_fee,
        default_account_state, group_member_pointer, group_pointer, interest_bearing_mint,
        metadata_pointer, pausable, permissioned_burn, scaled_ui_amount, transfer_fee,
        transfer_hook,
    },
    instruction as token_2022,
    state::AccountState,
};

use crate::TransferFeeSpec;

/// An extension of a Token-2022 mint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// A fee on every transfer.
    TransferFee(TransferFeeSpec),
    /// Interest on displayed amounts.
    InterestBearing,
    /// A factor on displayed amounts.
    ScaledUiAmount,
    /// Name, symbol and address, in the mint itself.
    Metadata,
    /// Points to a group.
    GroupPointer,
    /// Points to a group member.
    GroupMemberPointer,
    /// Calls another program on every transfer.
    TransferHook,
    /// Someone may take tokens from every account.
    PermanentDelegate,
    /// Accounts start frozen.
    DefaultAccountState,
    /// Tokens cannot move.
    NonTransferable,
    /// Someone may stop all transfers.
    Pausable,
    /// The mint can be closed.
    MintCloseAuthority,
    /// Hidden balances.
    ConfidentialTransfer,
    /// Hidden balances with transfer fees.
    ConfidentialTransferFee,
    /// Hidden balances with hidden supply.
    ConfidentialMintBurn,
    /// Burning needs someone's approval.
    PermissionedBurn,
}

impl Extension {
    /// The records that the extension adds to a mint before it is initialized.
    #[must_use]
    pub fn types(self) -> &'static [ExtensionType] {
        use ExtensionType as Type;
        match self {
            Self::TransferFee(_) => &[Type::TransferFeeConfig],
            Self::InterestBearing => &[Type::InterestBearingConfig],
            Self::ScaledUiAmount => &[Type::ScaledUiAmount],
            Self::Metadata => &[Type::MetadataPointer],
            Self::GroupPointer => &[Type::GroupPointer],
            Self::GroupMemberPointer => &[Type::GroupMemberPointer],
            Self::TransferHook => &[Type::TransferHook],
            Self::PermanentDelegate => &[Type::PermanentDelegate],
            Self::DefaultAccountState => &[Type::DefaultAccountState],
            Self::NonTransferable => &[Type::NonTransferable],
            Self::Pausable => &[Type::Pausable],
            Self::MintCloseAuthority => &[Type::MintCloseAuthority],
            Self::ConfidentialTransfer => &[Type::ConfidentialTransferMint],
            Self::ConfidentialTransferFee => &[
                Type::TransferFeeConfig,
                Type::ConfidentialTransferMint,
                Type::ConfidentialTransferFeeConfig,
            ],
            Self::ConfidentialMintBurn => {
                &[Type::ConfidentialTransferMint, Type::ConfidentialMintBurn]
            }
            Self::PermissionedBurn => &[Type::PermissionedBurn],
        }
    }

    /// The instructions that add the records, to be sent before the mint is initialized.
    pub(crate) fn initialize(self, mint: &Pubkey, authority: &Pubkey) -> Vec<Instruction> {
        let id = &TOKEN_2022;
        let someone = Some(*authority);
        let one = |instruction: Result<Instruction, _>| vec![instruction.expect("valid")];
        match self {
            Self::TransferFee(fee) => vec![transfer_fee(mint, authority, fee)],
            Self::InterestBearing => one(interest_bearing_mint::instruction::initialize(
                id, mint, someone, 500,
            )),
            Self::ScaledUiAmount => one(scaled_ui_amount::instruction::initialize(
                id, mint, someone, 2.0,
            )),
            Self::Metadata => one(metadata_pointer::instruction::initialize(
                id,
                mint,
                someone,
                Some(*mint),
            )),
            Self::GroupPointer => one(group_pointer::instruction::initialize(
                id,
                mint,
                someone,
                Some(*mint),
            )),
            Self::GroupMemberPointer => one(group_member_pointer::instruction::initialize(
                id,
                mint,
                someone,
                Some(*mint),
            )),
            Self::TransferHook => one(transfer_hook::instruction::initialize(
                id,
                mint,
                someone,
                Some(*authority),
            )),
            Self::PermanentDelegate => one(token_2022::initialize_permanent_delegate(
                id, mint, authority,
            )),
            Self::DefaultAccountState => one(
                default_account_state::instruction::initialize_default_account_state(
                    id,
                    mint,
                    &AccountState::Frozen,
                ),
            ),
            Self::NonTransferable => one(token_2022::initialize_non_transferable_mint(id, mint)),
            Self::Pausable => one(pausable::instruction::initialize(id, mint, authority)),
            Self::MintCloseAuthority => one(token_2022::initialize_mint_close_authority(
                id,
                mint,
                Some(authority),
            )),
            Self::ConfidentialTransfer => vec![confidential_transfer(mint, authority)],
            Self::ConfidentialTransferFee => vec![
                transfer_fee(mint, authority, TransferFeeSpec { bps: 10, maximum: 1_000 }),
                confidential_transfer(mint, authority),
                confidential_transfer_fee::instruction::initialize_confidential_transfer_fee_config(
                    id,
                    mint,
                    someone,
                    &Default::default(),
                )
                .expect("valid"),
            ],
            Self::ConfidentialMintBurn => vec![
                confidential_transfer(mint, authority),
                confidential_mint_burn::instruction::initialize_mint(
                    id,
                    mint,
                    &Default::default(),
                    &Default::default(),
                )
                .expect("valid"),
            ],
            Self::PermissionedBurn => one(permissioned_burn::instruction::initialize(
                id, mint, authority,
            )),
        }
    }

    /// The instructions to be sent after the mint is initialized.
    pub(crate) fn complete(self, mint: &Pubkey, authority: &Pubkey) -> Vec<Instruction> {
        match self {
            Self::Metadata => vec![initialize_metadata(mint, authority)],
            _ => Vec::new(),
        }
    }
}

fn transfer_fee(mint: &Pubkey, authority: &Pubkey, fee: TransferFeeSpec) -> Instruction {
    transfer_fee::instruction::initialize_transfer_fee_config(
        &TOKEN_2022,
        mint,
        Some(authority),
        Some(authority),
        fee.bps,
        fee.maximum,
    )
    .expect("valid")
}

fn confidential_transfer(mint: &Pubkey, authority: &Pubkey) -> Instruction {
    confidential_transfer::instruction::initialize_mint(
        &TOKEN_2022,
        mint,
        Some(*authority),
        true,
        None,
    )
    .expect("valid")
}

/// `Initialize` of the token metadata interface, which Token-2022 implements in the mint.
fn initialize_metadata(mint: &Pubkey, authority: &Pubkey) -> Instruction {
    // The first 8 bytes of sha256("spl_token_metadata_interface:initialize_account").
    let mut data = vec![210, 225, 30, 162, 88, 184, 77, 141];
    for text in [
        "Sealane test token",
        "TEST",
        "https://example.com/token.json",
    ] {
        data.extend_from_slice(&(text.len() as u32).to_le_bytes());
        data.extend_from_slice(text.as_bytes());
    }
    Instruction {
        program_id: TOKEN_2022,
        accounts: vec![
            AccountMeta::new(*mint, false),
            AccountMeta::new_readonly(*authority, false),
            AccountMeta::new_readonly(*mint, false),
            AccountMeta::new_readonly(*authority, true),
        ],
        data,
    }
}
