//! Proposals as plain values.

use sealane_core::governance::{
    ConfigTerms, InstructionAt, Measure, Outcome, Proposal as Rules, Snapshot, State, Tally,
};
use sealane_governance::state::Proposal;
use solana_pubkey::Pubkey;

use super::{RealmError, Realms, known_proposal, known_realm};

/// A realm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealmView {
    /// Its address.
    pub realm: Pubkey,
    /// What it is called.
    pub name: String,
    /// Who created it. Has no rights.
    pub creator: Pubkey,
    /// The stake pool whose stakers vote.
    pub community: Pubkey,
    /// The one whose stakers may veto.
    pub council: Option<Pubkey>,
    /// What signs for it, and holds what it has.
    pub treasury: Pubkey,
    /// What proposals need that are signed off now.
    pub config: ConfigTerms,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// A realm.
///
/// # Errors
/// [`RealmError::UnknownRealm`].
pub fn realm_view(realms: &Realms, realm: &Pubkey) -> Result<RealmView, RealmError> {
    let entry = known_realm(realms, realm)?;
    let account = entry.account;
    Ok(RealmView {
        realm: *realm,
        // The program takes no name that is not UTF-8.
        name: String::from_utf8_lossy(account.name()).into_owned(),
        creator: account.creator,
        community: account.community,
        council: account.has_council().then_some(account.council),
        treasury: account.treasury,
        config: account.config.get().terms(),
        slot: entry.slot,
    })
}

/// A proposal at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalView {
    /// The proposal.
    pub proposal: Pubkey,
    /// Its realm.
    pub realm: Pubkey,
    /// Who wrote it, and gets the deposit back.
    pub author: Pubkey,
    /// Tells apart an author's proposals in the realm.
    pub id: u32,
    /// Where it is.
    pub state: State,
    /// Its title; `None` while the text is not whole, and once it was closed.
    pub title: Option<String>,
    /// Its description, likewise.
    pub description: Option<String>,
    /// Its options.
    pub options: Vec<OptionView>,
    /// How many of them a ballot may choose.
    pub most_choices: u8,
    /// What its votes need: the realm's configuration as of sign-off.
    pub config: ConfigTerms,
    /// When things happen.
    pub times: Times,
    /// Whose weights count; `None` before sign-off.
    pub snapshot: Option<Snapshot>,
    /// All votes as they are now, or as they were when it was decided.
    pub tally: Tally,
    /// How that stands against what is needed; `None` before sign-off, and for a moment where what
    /// is cached contradicts itself.
    pub standing: Option<Standing>,
    /// The instruction that can be executed now.
    pub next: Option<InstructionAt>,
    /// Lamports that lie with it.
    pub deposit: u64,
    /// Tally shards, and ...
    pub shards: u8,
    /// ... how many of them are open, or were before it was decided.
    pub open_shards: u8,
    /// A bit for each tally shard that was added to the sum.
    pub summed: u32,
    /// The slot in which the proposal looked like this. Its votes may be newer.
    pub slot: u64,
}

/// An option of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionView {
    /// Its name; `None` while the text is not whole, and once it was closed.
    pub name: Option<String>,
    /// Weight for it.
    pub yes: u128,
    /// Instructions that are executed if it wins.
    pub instructions: u8,
    /// Whether it has won.
    pub won: bool,
}

/// A proposal's times, Unix seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When votes were first taken; `None` for a draft.
    pub voting_at: Option<i64>,
    /// From when on only votes against are taken.
    pub cools_off_at: Option<i64>,
    /// When no votes are taken any more.
    pub closes_at: Option<i64>,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// From when on it can be executed; only if it succeeded.
    pub executable_at: Option<i64>,
    /// When it can be executed no more.
    pub expires_at: Option<i64>,
}

/// How votes stand against what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Weight that has voted.
    pub cast: u128,
    /// Weight that has to vote.
    pub quorum: u128,
    /// Weight that an option needs, and more than there is against it.
    pub threshold: u128,
    /// What these votes decide if no more are cast.
    pub outcome: Outcome,
    /// Whether weight that has not voted cannot change that.
    pub is_settled: bool,
}

impl Standing {
    fn of(measure: &Measure, tally: &Tally) -> Result<Self, RealmError> {
        Ok(Self {
            cast: tally.cast(),
            quorum: measure.quorum(),
            threshold: measure.threshold(),
            outcome: measure.outcome(tally)?,
            is_settled: measure.settled(tally)?.is_some(),
        })
    }

    /// Weight that is missing to the quorum.
    #[must_use]
    pub fn missing(&self) -> u128 {
        self.quorum.saturating_sub(self.cast)
    }
}

impl Times {
    fn of(rules: &Rules, proposal: &Proposal, now: i64) -> Self {
        // A proposal can be cancelled before it was signed off.
        if rules.snapshot().is_err() {
            return Self::default();
        }
        let decided = rules.is_decided() && rules.state(now) != State::Cancelled;
        let lives = matches!(
            rules.state(now),
            State::Succeeded | State::Executable | State::Executing | State::Expired
        );
        Self {
            voting_at: Some(proposal.voting_at),
            cools_off_at: Some(rules.cools_off_at()),
            closes_at: Some(rules.closes_at()),
            decided_at: decided.then_some(proposal.decided_at),
            executable_at: lives.then(|| rules.executable_at()),
            expires_at: lives.then(|| rules.expires_at()),
        }
    }

    /// When the proposal's state changes next by time alone, and how far that is from a moment, in
    /// seconds.
    #[must_use]
    pub fn left(&self, state: State, now: i64) -> Option<i64> {
        let at = match state {
            State::Voting => self.closes_at,
            State::Succeeded => self.executable_at,
            State::Executable | State::Executing => self.expires_at,
            _ => None,
        };
        Some(at?.saturating_sub(now).max(0))
    }
}

/// A proposal at a Unix second.
///
/// # Errors
/// [`RealmError::UnknownProposal`]; [`RealmError::Refused`] for votes that no chain has.
pub fn proposal_view(
    realms: &Realms,
    proposal: &Pubkey,
    now: i64,
) -> Result<ProposalView, RealmError> {
    let entry = known_proposal(realms, proposal)?;
    let account = entry.account;
    let rules = account.rules();
    let tallies = realms.tallies(proposal);
    let mut tally = *rules.sum();
    if !rules.is_decided() {
        // Those that were added to the sum already are still open, and as they were.
        tally = Tally::default();
        for shard in &tallies {
            tally.add(shard.account.tally())?;
        }
    }
    let measure = rules.measure().ok();
    let standing = measure.and_then(|measure| Standing::of(&measure, &tally).ok());
    let text = realms.text(proposal);
    let text = text
        .as_ref()
        .and_then(|text| text.account.parts(account.options));
    let options = (0..usize::from(account.options)).map(|option| OptionView {
        name: text
            .as_ref()
            .and_then(|text| text.options.get(option))
            .map(|name| (*name).to_owned()),
        yes: tally.yes.get(option).map_or(0, |yes| yes.get()),
        instructions: account.instructions.get(option).copied().unwrap_or(0),
        won: rules.winners().has(option),
    });
    Ok(ProposalView {
        proposal: *proposal,
        realm: account.realm,
        author: account.author,
        id: account.id,
        state: rules.state(now),
        title: text.as_ref().map(|text| text.title.to_owned()),
        description: text.as_ref().map(|text| text.description.to_owned()),
        options: options.collect(),
        most_choices: account.most_choices,
        config: rules.config().terms(),
        times: Times::of(rules, account, now),
        snapshot: rules.snapshot().ok(),
        tally,
        standing,
        next: rules.next_instruction(now),
        deposit: account.deposit,
        shards: account.shards,
        open_shards: tallies.len() as u8,
        summed: account.summed,
        slot: entry.slot,
    })
}
