//! Random actions at random times against a model of a proposal's life, told by its dates.

use std::{vec, vec::Vec};

use proptest::prelude::*;

use super::{TERMS, cases};
use crate::governance::*;

#[derive(Clone, Copy, Debug)]
enum Action {
    Wait(u32),
    Add(u8),
    Remove(u8),
    SignOff,
    Cancel,
    Sum(u8),
    Finalize,
    DecideEarly,
    /// The instruction that is next, or one that is not.
    Begin(bool, u8, u8),
    End,
    Expire,
    TakeDeposit,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (0u32..400).prop_map(Action::Wait),
        1 => (0u32..4_000).prop_map(Action::Wait),
        3 => (0u8..3).prop_map(Action::Add),
        1 => (0u8..3).prop_map(Action::Remove),
        2 => Just(Action::SignOff),
        1 => prop_oneof![6 => Just(Action::Wait(1)), 1 => Just(Action::Cancel)],
        4 => (0u8..4).prop_map(Action::Sum),
        2 => Just(Action::Finalize),
        1 => Just(Action::DecideEarly),
        6 => (any::<bool>(), 0u8..3, 0u8..5)
            .prop_map(|(right, option, index)| Action::Begin(right, option, index)),
        4 => Just(Action::End),
        1 => Just(Action::Expire),
        1 => Just(Action::TakeDeposit),
    ]
}

const SHARDS: u8 = 3;

/// What is to be true of the proposal, from dates and lists.
struct Model {
    now: i64,
    added: [u8; 2],
    signed_off: Option<i64>,
    cancelled: bool,
    summed: Vec<u8>,
    decided: Option<(i64, Outcome)>,
    begun: Vec<InstructionAt>,
    ended: usize,
    written_off: bool,
    paid: bool,
}

impl Model {
    fn new() -> Self {
        Self {
            now: 10_000,
            added: [0; 2],
            signed_off: None,
            cancelled: false,
            summed: Vec::new(),
            decided: None,
            begun: Vec::new(),
            ended: 0,
            written_off: false,
            paid: false,
        }
    }

    /// All instructions of the winning options, in order.
    fn program(&self) -> Vec<InstructionAt> {
        let Some((_, Outcome::Succeeded(winners))) = self.decided else {
            return Vec::new();
        };
        let options = (0..2u8).filter(|option| winners.has(usize::from(*option)));
        options
            .flat_map(|option| {
                (0..self.added[usize::from(option)])
                    .map(move |index| InstructionAt { option, index })
            })
            .collect()
    }

    fn is_running(&self) -> bool {
        self.begun.len() > self.ended
    }

    fn state(&self) -> State {
        let Some(signed_off) = self.signed_off else {
            return if self.cancelled {
                State::Cancelled
            } else {
                State::Draft
            };
        };
        if self.cancelled {
            return State::Cancelled;
        }
        let Some((decided, outcome)) = self.decided else {
            let closes = signed_off + 1_000 + 200;
            return if self.now < closes {
                State::Voting
            } else {
                State::Counting
            };
        };
        match outcome {
            Outcome::Vetoed => State::Vetoed,
            Outcome::Defeated => State::Defeated,
            Outcome::Succeeded(_) if self.ended == self.program().len() => State::Completed,
            Outcome::Succeeded(_) => match self.now - decided {
                _ if self.written_off => State::Expired,
                _ if self.is_running() => State::Executing,
                5_500.. => State::Expired,
                _ if !self.begun.is_empty() => State::Executing,
                500.. => State::Executable,
                _ => State::Succeeded,
            },
        }
    }
}

struct Run {
    model: Model,
    proposal: Proposal,
    config: Config,
    snapshot: Snapshot,
    tallies: Vec<Tally>,
}

impl Run {
    fn new(choices: Choices, tallies: Vec<Tally>) -> Self {
        let config = Config::try_new(TERMS).unwrap();
        let weight = |weight| Electorate { epoch: 5, weight };
        Self {
            model: Model::new(),
            proposal: Proposal::draft(&config, choices, SHARDS).unwrap(),
            config,
            snapshot: Snapshot::try_new(weight(100), weight(10)).unwrap(),
            tallies,
        }
    }

    fn total(&self) -> Tally {
        let mut sum = Tally::default();
        for tally in &self.tallies {
            sum.add(tally).unwrap();
        }
        sum
    }

    /// Does it to both; what one refuses, the other has to.
    fn step(&mut self, action: Action) {
        let (state, before) = (self.model.state(), self.proposal);
        let total = self.total();
        let now = self.model.now;
        let model = &mut self.model;
        let proposal = &mut self.proposal;
        let (done, expected) = match action {
            Action::Wait(seconds) => {
                model.now += i64::from(seconds);
                (true, true)
            }
            Action::Add(option) => {
                let expected = state == State::Draft && option < 2;
                if expected {
                    model.added[usize::from(option)] += 1;
                }
                (proposal.add_instruction(option).is_ok(), expected)
            }
            Action::Remove(option) => {
                let count = model.added.get_mut(usize::from(option));
                let count = count.filter(|count| state == State::Draft && **count > 0);
                let expected = count.map(|count| *count -= 1).is_some();
                (proposal.remove_instruction(option).is_ok(), expected)
            }
            Action::SignOff => {
                let expected = state == State::Draft;
                if expected {
                    model.signed_off = Some(now);
                }
                let done = proposal.sign_off(now, &self.config, &self.snapshot);
                (done.is_ok(), expected)
            }
            Action::Cancel => {
                let expected = matches!(state, State::Draft | State::Voting);
                model.cancelled |= expected;
                (proposal.cancel(now).is_ok(), expected)
            }
            Action::Sum(shard) => {
                let new = shard < SHARDS && !model.summed.contains(&shard);
                let expected = state == State::Counting && new;
                if expected {
                    model.summed.push(shard);
                }
                let tally = self.tallies.get(usize::from(shard));
                let tally = tally.copied().unwrap_or_default();
                (proposal.sum_shard(now, shard, &tally).is_ok(), expected)
            }
            Action::Finalize => {
                let all = model.summed.len() == usize::from(SHARDS);
                let expected = state == State::Counting && all;
                let done = proposal.finalize(now);
                if let Ok(outcome) = done {
                    let measure = before.measure().unwrap();
                    assert_eq!(measure.outcome(&total), Ok(outcome));
                    model.decided = Some((now, outcome));
                }
                (done.is_ok(), expected)
            }
            Action::DecideEarly => {
                let settled = before.measure().map(|measure| measure.settled(&total));
                let settled = settled.ok().and_then(|settled| settled.unwrap());
                let expected = state == State::Voting && settled.is_some();
                let done = proposal.decide_early(now, &self.tallies);
                if let Ok(outcome) = done {
                    assert_eq!(settled, Some(outcome));
                    model.decided = Some((now, outcome));
                }
                (done.is_ok(), expected)
            }
            Action::Begin(right, option, index) => {
                let program = model.program();
                let next = program.get(model.begun.len()).copied();
                let at = next
                    .filter(|_| right)
                    .unwrap_or(InstructionAt { option, index });
                let open = matches!(state, State::Executable | State::Executing);
                let expected = open && !model.is_running() && next == Some(at);
                if expected {
                    model.begun.push(at);
                }
                (proposal.begin_instruction(now, at).is_ok(), expected)
            }
            Action::End => {
                let expected = model.is_running();
                model.ended += usize::from(expected);
                (proposal.end_instruction(now).is_ok(), expected)
            }
            Action::Expire => {
                let expected = state == State::Expired && !model.written_off;
                model.written_off |= expected;
                (proposal.expire(now).is_ok(), expected)
            }
            Action::TakeDeposit => {
                let open = matches!(state, State::Draft | State::Voting | State::Counting);
                let expected = !open && !model.paid;
                let done = proposal.take_deposit(now);
                if let Ok(deposit) = done {
                    model.paid = true;
                    let right = match state {
                        State::Vetoed => Deposit::Forfeited(TERMS.deposit),
                        _ => Deposit::Returned(TERMS.deposit),
                    };
                    assert_eq!(deposit, right);
                }
                (done.is_ok(), expected)
            }
        };
        assert_eq!(done, expected, "{action:?} in {state:?}");
        if !done {
            assert_eq!(self.proposal, before, "half done: {action:?}");
        }
        self.check(state);
    }

    fn check(&self, before: State) {
        let (model, proposal) = (&self.model, &self.proposal);
        let state = model.state();
        assert_eq!(proposal.state(model.now), state);
        assert!(
            before == state || follows(before, state),
            "{before:?}, then {state:?}"
        );
        assert_eq!(proposal.poll(model.now).is_ok(), state == State::Voting);
        assert_eq!(model.begun, model.program()[..model.begun.len()]);
        let open = matches!(state, State::Executable | State::Executing);
        let next = model.program().get(model.begun.len()).copied();
        let expected = next.filter(|_| open && !model.is_running());
        assert_eq!(proposal.next_instruction(model.now), expected);
        let undecided = matches!(state, State::Draft | State::Voting | State::Counting);
        assert_eq!(proposal.is_decided(), !undecided);
    }
}

/// Whether one state can come after another; time may pass over some of them.
fn follows(before: State, after: State) -> bool {
    use State::*;
    match before {
        Draft => matches!(after, Voting | Cancelled),
        Voting => matches!(
            after,
            Counting | Cancelled | Succeeded | Completed | Defeated | Vetoed
        ),
        Counting => matches!(after, Succeeded | Completed | Defeated | Vetoed),
        Succeeded => matches!(after, Executable | Expired),
        Executable => matches!(after, Executing | Expired),
        Executing => matches!(after, Completed | Expired),
        Completed | Defeated | Vetoed | Cancelled | Expired => false,
    }
}

/// Votes that decide one way or the other, and some that leave it open, spread over shards.
fn tallies() -> impl Strategy<Value = Vec<Tally>> {
    let yes = (0u128..70, 0u128..70, 0u128..40, 0u128..30);
    (yes, prop_oneof![3 => Just(0u128), 1 => 0u128..11], 0u128..7).prop_map(
        |((first, second, no, veto), council_veto, council_abstain)| {
            let mut left = 100;
            let mut part = |weight: u128| {
                let weight = weight.min(left);
                left -= weight;
                weight
            };
            let option = |option| Ballot::Yes(Options::NONE.with(option));
            let votes = [
                (Body::Community, option(0), part(first)),
                (Body::Community, option(1), part(second)),
                (Body::Community, Ballot::No, part(no) / 2),
                (Body::Community, Ballot::Veto, part(veto)),
                (Body::Council, Ballot::Veto, council_veto),
                (
                    Body::Council,
                    Ballot::Abstain,
                    council_abstain.min(10 - council_veto),
                ),
            ];
            let mut shards = vec![Tally::default(); usize::from(SHARDS)];
            for (at, (body, ballot, weight)) in votes.into_iter().enumerate() {
                let shard = &mut shards[at % usize::from(SHARDS)];
                *shard = shard.with(body, ballot, weight).unwrap();
            }
            shards
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(3_000)))]

    /// Whatever is tried when: states follow each other as they should, refusals change nothing,
    /// every instruction of the winners is executed once and in order, the deposit is paid once.
    #[test]
    fn a_proposal_lives_once(
        most in 1u8..3,
        tallies in tallies(),
        actions in proptest::collection::vec(action(), 1..160),
    ) {
        let mut run = Run::new(Choices::try_new(2, most).unwrap(), tallies);
        for action in actions {
            run.step(action);
        }
    }
}

/// The whole way, with what is refused on it.
#[test]
fn from_draft_to_completion() {
    let won = Options::NONE.with(1);
    let yes = Tally::default().with(Body::Community, Ballot::Yes(won), 80);
    let tallies = vec![Tally::default(), yes.unwrap(), Tally::default()];
    let mut run = Run::new(Choices::try_new(2, 1).unwrap(), tallies);
    for action in [
        Action::Add(0),
        Action::Add(1),
        Action::Add(1),
        Action::SignOff,
    ] {
        run.step(action);
    }
    let at = |index| InstructionAt { option: 1, index };
    let now = run.model.now;
    let tally = run.tallies[1];
    let early = run.proposal.sum_shard(now, 1, &tally);
    assert_eq!(early, Err(GovernanceError::VotingOpen));
    for action in [
        Action::Wait(1_200),
        Action::Sum(2),
        Action::Sum(1),
        Action::Sum(0),
    ] {
        run.step(action);
    }
    run.step(Action::Finalize);
    assert_eq!(
        (run.model.state(), run.proposal.winners()),
        (State::Succeeded, won)
    );
    let now = run.model.now;
    let locked = run.proposal.begin_instruction(now + 499, at(0));
    assert_eq!(locked, Err(GovernanceError::TimeLocked));
    let late = run.proposal.begin_instruction(now + 5_500, at(0));
    assert_eq!(late, Err(GovernanceError::Expired));
    run.step(Action::Wait(500));
    let now = run.model.now;
    let other = run.proposal.begin_instruction(now, at(1));
    assert_eq!(other, Err(GovernanceError::OutOfOrder));
    run.step(Action::Begin(true, 0, 0));
    // What the first instruction calls cannot go on with the second.
    let nested = run.proposal.begin_instruction(now, at(1));
    assert_eq!(nested, Err(GovernanceError::Running));
    run.step(Action::End);
    let again = run.proposal.begin_instruction(now, at(0));
    assert_eq!(again, Err(GovernanceError::OutOfOrder));
    assert_eq!(
        run.proposal.end_instruction(now),
        Err(GovernanceError::NotRunning)
    );
    run.step(Action::Begin(true, 0, 0));
    run.step(Action::End);
    assert_eq!(run.model.state(), State::Completed);
    let more = run.proposal.begin_instruction(now, at(2));
    assert_eq!(more, Err(GovernanceError::WrongState));
    run.step(Action::TakeDeposit);
    let twice = run.proposal.take_deposit(now);
    assert_eq!(twice, Err(GovernanceError::NoDeposit));
}
