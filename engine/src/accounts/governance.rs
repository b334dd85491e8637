//! Accounts of realms and their proposals.

use anchor_lang::Discriminator as _;
use sealane_governance::state::{
    ACCOUNTS_OFFSET, Proposal, ProposedInstruction, Realm, TEXT_OFFSET, TallyShard, Text,
    TextParts, VoteRecord,
};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::{DecodeError, decode};

/// What a proposal says, whole or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalText {
    /// The proposal.
    pub proposal: Pubkey,
    /// As it was written so far.
    pub bytes: Vec<u8>,
}

impl ProposalText {
    /// Title, names of the options and description; `None` as long as it is not whole.
    #[must_use]
    pub fn parts(&self, options: u8) -> Option<TextParts<'_>> {
        TextParts::parse(&self.bytes, usize::from(options))
    }
}

/// An instruction of a proposal's option. In a draft it may not be written to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedCall {
    /// The proposal.
    pub proposal: Pubkey,
    /// The option.
    pub option: u8,
    /// Its place among the option's instructions.
    pub index: u8,
    /// What is called. Of its accounts only the realm's treasury signs.
    pub instruction: Instruction,
}

/// Decodes a realm.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a realm's.
pub fn decode_realm(data: &[u8]) -> Result<Realm, DecodeError> {
    decode("a realm", data)
}

/// Decodes a proposal.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a proposal's.
pub fn decode_proposal(data: &[u8]) -> Result<Proposal, DecodeError> {
    decode("a proposal", data)
}

/// Decodes a tally shard.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a tally shard's.
pub fn decode_tally_shard(data: &[u8]) -> Result<TallyShard, DecodeError> {
    decode("a tally shard", data)
}

/// Decodes the record of a vote.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a vote record's.
pub fn decode_vote_record(data: &[u8]) -> Result<VoteRecord, DecodeError> {
    decode("the record of a vote", data)
}

/// Decodes a proposal's text.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a text's.
pub fn decode_proposal_text(data: &[u8]) -> Result<ProposalText, DecodeError> {
    const ACCOUNT: &str = "a proposal's text";
    let (head, bytes) = split(ACCOUNT, data, TEXT_OFFSET, Text::DISCRIMINATOR)?;
    let text: Text = decode(ACCOUNT, head)?;
    Ok(ProposalText {
        proposal: text.proposal,
        bytes: bytes.to_vec(),
    })
}

/// Decodes a proposed instruction.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a proposed instruction's.
pub fn decode_proposed_instruction(data: &[u8]) -> Result<ProposedCall, DecodeError> {
    const ACCOUNT: &str = "a proposed instruction";
    let discriminator = ProposedInstruction::DISCRIMINATOR;
    let (head, tail) = split(ACCOUNT, data, ACCOUNTS_OFFSET, discriminator)?;
    let fields: ProposedInstruction = decode(ACCOUNT, head)?;
    let malformed = DecodeError::Malformed { account: ACCOUNT };
    let (accounts, data) = fields.parts(tail).ok_or(malformed)?;
    let accounts = accounts.iter().map(|account| AccountMeta {
        pubkey: Pubkey::new_from_array(account.address),
        is_signer: account.is_signer(),
        is_writable: account.is_writable(),
    });
    Ok(ProposedCall {
        proposal: fields.proposal,
        option: fields.option,
        index: fields.index,
        instruction: Instruction {
            program_id: fields.program,
            accounts: accounts.collect(),
            data: data.to_vec(),
        },
    })
}

/// The fields of an account, and what lies behind them.
fn split<'a>(
    account: &'static str,
    data: &'a [u8],
    at: usize,
    discriminator: &[u8],
) -> Result<(&'a [u8], &'a [u8]), DecodeError> {
    if !data.starts_with(discriminator) {
        return Err(DecodeError::WrongType { account });
    }
    let too_short = DecodeError::TooShort {
        account,
        len: data.len(),
    };
    data.split_at_checked(at).ok_or(too_short)
}

#[cfg(test)]
mod tests {
    use bytemuck::Zeroable as _;
    use sealane_governance::state::ProposedAccount;

    use super::*;
    use crate::fixtures::account_bytes;

    #[test]
    fn texts_have_their_parts() {
        let mut text = Text::zeroed();
        text.proposal = Pubkey::new_unique();
        let mut bytes = account_bytes(&text);
        bytes.extend(b"Title\nYes\nBecause.");
        let decoded = decode_proposal_text(&bytes).unwrap();
        assert_eq!(decoded.proposal, text.proposal);
        let parts = decoded.parts(1).unwrap();
        assert_eq!((parts.title, parts.description), ("Title", "Because."));
        assert_eq!(decoded.parts(3), None);
        assert!(decode_proposal_text(&bytes[..40]).is_err());
        assert!(decode_proposed_instruction(&bytes).is_err());
    }

    #[test]
    fn instructions_come_back_as_they_were_written() {
        let mut fields = ProposedInstruction::zeroed();
        fields.program = Pubkey::new_unique();
        (fields.account_count, fields.data_len) = (2, 3);
        (fields.option, fields.index) = (1, 4);
        let accounts =
            [ProposedAccount::SIGNER, ProposedAccount::WRITABLE].map(|flags| ProposedAccount {
                address: Pubkey::new_unique().to_bytes(),
                flags,
            });
        let mut bytes = account_bytes(&fields);
        bytes.extend(bytemuck::bytes_of(&accounts));
        bytes.extend([7, 8, 9]);
        let decoded = decode_proposed_instruction(&bytes).unwrap();
        assert_eq!((decoded.option, decoded.index), (1, 4));
        let Instruction {
            program_id,
            accounts: metas,
            data,
        } = decoded.instruction;
        assert_eq!((program_id, data), (fields.program, vec![7, 8, 9]));
        let address = |at: usize| Pubkey::new_from_array(accounts[at].address);
        let signs = AccountMeta::new_readonly(address(0), true);
        assert_eq!(metas, [signs, AccountMeta::new(address(1), false)]);
        let short = &bytes[..bytes.len() - 1];
        let malformed = DecodeError::Malformed {
            account: "a proposed instruction",
        };
        assert_eq!(decode_proposed_instruction(short), Err(malformed));
    }
}
