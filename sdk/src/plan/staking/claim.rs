//! Being paid.

use sealane_core::stake::{MAX_REWARDS, PositionStake, Stake};
use sealane_staking::{
    accounts,
    errors::StakingError,
    instruction as arguments,
    state::{Farm, Position, pause},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{
    epochs::close_due,
    instruction,
    position::forfeit_instruction,
    reward_token, transfer_fee,
    vaults::{Payer, payer},
    with_accounts,
};
use crate::{
    address,
    farms::{
        Entry, FarmError, Farms, Settlement, SettlementStep, Through, known_farm, known_position,
        known_time, moment, settle,
    },
    plan::{Caller, Sequence, Token},
    token::create_associated_token_instruction,
    tx,
};

/// Records that one instruction reads at most, so that it fits a transaction whatever stands beside.
const MAX_RECORDS: usize = 16;

/// How a position is to be paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClaimRequest {
    /// Closes the epochs first that have ended and that nobody has closed. The caller's payer pays
    /// the rent of their records, and gets it back when they expire.
    pub close_due: bool,
    /// Goes on where records were deleted after their grace period: what was earned in their epochs
    /// is lost. Without it that is an error.
    pub give_up_lost: bool,
}

/// What a claim does, by the rewards' indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimQuote {
    /// The position.
    pub position: Pubkey,
    /// Units that leave the farm.
    pub paid: [u64; MAX_REWARDS],
    /// Units that arrive: what transfer fees leave.
    pub received: [u64; MAX_REWARDS],
    /// Units that stay credited, since no vault holds that much and the token's transfer fee keeps
    /// them from being gathered.
    pub unpaid: [u64; MAX_REWARDS],
    /// Epochs whose records are read.
    pub epochs: usize,
    /// Epochs that are closed before.
    pub closed_epochs: usize,
    /// Epochs, first and last, that are given up since their records were deleted.
    pub lost: Option<(u32, u32)>,
}

/// The common part of claiming and restaking.
struct Claiming<'a> {
    farms: &'a Farms,
    farm: Entry<'a, Farm>,
    position: Entry<'a, Position>,
    caller: &'a Caller,
    settlement: Settlement,
    /// The position's stake once it is settled.
    stake: PositionStake,
    instructions: Vec<Instruction>,
    closed_epochs: usize,
}

impl<'a> Claiming<'a> {
    fn new(
        farms: &'a Farms,
        position: &Pubkey,
        request: &ClaimRequest,
        caller: &'a Caller,
    ) -> Result<Self, FarmError> {
        let position = known_position(farms, position)?;
        if position.account.owner != caller.owner {
            return Err(StakingError::WrongOwner.into());
        }
        let farm = known_farm(farms, &position.account.farm)?;
        let mut through = Through::Closed;
        let (mut instructions, mut closed_epochs) = (Vec::new(), 0);
        if request.close_due {
            let now = known_time(farms)?;
            let due = close_due(farms, &farm, &caller.payer, now)?;
            through = Through::Ended(now);
            (instructions, closed_epochs) = (due.instructions, due.epochs.len());
        }
        let mut stake = *position.account.stake();
        let settlement = settle(farms, &position.address, &mut stake, through)?;
        if let Some((from, to)) = settlement.lost().filter(|_| !request.give_up_lost) {
            return Err(FarmError::RecordsGone { from, to });
        }
        Ok(Self {
            farms,
            farm,
            position,
            caller,
            settlement,
            stake,
            instructions,
            closed_epochs,
        })
    }

    /// What settles the position; `credit` makes the instruction that reads the records of epochs.
    fn steps(&self, credit: impl Fn(&[u32]) -> Instruction) -> Vec<Instruction> {
        let mut instructions = Vec::new();
        for step in &self.settlement.steps {
            match step {
                SettlementStep::PassOver { before } | SettlementStep::GiveUp { before, .. } => {
                    instructions.push(forfeit_instruction(
                        &self.farm.address,
                        &self.position.address,
                        &self.caller.owner,
                        *before,
                    ));
                }
                SettlementStep::Credit { epochs } => {
                    instructions.extend(epochs.chunks(MAX_RECORDS).map(&credit));
                }
            }
        }
        instructions
    }

    fn create_account(&mut self, token: &Token) {
        if self.caller.create_accounts {
            self.instructions.push(create_associated_token_instruction(
                &self.caller.payer,
                &self.caller.owner,
                &token.mint,
                &token.program,
            ));
        }
    }

    fn payer(&self, reward: u8, amount: u64, only: Option<&Pubkey>) -> Result<Payer, FarmError> {
        let who = &self.position.address;
        payer(self.farms, &self.farm, reward, amount, who, only)
    }

    fn records(&self, instruction: Instruction, epochs: &[u32]) -> Instruction {
        let records = epochs.iter();
        let records = records.map(|epoch| address::epoch_record(&self.farm.address, *epoch).0);
        with_accounts(instruction, records, false)
    }

    /// The claim of a reward with some epochs.
    fn claim(&self, payer: &Payer, reward: u8, token: &Token, epochs: &[u32]) -> Instruction {
        let accounts = accounts::Claim {
            farm: self.farm.address,
            shard: payer.vault.shard,
            position: self.position.address,
            owner: self.caller.owner,
            recipient: self.caller.account(token),
            reward_vault: payer.vault.address,
            reward_mint: token.mint,
            reward_token_program: token.program,
        };
        self.records(instruction(&accounts, &arguments::Claim { reward }), epochs)
    }
}

/// Credits a position with its part of all closed epochs, and pays all that it has earned to the
/// caller's wallet, in as many transactions as that takes. Each reward is paid by a vault that holds
/// enough; where none does, one gets what it lacks from others first, or, if that would cost a transfer
/// fee, the reward stays credited.
///
/// ```
/// use sealane_sdk::{farms::{FarmError, Farms}, plan::{Caller, staking}};
/// use solana_pubkey::Pubkey;
///
/// let (position, owner) = (Pubkey::new_unique(), Caller::new(Pubkey::new_unique()));
/// let request = staking::ClaimRequest::default();
/// let unknown = staking::claim_instructions(&Farms::new(), &position, &request, &owner);
/// assert_eq!(unknown, Err(FarmError::UnknownPosition { position }));
/// ```
///
/// # Errors
/// [`FarmError::Refused`] with `NothingToClaim` if nothing is to be paid or credited;
/// [`FarmError::RecordsGone`] where rewards were lost; [`FarmError`] if the cache lacks an account.
pub fn claim_instructions(
    farms: &Farms,
    position: &Pubkey,
    request: &ClaimRequest,
    caller: &Caller,
) -> Result<Sequence<ClaimQuote>, FarmError> {
    let mut claiming = Claiming::new(farms, position, request, caller)?;
    let (mut paid, mut unpaid) = (claiming.stake.owed, [0; MAX_REWARDS]);
    let mut payers = Vec::new();
    let mut stopped = None;
    for reward in 0..claiming.farm.account.reward_count {
        let index = usize::from(reward);
        if paid[index] == 0 {
            continue;
        }
        match claiming.payer(reward, paid[index], None) {
            Ok(payer) => payers.push((reward, payer)),
            // The others are paid nevertheless.
            Err(error @ FarmError::VaultsTooSmall { .. }) => {
                unpaid[index] = std::mem::take(&mut paid[index]);
                stopped = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    if payers.is_empty() {
        if let Some(error) = stopped {
            return Err(error);
        }
        if claiming.settlement.steps.is_empty() {
            return Err(StakingError::NothingToClaim.into());
        }
        // Brings the position up to date.
        payers.push((0, claiming.payer(0, 0, None)?));
    }
    for (at, (reward, payer)) in payers.iter().enumerate() {
        let (index, token) = reward_token(claiming.farm.account, *reward)?;
        claiming.create_account(&token);
        claiming.instructions.extend(payer.moves.iter().cloned());
        let claim = |epochs: &[u32]| claiming.claim(payer, *reward, &token, epochs);
        let mut claims = Vec::new();
        if at == 0 {
            // The first one's claims read the records, and each pays what it credits.
            claims = claiming.steps(claim);
        }
        if (at > 0 || claiming.settlement.credits.is_empty()) && paid[index] > 0 {
            claims.push(claim(&[]));
        }
        claiming.instructions.extend(claims);
    }
    Ok(Sequence {
        quote: quote(&claiming, paid, unpaid)?,
        transactions: tx::pack(&caller.payer, claiming.instructions),
    })
}

fn quote(
    claiming: &Claiming<'_>,
    paid: [u64; MAX_REWARDS],
    unpaid: [u64; MAX_REWARDS],
) -> Result<ClaimQuote, FarmError> {
    let mut received = [0; MAX_REWARDS];
    for reward in 0..claiming.farm.account.reward_count {
        let (index, token) = reward_token(claiming.farm.account, reward)?;
        if paid[index] > 0 {
            received[index] = transfer_fee(claiming.farms, &token)?.after_fee(paid[index]);
        }
    }
    Ok(ClaimQuote {
        position: claiming.position.address,
        paid,
        received,
        unpaid,
        epochs: claiming.settlement.epochs(),
        closed_epochs: claiming.closed_epochs,
        lost: claiming.settlement.lost(),
    })
}

/// What restaking does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestakeQuote {
    /// The position.
    pub position: Pubkey,
    /// Units of the reward that are staked: what a transfer fee leaves.
    pub added: u64,
    /// The stake afterwards.
    pub stake: Stake,
    /// Units credited of all rewards and not paid out; claims pay them.
    pub owed: [u64; MAX_REWARDS],
    /// Epochs whose records are read.
    pub epochs: usize,
    /// Epochs that are closed before.
    pub closed_epochs: usize,
    /// Epochs, first and last, that are given up since their records were deleted.
    pub lost: Option<(u32, u32)>,
}

/// Credits a position with its part of all closed epochs, and stakes what it has earned of a reward
/// that is the staked token. The other rewards are credited, and paid by a claim.
///
/// # Errors
/// As [`claim_instructions`]; [`FarmError::Refused`] with `NotTheStakedToken` for another token.
pub fn restake_instructions(
    farms: &Farms,
    position: &Pubkey,
    reward: u8,
    request: &ClaimRequest,
    caller: &Caller,
) -> Result<Sequence<RestakeQuote>, FarmError> {
    let mut claiming = Claiming::new(farms, position, request, caller)?;
    let config = claiming.farm.account;
    config.require_active(pause::STAKE)?;
    let (index, token) = reward_token(config, reward)?;
    if token.mint != config.stake_mint {
        return Err(StakingError::NotTheStakedToken.into());
    }
    let amount = claiming.stake.owed[index];
    if amount == 0 {
        return Err(StakingError::NothingToClaim.into());
    }
    let shard = claiming.position.account.shard;
    let payer = claiming.payer(reward, amount, Some(&shard))?;
    let restakes = claiming.restakes(&payer, (reward, index), &token);
    claiming.instructions.extend(payer.moves.iter().cloned());
    claiming.instructions.extend(restakes);
    let added = transfer_fee(farms, &token)?.after_fee(amount);
    let at = moment(config, known_time(farms)?)?;
    let change = claiming.stake.add(&at, &config.terms(), added)?;
    claiming.stake.owed[index] = 0;
    Ok(Sequence {
        quote: RestakeQuote {
            position: *position,
            added,
            stake: change.after,
            owed: claiming.stake.owed,
            epochs: claiming.settlement.epochs(),
            closed_epochs: claiming.closed_epochs,
            lost: claiming.settlement.lost(),
        },
        transactions: tx::pack(&caller.payer, claiming.instructions),
    })
}

impl Claiming<'_> {
    /// Settles by restaking; where some epochs have nothing of the reward, by a claim that pays
    /// nothing, since nothing cannot be staked.
    fn restakes(
        &mut self,
        payer: &Payer,
        (reward, index): (u8, usize),
        token: &Token,
    ) -> Vec<Instruction> {
        let owed = self.position.account.owed[index];
        let credited = |epochs: &[u32]| -> u64 {
            let credits = self.settlement.credits.iter();
            let of_these = credits.filter(|(epoch, _)| epochs.contains(epoch));
            of_these
                .map(|(_, shares)| shares[index])
                .fold(0, u64::saturating_add)
        };
        let pays_first = |epochs: &[u32]| {
            let first = self.settlement.credits.first();
            owed > 0 && first.is_some_and(|(epoch, _)| epochs.contains(epoch))
        };
        let steps = self.steps(|epochs| {
            if credited(epochs) > 0 || pays_first(epochs) {
                self.restake(payer, reward, token, epochs)
            } else {
                self.claim(payer, reward, token, epochs)
            }
        });
        if self.settlement.credits.is_empty() {
            let rest = self.restake(payer, reward, token, &[]);
            return [steps, vec![rest]].concat();
        }
        let pays_nothing = self.settlement.steps.iter().any(|step| match step {
            SettlementStep::Credit { epochs } => epochs
                .chunks(MAX_RECORDS)
                .any(|part| credited(part) == 0 && !pays_first(part)),
            _ => false,
        });
        if pays_nothing {
            self.create_account(token);
        }
        steps
    }

    fn restake(&self, payer: &Payer, reward: u8, token: &Token, epochs: &[u32]) -> Instruction {
        let shard = payer.vault.shard;
        let accounts = accounts::Restake {
            farm: self.farm.address,
            shard,
            position: self.position.address,
            owner: self.caller.owner,
            reward_vault: payer.vault.address,
            stake_vault: address::stake_vault(&shard).0,
            mint: token.mint,
            token_program: token.program,
        };
        self.records(
            instruction(&accounts, &arguments::Restake { reward }),
            epochs,
        )
    }
}
