//! Tokens: creating mints and accounts, minting, transferring. For tools and tests; a pool needs
//! none of it.

use anchor_lang::prelude::ProgramError;
use serde::Serialize;
use solana_instruction::Instruction;
use solana_program_pack::Pack;
use solana_pubkey::Pubkey;
use spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent;
use spl_token_2022_interface::{
    extension::{
        BaseStateWithExtensions, BaseStateWithExtensionsMut, ExtensionType, StateWithExtensions,
        StateWithExtensionsMut, account_len::try_for_each_required_init_account_extension,
        transfer_fee::instruction::initialize_transfer_fee_config,
    },
    instruction::{AuthorityType, initialize_mint2, mint_to, set_authority, transfer_checked},
    state::{Account, AccountState, Mint},
};

use crate::{
    accounts::DecodeError,
    address::{TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
};

/// What sort of token to create.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// SPL Token.
    Spl,
    /// Token-2022 without extensions.
    Token2022,
    /// Token-2022 with a fee on every transfer.
    Token2022TransferFee {
        /// The fee in basis points, at most 10,000.
        bps: u16,
        /// The most that a transfer can cost, in base units.
        maximum_fee: u64,
    },
}

impl TokenKind {
    /// The program that owns such mints.
    #[must_use]
    pub fn program(&self) -> Pubkey {
        match self {
            Self::Spl => TOKEN_PROGRAM,
            Self::Token2022 | Self::Token2022TransferFee { .. } => TOKEN_2022_PROGRAM,
        }
    }

    /// How many bytes such a mint takes.
    #[must_use]
    pub fn mint_len(&self) -> usize {
        match self {
            Self::Spl | Self::Token2022 => Mint::LEN,
            Self::Token2022TransferFee { .. } => {
                // The padding up to an account's length, the account type, and the fee's record.
                let kinds = [ExtensionType::TransferFeeConfig];
                ExtensionType::try_calculate_account_len::<Mint>(&kinds).unwrap_or(Mint::LEN)
            }
        }
    }
}

/// Creates a mint whose authority may mint, and for a fee token change and withdraw the fee.
/// `mint` signs, since it is a new account; `lamports` is the rent minimum for
/// [`TokenKind::mint_len`] bytes.
#[must_use]
pub fn create_mint_instructions(
    payer: &Pubkey,
    mint: &Pubkey,
    authority: &Pubkey,
    decimals: u8,
    kind: TokenKind,
    lamports: u64,
) -> Vec<Instruction> {
    let program = kind.program();
    let len = kind.mint_len() as u64;
    let mut instructions = vec![solana_system_interface::instruction::create_account(
        payer, mint, lamports, len, &program,
    )];
    if let TokenKind::Token2022TransferFee { bps, maximum_fee } = kind {
        let authority = Some(authority);
        instructions.push(known(initialize_transfer_fee_config(
            &program,
            mint,
            authority,
            authority,
            bps,
            maximum_fee,
        )));
    }
    instructions.push(known(initialize_mint2(
        &program, mint, authority, None, decimals,
    )));
    instructions
}

/// Creates a wallet's associated account of a mint, unless it exists.
#[must_use]
pub fn create_associated_token_instruction(
    payer: &Pubkey,
    owner: &Pubkey,
    mint: &Pubkey,
    token_program: &Pubkey,
) -> Instruction {
    create_associated_token_account_idempotent(payer, owner, mint, token_program)
}

/// The bytes of a wallet's associated account right after its creation. A simulation needs them
/// where a transaction creates the account first. `mint_data`: the mint's bytes.
///
/// # Errors
/// [`DecodeError::Malformed`] if the mint's bytes are none.
pub fn new_associated_account_bytes(
    token_program: &Pubkey,
    mint: &Pubkey,
    mint_data: &[u8],
    owner: &Pubkey,
) -> Result<Vec<u8>, DecodeError> {
    let account = Account {
        mint: *mint,
        owner: *owner,
        state: AccountState::Initialized,
        ..Account::default()
    };
    if *token_program == TOKEN_PROGRAM {
        let mut data = vec![0; Account::LEN];
        account.pack_into_slice(&mut data);
        return Ok(data);
    }
    extended(account, mint_data).map_err(|_| DecodeError::Malformed { account: "a mint" })
}

/// With the records that the mint's extensions ask for, and the one that all associated accounts of
/// Token-2022 have.
fn extended(account: Account, mint_data: &[u8]) -> Result<Vec<u8>, ProgramError> {
    let of_mint = StateWithExtensions::<Mint>::unpack(mint_data)?;
    let mut kinds = vec![ExtensionType::ImmutableOwner];
    try_for_each_required_init_account_extension(of_mint.get_tlv_data(), |kind| {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
        Ok(())
    })?;
    let mut data = vec![0; ExtensionType::try_calculate_account_len::<Account>(&kinds)?];
    let mut state = StateWithExtensionsMut::<Account>::unpack_uninitialized(&mut data)?;
    for kind in kinds {
        state.init_account_extension_from_type(kind)?;
    }
    state.base = account;
    state.pack_base();
    state.init_account_type()?;
    Ok(data)
}

/// Mints tokens to an account.
///
/// # Panics
/// If `token_program` is not one of the two token programs.
#[must_use]
pub fn mint_to_instruction(
    token_program: &Pubkey,
    mint: &Pubkey,
    account: &Pubkey,
    authority: &Pubkey,
    amount: u64,
) -> Instruction {
    known(mint_to(
        token_program,
        mint,
        account,
        authority,
        &[],
        amount,
    ))
}

/// Moves tokens from one account to another. The receiver gets what the mint's transfer fee
/// leaves.
///
/// # Panics
/// If `token_program` is not one of the two token programs.
#[must_use]
pub fn transfer_instruction(
    token_program: &Pubkey,
    from: &Pubkey,
    mint: &Pubkey,
    to: &Pubkey,
    owner: &Pubkey,
    amount: u64,
    decimals: u8,
) -> Instruction {
    known(transfer_checked(
        token_program,
        from,
        mint,
        to,
        owner,
        &[],
        amount,
        decimals,
    ))
}

/// Gives up the right to mint for good: what there is of the token is all there will ever be.
///
/// # Panics
/// If `token_program` is not one of the two token programs.
#[must_use]
pub fn fix_supply_instruction(
    token_program: &Pubkey,
    mint: &Pubkey,
    authority: &Pubkey,
) -> Instruction {
    known(set_authority(
        token_program,
        mint,
        None,
        AuthorityType::MintTokens,
        authority,
        &[],
    ))
}

/// The interface's builders fail only for programs that are no token program.
fn known<E: std::fmt::Debug>(built: Result<Instruction, E>) -> Instruction {
    built.expect("the program is SPL Token or Token-2022")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{accounts::decode_token_account, fixtures};

    #[test]
    fn new_accounts_are_what_both_programs_would_make() {
        let [mint, owner] = [(); 2].map(|()| Pubkey::new_unique());
        let plain = fixtures::mint_bytes(6, 1, None);
        let charging = fixtures::fee_mint_bytes(6, [(0, 100, 5_000), (10, 250, 9_000)]);
        // 165 without records; with them the account type, then 4 bytes and the content of each.
        for (program, mint_data, len) in [
            (TOKEN_PROGRAM, &plain, 165),
            (TOKEN_2022_PROGRAM, &plain, 165 + 1 + 4),
            (TOKEN_2022_PROGRAM, &charging, 165 + 1 + 4 + 4 + 8),
        ] {
            let data = new_associated_account_bytes(&program, &mint, mint_data, &owner).unwrap();
            assert_eq!(data.len(), len);
            let account = decode_token_account(&program, &data).unwrap();
            assert_eq!(
                (account.mint, account.owner, account.amount),
                (mint, owner, 0)
            );
        }
        assert!(new_associated_account_bytes(&TOKEN_2022_PROGRAM, &mint, &[0; 9], &owner).is_err());
    }

    #[test]
    fn mints_have_the_token_programs_lengths() {
        assert_eq!(TokenKind::Spl.mint_len(), 82);
        assert_eq!(TokenKind::Token2022.mint_len(), 82);
        // 166 to the end of the account type, 4 of the record's head, 108 of the fee.
        let kind = TokenKind::Token2022TransferFee {
            bps: 1,
            maximum_fee: 1,
        };
        assert_eq!(kind.mint_len(), 278);
    }

    #[test]
    fn a_fee_is_configured_before_the_mint_is_initialized() {
        let [payer, mint, authority] = [(); 3].map(|()| Pubkey::new_unique());
        let kind = TokenKind::Token2022TransferFee {
            bps: 100,
            maximum_fee: 5_000,
        };
        let built = create_mint_instructions(&payer, &mint, &authority, 6, kind, 1);
        assert_eq!(built.len(), 3);
        assert_eq!(
            built[1].data[..2],
            [26, 0],
            "transfer fee extension, initialize"
        );
        assert_eq!(built[2].data[..2], [20, 6], "initialize mint, decimals");
        assert_eq!(
            create_mint_instructions(&payer, &mint, &authority, 6, TokenKind::Spl, 1).len(),
            2
        );
    }

    #[test]
    fn the_same_transfer_for_both_programs() {
        let [from, mint, to, owner] = [(); 4].map(|()| Pubkey::new_unique());
        let of = |program| transfer_instruction(program, &from, &mint, &to, &owner, 7, 6);
        assert_eq!(of(&TOKEN_PROGRAM).data, of(&TOKEN_2022_PROGRAM).data);
        assert_eq!(of(&TOKEN_PROGRAM).program_id, TOKEN_PROGRAM);
    }
}
