//! More of a reward.

use sealane_staking::{accounts, errors::StakingError, instruction as arguments, state::pause};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{
    epochs::close_due,
    instruction, reward_token, transfer_fee,
    vaults::{balance, vaults},
};
use crate::{
    farms::{FarmError, Farms, known_budget, known_farm, known_time, moment},
    plan::{Caller, Sequence},
    quote::spread,
    tx,
};

/// An end that stands for the present one.
const SAME_END: i64 = 0;

/// A reward to be topped up, or to be paid for longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundRequest {
    /// The farm.
    pub farm: Pubkey,
    /// Which of its rewards.
    pub reward: u8,
    /// Units that leave the funder's wallet.
    pub amount: u64,
    /// Until when the reward is to be paid, Unix seconds; only the authority may change that.
    /// `None`: as it is.
    pub end: Option<i64>,
}

/// What funding does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundQuote {
    /// Units that leave the funder's wallet.
    pub sent: u64,
    /// Units that arrive: what a transfer fee leaves.
    pub funded: u64,
    /// When the reward begins afterwards, Unix seconds.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// Epochs that are closed before, since funding is for the time from the present one on.
    pub closed_epochs: usize,
}

/// Tops a reward up, and spreads what is funded evenly over the shards' vaults; what has a transfer
/// fee all goes to the fullest of them. Epochs that have ended are closed first.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account, or the program would refuse.
pub fn fund_instructions(
    farms: &Farms,
    request: &FundRequest,
    caller: &Caller,
) -> Result<Sequence<FundQuote>, FarmError> {
    let farm = known_farm(farms, &request.farm)?;
    let config = farm.account;
    config.require_active(pause::FUND)?;
    let (index, token) = reward_token(config, request.reward)?;
    let end = request.end.unwrap_or(SAME_END);
    if request.amount == 0 && end == SAME_END {
        return Err(StakingError::ZeroAmount.into());
    }
    if end != SAME_END && config.authority != caller.owner {
        return Err(StakingError::WrongAuthority.into());
    }
    let fee = transfer_fee(farms, &token)?;
    let funded = fee
        .net_of(request.amount)
        .map_err(|_| StakingError::TransferFeeTooHigh)?;
    let now = known_time(farms)?;
    let due = close_due(farms, &farm, &caller.payer, now)?;
    let mut schedule = due.schedules[index];
    if end == SAME_END {
        schedule.top_up(funded, now)?;
    } else {
        let from = config.epochs().begin(moment(config, now)?.epoch);
        schedule.extend(funded, end, from, now)?;
    }
    let vaults = vaults(farms, &farm, index)?;
    // What cannot be moved between vaults without loss had better lie in one.
    let fullest = || (0..vaults.len()).max_by_key(|at| vaults[*at].held);
    let charging = fee.bps > 0;
    let first = if charging { fullest() } else { None };
    let first = first.unwrap_or_else(|| spread(&caller.owner, vaults.len()));
    let fund = instruction(
        &accounts::Fund {
            funder: caller.owner,
            farm: farm.address,
            budget: known_budget(farms, &farm.address)?.address,
            shard: vaults[first].shard,
            reward_vault: vaults[first].address,
            funder_tokens: caller.account(&token),
            reward_mint: token.mint,
            reward_token_program: token.program,
        },
        &arguments::Fund {
            reward: request.reward,
            amount: request.amount,
            end,
        },
    );
    let mut instructions: Vec<Instruction> = due.instructions;
    instructions.push(fund);
    let part = funded / vaults.len() as u64;
    if !charging && part > 0 {
        for vault in vaults
            .iter()
            .filter(|vault| vault.index != vaults[first].index)
        {
            instructions.push(balance(&farm, request.reward, &vaults[first], vault, part)?);
        }
    }
    Ok(Sequence {
        transactions: tx::pack(&caller.payer, instructions),
        quote: FundQuote {
            sent: request.amount,
            funded,
            start: schedule.start,
            end: schedule.end,
            closed_epochs: due.epochs.len(),
        },
    })
}
