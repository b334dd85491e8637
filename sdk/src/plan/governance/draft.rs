//! Proposals: from the first line to the opening of the voting.

use sealane_core::governance::{Choices, MAX_INSTRUCTIONS, MAX_TALLY_SHARDS};
use sealane_governance::{
    accounts,
    errors::GovernanceError,
    instruction as arguments,
    state::{MAX_ACCOUNTS, MAX_DATA, MAX_TEXT, ProposedAccount, Realm, TextParts},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{instruction, known_time, open_tally_instruction, unopened};
use crate::{
    address::{self, SYSTEM_PROGRAM},
    farms::{Entry, Farms, known_budget, known_farm, moment},
    plan::{Caller, Sequence, staking::close_epochs_instructions},
    realms::{RealmError, Realms, known_proposal, known_realm},
    tx,
};

/// Bytes of a text that are written by one instruction.
const TEXT_CHUNK: usize = 800;
/// Bytes of a proposed instruction that are written by one: its accounts take 33 each.
const CALL_CHUNK: usize = 800;

/// An option of a proposal to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionDraft {
    /// What it is called: one line.
    pub name: String,
    /// What is executed if it wins, signed by the realm's treasury alone.
    pub instructions: Vec<Instruction>,
}

/// A proposal to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposeRequest {
    /// The realm.
    pub realm: Pubkey,
    /// Tells apart the author's proposals in the realm; `None`: the next one that the cache does not
    /// hold.
    pub id: Option<u32>,
    /// One line.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// One to eight options. With one, people vote yes or no.
    pub options: Vec<OptionDraft>,
    /// How many options a ballot may choose.
    pub most_choices: u8,
    /// How many tally shards: how many votes can run side by side.
    pub shards: u8,
}

/// What making a proposal does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProposeQuote {
    /// Where it will be.
    pub proposal: Pubkey,
    /// Lamports that lie with it until it is decided.
    pub deposit: u64,
    /// Bytes of its text.
    pub text_len: usize,
    /// Instructions of all options.
    pub instructions: usize,
}

/// Makes a proposal, ready to be signed off: the draft, its text and instructions in parts that fit,
/// and its tally shards.
///
/// # Errors
/// [`RealmError`] if the cache lacks the realm, or the program would refuse.
pub fn propose_instructions(
    realms: &Realms,
    request: &ProposeRequest,
    caller: &Caller,
) -> Result<Sequence<ProposeQuote>, RealmError> {
    let realm = known_realm(realms, &request.realm)?;
    let options = u8::try_from(request.options.len()).unwrap_or(u8::MAX);
    Choices::try_new(options, request.most_choices)?;
    if request.shards == 0 || request.shards > MAX_TALLY_SHARDS {
        return Err(GovernanceError::InvalidShards.into());
    }
    let text = text(request)?;
    let author = caller.owner;
    let id = request
        .id
        .unwrap_or_else(|| next_id(realms, &realm, &author));
    let (proposal, _) = address::proposal(&realm.address, &author, id);
    let mut instructions = vec![instruction(
        &accounts::Draft {
            author,
            realm: realm.address,
            proposal,
            text: address::proposal_text(&proposal).0,
            system_program: SYSTEM_PROGRAM,
        },
        &arguments::Draft {
            id,
            options,
            most_choices: request.most_choices,
            shards: request.shards,
        },
    )];
    write_text(&mut instructions, &proposal, &author, text.as_bytes());
    let mut calls = 0;
    for (option, draft) in (0..).zip(&request.options) {
        if draft.instructions.len() > usize::from(MAX_INSTRUCTIONS) {
            return Err(GovernanceError::InstructionCount.into());
        }
        for (index, call) in (0..).zip(&draft.instructions) {
            check(call, &realm.account.treasury, &proposal)?;
            add_call(
                &mut instructions,
                (&proposal, &author),
                (option, index),
                call,
            );
            calls += 1;
        }
    }
    let shards = 0..request.shards;
    instructions
        .extend(shards.map(|shard| open_tally_instruction(&proposal, shard, &caller.payer)));
    Ok(Sequence {
        transactions: tx::pack(&caller.payer, instructions),
        quote: ProposeQuote {
            proposal,
            deposit: realm.account.config.deposit,
            text_len: text.len(),
            instructions: calls,
        },
    })
}

/// The text as the program keeps it: a line for the title, one for each option, the description.
fn text(request: &ProposeRequest) -> Result<String, RealmError> {
    let names = request.options.iter().map(|option| option.name.as_str());
    let lines: Vec<&str> = std::iter::once(request.title.as_str())
        .chain(names)
        .collect();
    let is_line = |line: &&str| !line.trim().is_empty() && !line.contains(['\n', '\r', '\0']);
    let text = format!("{}\n{}", lines.join("\n"), request.description);
    let whole = TextParts::parse(text.as_bytes(), request.options.len()).is_some();
    if !lines.iter().all(is_line) || !whole {
        return Err(GovernanceError::TextNotWhole.into());
    }
    if text.len() > MAX_TEXT {
        return Err(GovernanceError::TextTooLong.into());
    }
    Ok(text)
}

/// The author's next number in a realm.
fn next_id(realms: &Realms, realm: &Entry<'_, Realm>, author: &Pubkey) -> u32 {
    let proposals = realms.proposals_of(&realm.address);
    let own = proposals.filter(|entry| entry.account.author == *author);
    own.map(|entry| entry.account.id.saturating_add(1))
        .max()
        .unwrap_or(0)
}

/// Refuses what the program would not store or could not execute.
fn check(call: &Instruction, treasury: &Pubkey, proposal: &Pubkey) -> Result<(), RealmError> {
    if call.accounts.len() > MAX_ACCOUNTS || call.data.len() > MAX_DATA {
        return Err(GovernanceError::InstructionTooLarge.into());
    }
    let mut signers = call.accounts.iter().filter(|meta| meta.is_signer);
    if signers.any(|meta| meta.pubkey != *treasury) {
        return Err(GovernanceError::ForeignSigner.into());
    }
    let mut named = call.accounts.iter();
    if named.any(|meta| meta.pubkey == *proposal) {
        return Err(GovernanceError::OwnProposal.into());
    }
    Ok(())
}

fn write_text(
    instructions: &mut Vec<Instruction>,
    proposal: &Pubkey,
    author: &Pubkey,
    text: &[u8],
) {
    let accounts = accounts::WriteText {
        author: *author,
        proposal: *proposal,
        text: address::proposal_text(proposal).0,
        system_program: SYSTEM_PROGRAM,
    };
    for (number, chunk) in text.chunks(TEXT_CHUNK).enumerate() {
        instructions.push(instruction(
            &accounts,
            &arguments::WriteText {
                len: text.len() as u32,
                offset: (number * TEXT_CHUNK) as u32,
                bytes: chunk.to_vec(),
            },
        ));
    }
}

fn add_call(
    instructions: &mut Vec<Instruction>,
    (proposal, author): (&Pubkey, &Pubkey),
    (option, index): (u8, u8),
    call: &Instruction,
) {
    let (place, _) = address::proposed_instruction(proposal, option, index);
    instructions.push(instruction(
        &accounts::AddInstruction {
            author: *author,
            proposal: *proposal,
            instruction: place,
            system_program: SYSTEM_PROGRAM,
        },
        &arguments::AddInstruction {
            option,
            program: call.program_id.to_bytes(),
            account_count: call.accounts.len() as u8,
            data_len: call.data.len() as u16,
        },
    ));
    let accounts: Vec<ProposedAccount> = call
        .accounts
        .iter()
        .map(|meta| ProposedAccount {
            address: meta.pubkey.to_bytes(),
            flags: u8::from(meta.is_signer) * ProposedAccount::SIGNER
                + u8::from(meta.is_writable) * ProposedAccount::WRITABLE,
        })
        .collect();
    let write = accounts::WriteInstruction {
        author: *author,
        proposal: *proposal,
        instruction: place,
    };
    let each = CALL_CHUNK / size_of::<ProposedAccount>();
    let (mut account_at, mut data_at) = (0, 0);
    while account_at < accounts.len() || data_at < call.data.len() {
        let part = &accounts[account_at..accounts.len().min(account_at + each)];
        let room = CALL_CHUNK - size_of_val(part);
        let data = &call.data[data_at..call.data.len().min(data_at + room)];
        instructions.push(instruction(
            &write,
            &arguments::WriteInstruction {
                account_at: account_at as u8,
                accounts: part.to_vec(),
                data_at: data_at as u16,
                data: data.to_vec(),
            },
        ));
        account_at += part.len();
        data_at += data.len();
    }
}

/// What opening the voting does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignOffQuote {
    /// The epoch of the community's stake pool at whose beginning weights count.
    pub epoch: u32,
    /// Epochs that are closed before.
    pub closed_epochs: usize,
    /// When votes close, Unix seconds, if that is executed now.
    pub closes_at: i64,
}

/// Opens the voting, with the weights at the beginning of the present epoch. The stake pools' last
/// epochs are closed first, and tally shards opened that are missing. To be built again if an epoch
/// ends before it is executed.
///
/// # Errors
/// [`RealmError`]: a cache lacks an account, or the program would refuse.
pub fn sign_off_instructions(
    realms: &Realms,
    farms: &Farms,
    proposal: &Pubkey,
    caller: &Caller,
) -> Result<Sequence<SignOffQuote>, RealmError> {
    let entry = known_proposal(realms, proposal)?;
    let account = entry.account;
    if account.author != caller.owner {
        return Err(GovernanceError::WrongAuthor.into());
    }
    let now = known_time(realms)?;
    let is_draft = account.state(now) == sealane_core::governance::State::Draft;
    if !is_draft {
        return Err(GovernanceError::WrongState.into());
    }
    let realm = known_realm(realms, &account.realm)?;
    let mut instructions = Vec::new();
    let missing = unopened(realms, proposal, account.shards).into_iter();
    instructions
        .extend(missing.map(|shard| open_tally_instruction(proposal, shard, &caller.payer)));
    let mut closed_epochs = 0;
    let mut record = |farm: &Pubkey| -> Result<(u32, Pubkey), RealmError> {
        let closing = close_epochs_instructions(farms, farm, &caller.payer)?;
        closed_epochs += closing.quote.epochs.len();
        instructions.extend(closing.transactions.concat());
        last_record(farms, farm, now)
    };
    let (epoch, community_record) = record(&account.community)?;
    let council = realm.account.has_council().then_some(account.council);
    let council_record = council.map(|council| record(&council)).transpose()?;
    instructions.push(instruction(
        &accounts::SignOff {
            author: caller.owner,
            realm: realm.address,
            proposal: *proposal,
            text: address::proposal_text(proposal).0,
            community: account.community,
            community_record,
            council,
            council_record: council_record.map(|(_, record)| record),
        },
        &arguments::SignOff {},
    ));
    let config = realm.account.config;
    Ok(Sequence {
        transactions: tx::pack(&caller.payer, instructions),
        quote: SignOffQuote {
            epoch,
            closed_epochs,
            closes_at: now
                .saturating_add(i64::from(config.voting_seconds))
                .saturating_add(i64::from(config.cool_off_seconds)),
        },
    })
}

/// The present epoch of a stake pool, and the address of the record of the one before.
fn last_record(farms: &Farms, farm: &Pubkey, now: i64) -> Result<(u32, Pubkey), RealmError> {
    let config = known_farm(farms, farm)?.account;
    // Both caches' clocks are of one chain; the farm's may be newer.
    let now = farms.clock().map_or(now, |clock| clock.unix_timestamp);
    known_budget(farms, farm)?;
    let epoch = moment(config, now)?.epoch;
    let Some(last) = epoch.checked_sub(1) else {
        // In its first epoch nobody has had weight at the beginning.
        return Err(GovernanceError::InvalidSnapshot.into());
    };
    Ok((epoch, address::epoch_record(farm, last).0))
}
