//! Proposals, and their instructions.

use sealane_governance::{
    BallotParam, accounts, instruction,
    state::{INSTRUCTION_SEED, PROPOSAL_SEED, ProposedAccount, TALLY_SEED, TEXT_SEED, VOTE_SEED},
};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::{TestRealm, derive, trailing};

/// A proposal. The instruction builders take tally shards by index, positions and wallets by address.
/// Tests that need other accounts change the instruction.
#[derive(Debug, Clone)]
pub struct TestProposal {
    /// The proposal.
    pub address: Pubkey,
    /// Its text.
    pub text: Pubkey,
    /// Its realm.
    pub realm: TestRealm,
    /// Who wrote it.
    pub author: Pubkey,
    /// Part of the address.
    pub id: u32,
    /// Tally shards.
    pub shards: u8,
}

impl TestProposal {
    /// The proposal of an author and an id.
    #[must_use]
    pub fn new(realm: TestRealm, author: Pubkey, id: u32, shards: u8) -> Self {
        let address = derive(&[
            PROPOSAL_SEED,
            realm.address.as_ref(),
            author.as_ref(),
            &id.to_le_bytes(),
        ]);
        Self {
            address,
            text: derive(&[TEXT_SEED, address.as_ref()]),
            realm,
            author,
            id,
            shards,
        }
    }

    /// A tally shard.
    #[must_use]
    pub fn tally(&self, index: u8) -> Pubkey {
        derive(&[TALLY_SEED, self.address.as_ref(), &[index]])
    }

    /// The record of a position's vote.
    #[must_use]
    pub fn record(&self, position: &Pubkey) -> Pubkey {
        derive(&[VOTE_SEED, self.address.as_ref(), position.as_ref()])
    }

    /// An option's instruction.
    #[must_use]
    pub fn instruction(&self, option: u8, index: u8) -> Pubkey {
        derive(&[INSTRUCTION_SEED, self.address.as_ref(), &[option], &[index]])
    }

    /// `write_text`.
    #[must_use]
    pub fn write_text(&self, len: u32, offset: u32, bytes: &[u8]) -> Instruction {
        instruction::WriteText {
            len,
            offset,
            bytes: bytes.to_vec(),
        }
        .to_instruction(accounts::WriteText {
            author: self.author,
            proposal: self.address,
            text: self.text,
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `add_instruction`, of the shape of one, at its place.
    #[must_use]
    pub fn add_instruction(&self, option: u8, index: u8, shape: &Instruction) -> Instruction {
        instruction::AddInstruction {
            option,
            program: shape.program_id.to_bytes(),
            account_count: shape.accounts.len() as u8,
            data_len: shape.data.len() as u16,
        }
        .to_instruction(accounts::AddInstruction {
            author: self.author,
            proposal: self.address,
            instruction: self.instruction(option, index),
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `write_instruction`, a part of it.
    #[must_use]
    pub fn write_instruction(
        &self,
        option: u8,
        index: u8,
        (account_at, accounts): (u8, Vec<ProposedAccount>),
        (data_at, data): (u16, Vec<u8>),
    ) -> Instruction {
        instruction::WriteInstruction {
            account_at,
            accounts,
            data_at,
            data,
        }
        .to_instruction(accounts::WriteInstruction {
            author: self.author,
            proposal: self.address,
            instruction: self.instruction(option, index),
        })
    }

    /// `add_instruction` and `write_instruction` for all of an instruction.
    #[must_use]
    pub fn propose(&self, option: u8, index: u8, proposed: &Instruction) -> [Instruction; 2] {
        let accounts = proposed.accounts.iter().map(stored).collect();
        [
            self.add_instruction(option, index, proposed),
            self.write_instruction(option, index, (0, accounts), (0, proposed.data.clone())),
        ]
    }

    /// `remove_instruction`.
    #[must_use]
    pub fn remove_instruction(&self, option: u8, index: u8) -> Instruction {
        instruction::RemoveInstruction {}.to_instruction(accounts::RemoveInstruction {
            author: self.author,
            proposal: self.address,
            instruction: self.instruction(option, index),
        })
    }

    /// `sign_off` in these epochs of the community's and the council's pool.
    #[must_use]
    pub fn sign_off(&self, epoch: u32, council_epoch: u32) -> Instruction {
        let (community, council) = (&self.realm.community, self.realm.council.as_ref());
        let before = |epoch: u32| epoch.saturating_sub(1);
        instruction::SignOff {}.to_instruction(accounts::SignOff {
            author: self.author,
            realm: self.realm.address,
            proposal: self.address,
            text: self.text,
            community: community.address,
            community_record: community.record(before(epoch)),
            council: council.map(|farm| farm.address),
            council_record: council.map(|farm| farm.record(before(council_epoch))),
        })
    }

    /// `open_tally`.
    #[must_use]
    pub fn open_tally(&self, index: u8, payer: Pubkey) -> Instruction {
        instruction::OpenTally { index }.to_instruction(accounts::OpenTally {
            payer,
            proposal: self.address,
            tally: self.tally(index),
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `open_vote`.
    #[must_use]
    pub fn open_vote(&self, position: Pubkey, payer: Pubkey) -> Instruction {
        instruction::OpenVote {}.to_instruction(accounts::OpenVote {
            payer,
            proposal: self.address,
            position,
            record: self.record(&position),
            system_program: solana_system_interface::program::ID,
        })
    }

    fn vote_accounts(&self, voter: Pubkey, position: Pubkey, shard: u8) -> accounts::Vote {
        accounts::Vote {
            voter,
            proposal: self.address,
            position,
            record: self.record(&position),
            tally: self.tally(shard),
        }
    }

    /// `vote`.
    #[must_use]
    pub fn vote(
        &self,
        voter: Pubkey,
        position: Pubkey,
        shard: u8,
        ballot: BallotParam,
    ) -> Instruction {
        let accounts = self.vote_accounts(voter, position, shard);
        instruction::Vote { ballot }.to_instruction(accounts)
    }

    /// `change_vote`.
    #[must_use]
    pub fn change_vote(
        &self,
        voter: Pubkey,
        position: Pubkey,
        shard: u8,
        ballot: BallotParam,
    ) -> Instruction {
        let accounts = self.vote_accounts(voter, position, shard);
        instruction::ChangeVote { ballot }.to_instruction(accounts)
    }

    /// `withdraw_vote`.
    #[must_use]
    pub fn withdraw_vote(&self, voter: Pubkey, position: Pubkey, shard: u8) -> Instruction {
        let accounts = self.vote_accounts(voter, position, shard);
        instruction::WithdrawVote {}.to_instruction(accounts)
    }

    /// `close_vote`, with or without the signature of who paid for the record.
    #[must_use]
    pub fn close_vote(&self, position: Pubkey, payer: Pubkey, signed: bool) -> Instruction {
        let mut close = instruction::CloseVote {}.to_instruction(accounts::CloseVote {
            proposal: self.address,
            record: self.record(&position),
            payer,
        });
        close.accounts[2].is_signer = signed;
        close
    }

    /// `cancel`.
    #[must_use]
    pub fn cancel(&self) -> Instruction {
        instruction::Cancel {}.to_instruction(accounts::Cancel {
            author: self.author,
            proposal: self.address,
        })
    }

    fn decide(&self) -> accounts::Decide {
        accounts::Decide {
            proposal: self.address,
        }
    }

    fn tallies(&self, shards: &[u8]) -> Vec<AccountMeta> {
        let tallies = shards.iter().map(|index| self.tally(*index));
        tallies
            .map(|tally| AccountMeta::new_readonly(tally, false))
            .collect()
    }

    /// `sum_tally` of some shards.
    #[must_use]
    pub fn sum_tally(&self, shards: &[u8]) -> Instruction {
        let sum = instruction::SumTally {}.to_instruction(self.decide());
        trailing(sum, self.tallies(shards))
    }

    /// `finalize`.
    #[must_use]
    pub fn finalize(&self) -> Instruction {
        instruction::Finalize {}.to_instruction(self.decide())
    }

    /// `decide_early` by all shards.
    #[must_use]
    pub fn decide_early(&self) -> Instruction {
        let all: Vec<u8> = (0..self.shards).collect();
        let decide = instruction::DecideEarly {}.to_instruction(self.decide());
        trailing(decide, self.tallies(&all))
    }

    /// `execute` of an instruction as it was proposed. Nothing of it is signed here: the program
    /// signs for the treasury.
    #[must_use]
    pub fn execute(&self, option: u8, index: u8, proposed: &Instruction) -> Instruction {
        let execute = instruction::Execute {}.to_instruction(accounts::Execute {
            proposal: self.address,
            instruction: self.instruction(option, index),
        });
        let program = AccountMeta::new_readonly(proposed.program_id, false);
        let accounts = proposed.accounts.iter().map(|meta| AccountMeta {
            is_signer: false,
            ..meta.clone()
        });
        trailing(execute, std::iter::once(program).chain(accounts))
    }

    /// `expire`.
    #[must_use]
    pub fn expire(&self) -> Instruction {
        instruction::Expire {}.to_instruction(accounts::Expire {
            proposal: self.address,
        })
    }

    /// `take_deposit`.
    #[must_use]
    pub fn take_deposit(&self, recipient: Pubkey) -> Instruction {
        instruction::TakeDeposit {}.to_instruction(accounts::TakeDeposit {
            proposal: self.address,
            recipient,
        })
    }

    /// `close_tally`.
    #[must_use]
    pub fn close_tally(&self, index: u8, payer: Pubkey) -> Instruction {
        instruction::CloseTally {}.to_instruction(accounts::CloseTally {
            proposal: self.address,
            tally: self.tally(index),
            payer,
        })
    }

    /// `close_text`.
    #[must_use]
    pub fn close_text(&self) -> Instruction {
        instruction::CloseText {}.to_instruction(accounts::CloseText {
            proposal: self.address,
            text: self.text,
            author: self.author,
        })
    }

    /// `close_instruction`.
    #[must_use]
    pub fn close_instruction(&self, option: u8, index: u8) -> Instruction {
        instruction::CloseInstruction {}.to_instruction(accounts::CloseInstruction {
            proposal: self.address,
            instruction: self.instruction(option, index),
            author: self.author,
        })
    }
}

/// An account as a proposal stores it.
#[must_use]
pub fn stored(meta: &AccountMeta) -> ProposedAccount {
    let signer = u8::from(meta.is_signer) * ProposedAccount::SIGNER;
    let writable = u8::from(meta.is_writable) * ProposedAccount::WRITABLE;
    ProposedAccount {
        address: meta.pubkey.to_bytes(),
        flags: signer | writable,
    }
}
