//! Realms and proposals as people and programs read them.

use sealane_sdk::{
    decode::{DecodedInstruction, TokenLabel, decode_instruction},
    engine_core::governance::{Body, ConfigTerms, State},
    farms::Farms,
    realms::{ProposalView, RealmView, Realms},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{farm::from_now, some_text, text};
use crate::{
    book::{Book, short},
    duration,
    output::{Facts, Grid, Report},
    token::{Token, Units},
    view::token_of,
};

/// A realm. Weights are ten-thousandths of a staked unit, deposits lamports.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RealmReport {
    #[serde(serialize_with = "text")]
    pub(crate) realm: Pubkey,
    pub(crate) name: String,
    #[serde(serialize_with = "text")]
    treasury: Pubkey,
    #[serde(serialize_with = "text")]
    community: Pubkey,
    #[serde(serialize_with = "some_text")]
    council: Option<Pubkey>,
    deposit: u64,
    voting_seconds: u32,
    cool_off_seconds: u32,
    time_lock_seconds: u32,
    execution_seconds: u32,
    quorum_bps: u16,
    threshold_bps: u16,
    community_veto_bps: u16,
    council_veto_bps: u16,
    decides_early: bool,
    #[serde(skip)]
    units: Units,
}

impl RealmReport {
    pub(crate) fn of(view: &RealmView, units: Units) -> Self {
        let ConfigTerms {
            deposit,
            voting_seconds,
            cool_off_seconds,
            time_lock_seconds,
            execution_seconds,
            quorum_bps,
            threshold_bps,
            community_veto_bps,
            council_veto_bps,
            early,
        } = view.config;
        Self {
            realm: view.realm,
            name: view.name.clone(),
            treasury: view.treasury,
            community: view.community,
            council: view.council,
            deposit,
            voting_seconds,
            cool_off_seconds,
            time_lock_seconds,
            execution_seconds,
            quorum_bps,
            threshold_bps,
            community_veto_bps,
            council_veto_bps,
            decides_early: early,
            units,
        }
    }

    pub(crate) fn facts(&self) -> Facts {
        let percent = |bps: u16| sealane_sdk::amount::percent(bps.into());
        let span = |seconds: u32| duration::format(seconds.into());
        let mut facts = Facts::under(self.name.clone());
        facts
            .add("Realm", self.realm.to_string())
            .add("Treasury", self.treasury.to_string())
            .add("Stake pool", self.community.to_string())
            .add_some("Council", self.council.map(|council| council.to_string()))
            .add(
                "Votes last",
                format!(
                    "{}, then {} for second thoughts",
                    span(self.voting_seconds),
                    span(self.cool_off_seconds)
                ),
            )
            .add(
                "Quorum",
                format!("{} of all weight", percent(self.quorum_bps)),
            )
            .add(
                "Threshold",
                format!("{} of all weight", percent(self.threshold_bps)),
            )
            .add("Time-lock", span(self.time_lock_seconds))
            .add("Deposit", self.units.sol(self.deposit));
        facts
    }
}

impl Report for RealmReport {
    fn text(&self) -> String {
        self.facts().to_string()
    }
}

/// A proposal. Weights are ten-thousandths of a staked unit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProposalReport {
    #[serde(serialize_with = "text")]
    pub(crate) proposal: Pubkey,
    #[serde(serialize_with = "text")]
    realm: Pubkey,
    #[serde(serialize_with = "text")]
    author: Pubkey,
    title: Option<String>,
    description: Option<String>,
    state: String,
    /// When the state changes by time alone, Unix seconds.
    until: Option<i64>,
    options: Vec<OptionReport>,
    no: String,
    abstain: String,
    veto: String,
    council_veto: String,
    total: String,
    cast: String,
    quorum: Option<String>,
    threshold: Option<String>,
    /// Whether weight that has not voted cannot change the outcome.
    settled: bool,
    instructions: Vec<CallReport>,
    #[serde(skip)]
    weights: Weights,
    #[serde(skip)]
    now: i64,
}

/// Weights as numbers, for people.
#[derive(Clone, Copy, Debug, Default)]
struct Weights {
    no: u128,
    abstain: u128,
    veto: u128,
    total: u128,
    cast: u128,
    quorum: Option<u128>,
    threshold: Option<u128>,
}

#[derive(Clone, Debug, Serialize)]
struct OptionReport {
    name: Option<String>,
    yes: String,
    instructions: u8,
    won: bool,
    #[serde(skip)]
    weight: u128,
}

#[derive(Clone, Debug, Serialize)]
struct CallReport {
    option: u8,
    index: u8,
    executed: bool,
    program: String,
    program_name: Option<&'static str>,
    name: Option<String>,
    arguments: Vec<(String, String)>,
    accounts: Vec<(Option<String>, String)>,
}

impl CallReport {
    fn of(at: (u8, u8), executed: bool, call: &DecodedInstruction) -> Self {
        let (arguments, accounts) = (call.arguments.iter(), call.accounts.iter());
        Self {
            option: at.0,
            index: at.1,
            executed,
            program: call.program.to_string(),
            program_name: call.program_name,
            name: call.name.clone(),
            arguments: arguments
                .map(|one| (one.name.clone(), one.value.clone()))
                .collect(),
            accounts: accounts
                .map(|one| (one.name.clone(), one.address.to_string()))
                .collect(),
        }
    }
}

/// What the chain calls a state, for people.
pub(crate) fn state_name(state: State) -> &'static str {
    match state {
        State::Draft => "draft",
        State::Voting => "voting",
        State::Counting => "to be counted",
        State::Succeeded => "succeeded, time-locked",
        State::Executable => "to be executed",
        State::Executing => "being executed",
        State::Completed => "completed",
        State::Defeated => "defeated",
        State::Vetoed => "vetoed",
        State::Cancelled => "cancelled",
        State::Expired => "expired",
    }
}

impl ProposalReport {
    pub(crate) fn of(
        view: &ProposalView,
        realms: &Realms,
        farms: &Farms,
        book: &Book,
        now: i64,
    ) -> Self {
        let label = |mint: &Pubkey| label(farms, book, mint);
        let next = view.next;
        let state = view.state;
        let calls = realms.calls(&view.proposal);
        let instructions = calls.iter().map(|call| {
            let account = call.account;
            let decoded = decode_instruction(&account.instruction, label);
            let at = (account.option, account.index);
            let won = view
                .options
                .get(usize::from(at.0))
                .is_some_and(|one| one.won);
            let passed = next.is_none_or(|next| at < (next.option, next.index));
            let ran = matches!(state, State::Executing | State::Completed) && won && passed;
            CallReport::of(at, ran, &decoded)
        });
        let tally = &view.tally;
        let weights = Weights {
            no: tally.no.get(),
            abstain: tally.abstain.get(),
            veto: tally.veto.get(),
            total: view
                .snapshot
                .map_or(0, |snapshot| snapshot.of(Body::Community).weight),
            cast: tally.cast(),
            quorum: view.standing.map(|standing| standing.quorum),
            threshold: view.standing.map(|standing| standing.threshold),
        };
        Self {
            proposal: view.proposal,
            realm: view.realm,
            author: view.author,
            title: view.title.clone(),
            description: view.description.clone(),
            state: state_name(state).to_owned(),
            until: until(view),
            options: view
                .options
                .iter()
                .map(|option| OptionReport {
                    name: option.name.clone(),
                    yes: option.yes.to_string(),
                    instructions: option.instructions,
                    won: option.won,
                    weight: option.yes,
                })
                .collect(),
            no: weights.no.to_string(),
            abstain: weights.abstain.to_string(),
            veto: weights.veto.to_string(),
            council_veto: tally.council_veto.get().to_string(),
            total: weights.total.to_string(),
            cast: weights.cast.to_string(),
            quorum: weights.quorum.map(|weight| weight.to_string()),
            threshold: weights.threshold.map(|weight| weight.to_string()),
            settled: view.standing.is_some_and(|standing| standing.is_settled),
            instructions: instructions.collect(),
            weights,
            now,
        }
    }

    pub(crate) fn title(&self) -> String {
        let title = self.title.clone();
        title.unwrap_or_else(|| format!("Proposal {}", short(&self.proposal)))
    }

    fn state(&self) -> String {
        match self.until {
            Some(at) if at > self.now => {
                format!("{}, for another {}", self.state, from_now(at, self.now))
            }
            _ => self.state.clone(),
        }
    }

    fn votes(&self) -> Grid {
        let Weights { total, .. } = self.weights;
        let mut grid = Grid::new(&["vote", "#of all weight", ""]);
        for (number, option) in self.options.iter().enumerate() {
            let name = option
                .name
                .clone()
                .unwrap_or_else(|| format!("option {number}"));
            let won = if option.won { "won" } else { "" };
            grid.row([
                format!("yes {number}: {name}"),
                share(option.weight, total),
                won.to_owned(),
            ]);
        }
        for (name, weight) in [
            ("no", self.weights.no),
            ("abstain", self.weights.abstain),
            ("veto", self.weights.veto),
        ] {
            grid.row([name.to_owned(), share(weight, total), String::new()]);
        }
        grid
    }
}

/// When a proposal's state changes by time alone.
fn until(view: &ProposalView) -> Option<i64> {
    match view.state {
        State::Voting => view.times.closes_at,
        State::Succeeded => view.times.executable_at,
        State::Executable | State::Executing => view.times.expires_at,
        _ => None,
    }
}

/// A weight as a part of all, in percent.
pub(crate) fn share(weight: u128, total: u128) -> String {
    if total == 0 {
        return "0%".to_owned();
    }
    // Weights are below 2^100, so that the product fits.
    let bps = weight.saturating_mul(10_000) / total;
    sealane_sdk::amount::percent(u32::try_from(bps).unwrap_or(u32::MAX))
}

/// What a mint is called, as far as farms or names tell.
fn label(farms: &Farms, book: &Book, mint: &Pubkey) -> Option<TokenLabel> {
    let decimals = farms.mint(mint).map(|info| info.decimals)?;
    Some(TokenLabel {
        symbol: Some(book.symbol(mint)),
        decimals,
    })
}

impl Report for ProposalReport {
    fn text(&self) -> String {
        let weights = &self.weights;
        let mut facts = Facts::under(self.title());
        facts
            .add("Proposal", self.proposal.to_string())
            .add("Author", self.author.to_string())
            .add("State", self.state());
        if let (Some(quorum), Some(threshold)) = (weights.quorum, weights.threshold) {
            let missing = quorum.saturating_sub(weights.cast);
            let reached = if missing == 0 {
                "reached".to_owned()
            } else {
                format!("{} missing", share(missing, weights.total))
            };
            facts
                .add(
                    "Quorum",
                    format!("{}, {reached}", share(quorum, weights.total)),
                )
                .add("Threshold", share(threshold, weights.total));
        }
        if self.settled {
            facts.add("Settled", "votes to come cannot change the outcome");
        }
        let mut parts = vec![facts.to_string()];
        if let Some(description) = self
            .description
            .as_ref()
            .filter(|text| !text.trim().is_empty())
        {
            parts.push(description.trim_end().to_owned());
        }
        if weights.total > 0 {
            parts.push(self.votes().to_string());
        }
        for call in &self.instructions {
            let done = if call.executed { ", executed" } else { "" };
            let mut facts = Facts::under(format!(
                "Option {}, instruction {}{done}: {}, {}",
                call.option,
                call.index,
                call.program_name.unwrap_or("an unknown program"),
                call.name.as_deref().unwrap_or("not decoded"),
            ));
            for (name, value) in &call.arguments {
                facts.add(name, value);
            }
            for (name, address) in &call.accounts {
                facts.add(name.as_deref().unwrap_or("account"), address);
            }
            parts.push(facts.to_string());
        }
        parts.join("\n\n")
    }
}

/// Proposals as a table.
pub(crate) fn proposals_grid(proposals: &[ProposalReport]) -> Grid {
    let mut grid = Grid::new(&["proposal", "state", "#yes", "#no", "#voted", "address"]);
    for proposal in proposals {
        let weights = &proposal.weights;
        let best = proposal.options.iter().map(|option| option.weight).max();
        grid.row([
            proposal.title(),
            proposal.state(),
            share(best.unwrap_or(0), weights.total),
            share(weights.no, weights.total),
            share(weights.cast, weights.total),
            proposal.proposal.to_string(),
        ]);
    }
    grid
}

/// Weight in whole tokens of a stake pool.
pub(crate) fn weight_text(weight: u128, stake: &Token, units: Units) -> String {
    let base = weight / u128::from(sealane_sdk::engine_core::stake::WHOLE);
    stake.amount(units, u64::try_from(base).unwrap_or(u64::MAX))
}

/// The token that a stake pool stakes.
pub(crate) fn stake_of(farms: &Farms, farm: &Pubkey, book: &Book) -> Option<Token> {
    let farm = farms.farm(farm)?.account;
    Some(token_of(&sealane_sdk::farms::FarmToken::staked(farm), book))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_all_weight() {
        assert_eq!(share(0, 0), "0%");
        assert_eq!(share(1, 3), "33.33%");
        assert_eq!(share(3, 3), "100%");
        assert_eq!(share(1 << 99, 1 << 100), "50%");
    }
}
