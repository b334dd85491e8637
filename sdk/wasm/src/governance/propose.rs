//! Proposals, and what can be proposed.

use sealane_sdk::{
    accounts::MintInfo,
    amm, orderbook,
    plan::{
        self, Caller,
        governance::{
            self, OptionDraft, propose_instructions, proposed_sol_transfer_instruction,
            proposed_token_transfer_instructions,
        },
        staking::set_farm_paused_instruction,
    },
    quote::QuoteError,
    staking,
};
use serde::{Deserialize, Serialize};
use solana_instruction::Instruction as SolanaInstruction;
use tsify::Tsify;

use super::Governance;
use crate::{
    create::PlannedTransaction,
    plan::{Instruction, instructions},
    pools::PoolFees,
    refusal::{Answer, Problem},
    staking::planned,
    values::Address,
};

/// Tally shards of a proposal, if not told otherwise.
const SHARDS: u8 = 4;

/// An instruction of an option.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ProposedInstruction {
    /// The option's index.
    pub option: u8,
    /// What is executed if it wins, signed by the realm's treasury alone.
    pub instruction: Instruction,
}

/// A proposal to be made.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ProposeRequest {
    /// The realm.
    pub realm: Address,
    /// Who makes it; signs, and pays deposit and rent.
    pub author: Address,
    /// One line.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// What the options are called: one line each. With one, people vote yes or no.
    pub options: Vec<String>,
    /// How many of them a ballot may choose; 1 if left out.
    #[serde(default = "one_choice")]
    pub most_choices: u8,
    /// What is executed if an option wins, in order.
    #[serde(default)]
    pub instructions: Vec<ProposedInstruction>,
    /// How many tally shards: how many votes can run side by side; 4 if left out.
    #[serde(default = "shards")]
    pub shards: u8,
}

fn one_choice() -> u8 {
    1
}

fn shards() -> u8 {
    SHARDS
}

/// How a proposal is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct ProposePlan {
    /// To be sent in order, each after the one before is confirmed.
    pub transactions: Vec<PlannedTransaction>,
    /// Where the proposal will be.
    pub proposal: Address,
    /// Lamports that lie with it until it is decided.
    pub deposit: u64,
}

/// Other fees of a pool.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct FeesProposal {
    /// The pool.
    pub pool: Address,
    /// What it is to charge.
    pub fees: PoolFees,
}

/// Which actions are to be paused.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PauseProposal {
    /// The pool, the market or the farm.
    pub venue: Address,
    /// All that are to be paused, by name; the others are resumed.
    pub actions: Vec<String>,
}

/// A payment out of a treasury.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct TransferProposal {
    /// Whose treasury.
    pub realm: Address,
    /// The token; SOL if left out.
    #[serde(default)]
    pub mint: Option<Address>,
    /// Units, or lamports.
    pub amount: u64,
    /// The wallet that is paid.
    pub to: Address,
}

pub(crate) fn propose(governance: &Governance, request: ProposeRequest) -> Answer<ProposePlan> {
    let mut options: Vec<OptionDraft> = request
        .options
        .into_iter()
        .map(|name| OptionDraft {
            name,
            instructions: Vec::new(),
        })
        .collect();
    for proposed in request.instructions {
        let unknown = || Problem::argument(format!("there is no option {}", proposed.option));
        let option = options.get_mut(usize::from(proposed.option));
        let option = option.ok_or_else(unknown)?;
        option.instructions.push(proposed.instruction.into());
    }
    let drafted = propose_instructions(
        governance.realms(),
        &governance::ProposeRequest {
            realm: request.realm.0,
            id: None,
            title: request.title,
            description: request.description,
            options,
            most_choices: request.most_choices,
            shards: request.shards,
        },
        &Caller::new(request.author.0),
    )?;
    Ok(ProposePlan {
        transactions: planned(&drafted.transactions).transactions,
        proposal: drafted.quote.proposal.into(),
        deposit: drafted.quote.deposit,
    })
}

pub(crate) fn fees(governance: &Governance, request: &FeesProposal) -> Answer<Vec<Instruction>> {
    let unknown = QuoteError::UnknownPool {
        pool: request.pool.0,
    };
    let pool = governance.world().pools().pool(&request.pool.0);
    let authority = pool.ok_or(unknown)?.pool.authority;
    let fees = request.fees.into();
    let built = plan::set_fees_instruction(&request.pool.0, &authority, fees);
    Ok(instructions(&[built]))
}

/// Names of bits.
type Pauses = &'static [(u8, &'static str)];

const POOL: Pauses = &[
    (amm::state::pause::SWAP, "swap"),
    (amm::state::pause::ADD_LIQUIDITY, "add_liquidity"),
    (
        amm::state::pause::REMOVE_SINGLE_SIDED,
        "remove_single_sided",
    ),
    (amm::state::pause::REBALANCE, "rebalance"),
];
const MARKET: Pauses = &[
    (orderbook::state::pause::PLACE, "place"),
    (orderbook::state::pause::TAKE, "take"),
    (orderbook::state::pause::DEPOSIT, "deposit"),
    (orderbook::state::pause::CROSS, "cross"),
];
const FARM: Pauses = &[
    (staking::state::pause::STAKE, "stake"),
    (staking::state::pause::FUND, "fund"),
];

fn bits(known: Pauses, actions: &[String]) -> Answer<u8> {
    let mut bits = 0;
    for action in actions {
        let found = known.iter().find(|(_, name)| name == action);
        let unknown = || {
            let names: Vec<&str> = known.iter().map(|(_, name)| *name).collect();
            let names = names.join(", ");
            Problem::argument(format!("{action:?} is none of {names}"))
        };
        bits |= found.ok_or_else(unknown)?.0;
    }
    Ok(bits)
}

pub(crate) fn pause(governance: &Governance, request: &PauseProposal) -> Answer<Vec<Instruction>> {
    let (world, at, actions) = (governance.world(), &request.venue.0, &request.actions);
    let built: SolanaInstruction = if let Some(entry) = world.pools().pool(at) {
        plan::set_paused_instruction(at, &entry.pool.authority, bits(POOL, actions)?)
    } else if let Some(entry) = world.markets().market(at) {
        let authority = &entry.market.authority;
        plan::set_market_paused_instruction(at, authority, bits(MARKET, actions)?)
    } else if let Some(entry) = world.farms().farm(at) {
        set_farm_paused_instruction(at, &entry.account.authority, bits(FARM, actions)?)
    } else {
        let message = format!("{at} is neither a pool nor a market nor a farm");
        let hint = "check the address, and feed its account";
        return Err(Problem::new("unknown_venue", message, hint));
    };
    Ok(instructions(&[built]))
}

pub(crate) fn transfer(
    governance: &Governance,
    request: &TransferProposal,
) -> Answer<Vec<Instruction>> {
    let (realm, to, amount) = (&request.realm.0, &request.to.0, request.amount);
    let Some(mint) = request.mint else {
        let built = proposed_sol_transfer_instruction(realm, to, amount);
        return Ok(instructions(&[built]));
    };
    let world = governance.world();
    let known = world.pools().mint(&mint.0);
    let Some(MintInfo {
        token_program,
        decimals,
        ..
    }) = known.or_else(|| world.farms().mint(&mint.0))
    else {
        let message = format!("{} is not known", mint.0);
        return Err(Problem::new(
            "unknown_mint",
            message,
            "feed the mint's account",
        ));
    };
    let token = (&mint.0, token_program, *decimals);
    let built = proposed_token_transfer_instructions(realm, token, to, amount);
    Ok(instructions(&built))
}
