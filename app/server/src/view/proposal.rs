//! A proposal: what it says, how its votes stand, what it would do.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_sdk::{
    accounts::ProposedCall,
    decode::{TokenLabel, decode_instruction},
    engine::world::World,
    engine_core::governance::{Body, Outcome, State},
    farms::Entry,
    realms::{self, RealmError},
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use utoipa::ToSchema;

use super::{Address, Amount, Big, RulesView};

/// A proposal without its description and its instructions. Weights are in ten-thousandths of a
/// staked unit, times Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProposalView {
    /// Its address.
    pub proposal: Address,
    /// Its realm.
    pub realm: Address,
    /// Who wrote it, and gets the deposit back.
    pub author: Address,
    /// Tells apart an author's proposals in the realm.
    pub id: u32,
    /// Its title; null while the text is not whole, and once it was closed.
    pub title: Option<String>,
    /// Where it is: `draft`, `voting`, `counting`, `succeeded`, `executable`, `executing`,
    /// `completed`, `defeated`, `vetoed`, `cancelled` or `expired`.
    pub state: &'static str,
    /// The options.
    pub options: Vec<OptionView>,
    /// How many of them a ballot may choose.
    pub most_choices: u8,
    /// All votes as they are now, or as they were when it was decided.
    pub tally: TallyView,
    /// What its votes need: the realm's configuration as of sign-off.
    pub config: RulesView,
    /// The community's weight at the snapshot; null before sign-off.
    pub total: Option<Big>,
    /// The council's.
    pub council_total: Option<Big>,
    /// The epoch of the community's pool at whose beginning weights count.
    pub snapshot_epoch: Option<u32>,
    /// The same of the council's.
    pub council_snapshot_epoch: Option<u32>,
    /// How votes stand against what is needed; null before sign-off.
    pub standing: Option<StandingView>,
    /// When votes were first taken.
    pub voting_at: Option<i64>,
    /// From when on only votes against are taken.
    pub cools_off_at: Option<i64>,
    /// When no votes are taken any more.
    pub closes_at: Option<i64>,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// From when on it can be executed; null unless it has succeeded.
    pub executable_at: Option<i64>,
    /// When it can be executed no more.
    pub expires_at: Option<i64>,
    /// Seconds until time alone changes its state.
    pub time_left: Option<i64>,
    /// The options that won.
    pub winners: Vec<usize>,
    /// The slot in which it looked like this. Its votes may be newer.
    pub slot: u64,
}

/// An option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OptionView {
    /// Its name; null while the text is not whole, and once it was closed.
    pub name: Option<String>,
    /// Weight for it.
    pub yes: Big,
    /// Instructions that are executed if it wins.
    pub instructions: u8,
}

/// Votes added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TallyView {
    /// For any option.
    pub approving: Big,
    /// Against.
    pub no: Big,
    /// Neither.
    pub abstain: Big,
    /// The community's vetoes.
    pub veto: Big,
    /// Of the council, neither.
    pub council_abstain: Big,
    /// The council's vetoes.
    pub council_veto: Big,
}

/// How votes stand against what is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StandingView {
    /// Weight that has voted.
    pub cast: Big,
    /// Weight that has to vote.
    pub quorum: Big,
    /// Weight that an option needs, and more than there is against it.
    pub threshold: Big,
    /// What these votes decide if no more are cast: `succeeded`, `defeated` or `vetoed`.
    pub outcome: &'static str,
    /// The options that would win.
    pub winners: Vec<usize>,
    /// Whether weight that has not voted cannot change that.
    pub settled: bool,
}

/// A proposal with all that it says and would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProposalDetailView {
    /// What lists tell as well.
    #[serde(flatten)]
    pub summary: ProposalView,
    /// Its description, in Markdown; null while the text is not whole, and once it was closed.
    pub description: Option<String>,
    /// Its instructions, by option and index.
    pub instructions: Vec<ProposedInstructionView>,
    /// The instruction that can be executed now.
    pub next: Option<InstructionAtView>,
    /// Lamports that lie with it; 0 once they were paid out.
    pub deposit: Amount,
    /// Tally shards.
    pub tally_shards: u8,
    /// How many of them are open.
    pub open_tally_shards: u8,
    /// The tally shards that were added to the sum.
    pub summed: Vec<u8>,
    /// As of `standing`.
    pub settled: bool,
}

/// A place among a proposal's instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct InstructionAtView {
    /// The option.
    pub option: u8,
    /// Its place among the option's instructions.
    pub index: u8,
}

/// An instruction of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProposedInstructionView {
    /// The account that holds it.
    pub address: Address,
    /// The option that it belongs to.
    pub option: u8,
    /// Its place among the option's instructions.
    pub index: u8,
    /// The program that it calls.
    pub program: Address,
    /// What that is called, if it is a known one.
    pub program_name: Option<&'static str>,
    /// What it is asked to do, if that is known.
    pub name: Option<String>,
    /// With what, as people read it: amounts in whole tokens, rates in percent.
    pub arguments: Vec<ProposedArgumentView>,
    /// The accounts that it names.
    pub accounts: Vec<ProposedAccountView>,
    /// Its data in base64.
    pub data: String,
    /// Whether it was executed.
    pub executed: bool,
}

/// An argument of a proposed instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProposedArgumentView {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// An account of a proposed instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProposedAccountView {
    /// What the instruction calls it, if that is known.
    pub name: Option<String>,
    /// Its address.
    pub address: Address,
    /// Whether it signs; only the realm's treasury does.
    pub signer: bool,
    /// Whether it may be written.
    pub writable: bool,
}

/// States by name.
pub(crate) fn state_name(state: State) -> &'static str {
    match state {
        State::Draft => "draft",
        State::Voting => "voting",
        State::Counting => "counting",
        State::Succeeded => "succeeded",
        State::Executable => "executable",
        State::Executing => "executing",
        State::Completed => "completed",
        State::Defeated => "defeated",
        State::Vetoed => "vetoed",
        State::Cancelled => "cancelled",
        State::Expired => "expired",
    }
}

impl ProposalView {
    /// From the world.
    pub(crate) fn of(world: &World, proposal: &Pubkey, now: i64) -> Result<Self, RealmError> {
        let known = realms::proposal_view(world.realms(), proposal, now)?;
        Ok(Self::from_view(&known, now))
    }

    fn from_view(known: &realms::ProposalView, now: i64) -> Self {
        let of = |body| known.snapshot.map(|snapshot| snapshot.of(body));
        let (community, council) = (of(Body::Community), of(Body::Council));
        // A realm without a council has none of its weight, in no epoch.
        let council_epoch = council.filter(|council| council.weight > 0);
        let options = known.options.iter().map(|option| OptionView {
            name: option.name.clone(),
            yes: Big(option.yes),
            instructions: option.instructions,
        });
        let won = known.options.iter().enumerate();
        let won = won.filter(|(_, option)| option.won).map(|(at, _)| at);
        let (tally, times) = (&known.tally, &known.times);
        Self {
            proposal: known.proposal.into(),
            realm: known.realm.into(),
            author: known.author.into(),
            id: known.id,
            title: known.title.clone(),
            state: state_name(known.state),
            options: options.collect(),
            most_choices: known.most_choices,
            tally: TallyView {
                approving: Big(tally.approving.get()),
                no: Big(tally.no.get()),
                abstain: Big(tally.abstain.get()),
                veto: Big(tally.veto.get()),
                council_abstain: Big(tally.council_abstain.get()),
                council_veto: Big(tally.council_veto.get()),
            },
            config: known.config.into(),
            total: community.map(|community| Big(community.weight)),
            council_total: council.map(|council| Big(council.weight)),
            snapshot_epoch: community.map(|community| community.epoch),
            council_snapshot_epoch: council_epoch.map(|council| council.epoch),
            standing: known.standing.as_ref().map(StandingView::from),
            voting_at: times.voting_at,
            cools_off_at: times.cools_off_at,
            closes_at: times.closes_at,
            decided_at: times.decided_at,
            executable_at: times.executable_at,
            expires_at: times.expires_at,
            time_left: times.left(known.state, now),
            winners: won.collect(),
            slot: known.slot,
        }
    }

    /// A realm's proposals, or all, newest first: drafts, then by the time at which voting began.
    pub(crate) fn all(world: &World, realm: Option<&Pubkey>, now: i64) -> Vec<Self> {
        let proposals = world.realms().proposals();
        let proposals = proposals
            .filter(|entry| realm.is_none_or(|realm| entry.account.realm == *realm))
            .filter_map(|entry| Self::of(world, &entry.address, now).ok());
        let mut proposals: Vec<Self> = proposals.collect();
        proposals.sort_by_key(|one| {
            let began = one.voting_at.unwrap_or(i64::MAX);
            (std::cmp::Reverse((began, one.id)), one.proposal)
        });
        proposals
    }

    /// The same but for the seconds that are left.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let timeless = |view: &Self| Self {
            time_left: None,
            ..view.clone()
        };
        timeless(self) == timeless(other)
    }
}

impl From<&realms::Standing> for StandingView {
    fn from(standing: &realms::Standing) -> Self {
        let (outcome, winners) = match standing.outcome {
            Outcome::Vetoed => ("vetoed", Vec::new()),
            Outcome::Defeated => ("defeated", Vec::new()),
            Outcome::Succeeded(options) => {
                let won = (0..8).filter(|option| options.has(*option));
                ("succeeded", won.collect())
            }
        };
        Self {
            cast: Big(standing.cast),
            quorum: Big(standing.quorum),
            threshold: Big(standing.threshold),
            outcome,
            winners,
            settled: standing.is_settled,
        }
    }
}

impl ProposalDetailView {
    /// From the world.
    pub(crate) fn of(
        world: &World,
        proposal: &Pubkey,
        now: i64,
        symbol: impl Fn(&Pubkey) -> Option<String>,
    ) -> Result<Self, RealmError> {
        let known = realms::proposal_view(world.realms(), proposal, now)?;
        let label = |mint: &Pubkey| {
            let known = world.pools().mint(mint);
            let known = known.or_else(|| world.farms().mint(mint))?;
            Some(TokenLabel {
                symbol: symbol(mint),
                decimals: known.decimals,
            })
        };
        let calls = world.realms().calls(proposal);
        let reached = world.realms().proposal(proposal).map(|entry| {
            let account = entry.account;
            (account.next_option, account.next_index)
        });
        let was_executed = |call: &ProposedCall| {
            let won = known.options.get(usize::from(call.option));
            let is_past = reached.is_some_and(|reached| (call.option, call.index) < reached);
            won.is_some_and(|option| option.won) && (known.state == State::Completed || is_past)
        };
        let instructions = calls
            .iter()
            .map(|call| ProposedInstructionView::of(call, was_executed(call.account), label));
        let summed = (0..32).filter(|shard| known.summed >> shard & 1 == 1);
        Ok(Self {
            summary: ProposalView::from_view(&known, now),
            description: known.description.clone(),
            instructions: instructions.collect(),
            next: known.next.map(|next| InstructionAtView {
                option: next.option,
                index: next.index,
            }),
            deposit: known.deposit.into(),
            tally_shards: known.shards,
            open_tally_shards: known.open_shards,
            summed: summed.collect(),
            settled: known.standing.is_some_and(|standing| standing.is_settled),
        })
    }
}

impl ProposedInstructionView {
    fn of(
        call: &Entry<'_, ProposedCall>,
        executed: bool,
        label: impl Fn(&Pubkey) -> Option<TokenLabel>,
    ) -> Self {
        let instruction = &call.account.instruction;
        let decoded = decode_instruction(instruction, label);
        let arguments = decoded.arguments.into_iter();
        let accounts = decoded.accounts.into_iter();
        Self {
            address: call.address.into(),
            option: call.account.option,
            index: call.account.index,
            program: decoded.program.into(),
            program_name: decoded.program_name,
            name: decoded.name,
            arguments: arguments
                .map(|argument| ProposedArgumentView {
                    name: argument.name,
                    value: argument.value,
                })
                .collect(),
            accounts: accounts
                .map(|account| ProposedAccountView {
                    name: account.name,
                    address: account.address.into(),
                    signer: account.is_signer,
                    writable: account.is_writable,
                })
                .collect(),
            data: BASE64_STANDARD.encode(&instruction.data),
            executed,
        }
    }
}
