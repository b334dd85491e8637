//! What all instructions refuse alike. Which account plays which role in an instruction is told by
//! its address, so that one list of attacks does for every instruction.

use sealane_staking::errors::StakingError;
use sealane_testkit::{Reason, staking::TestFarm};
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{OTHER, OWN, Subject, at, replaced},
};

const NOTHING: Pubkey = Pubkey::new_from_array([7; 32]);

/// What an account is in an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Farm,
    Budget,
    Shard,
    Vault,
    Position,
    Record,
    Mint,
    TokenProgram,
    SystemProgram,
    Other,
}

impl Role {
    /// Whether the program keeps such an account, as a type of its own.
    fn is_typed(self) -> bool {
        matches!(
            self,
            Self::Farm | Self::Budget | Self::Shard | Self::Position | Self::Record
        )
    }

    /// What somebody is told who names the account of another farm.
    fn foreign(self) -> &'static [StakingError] {
        match self {
            Self::Farm => &[StakingError::WrongFarm, StakingError::WrongAuthority],
            Self::Budget | Self::Record | Self::Position => &[StakingError::WrongFarm],
            Self::Shard => &[StakingError::WrongFarm, StakingError::WrongShard],
            Self::Vault => &[StakingError::WrongVault],
            _ => &[],
        }
    }
}

/// Sends attacks on each instruction.
fn on_each(attack: impl Fn(&mut Arena, &Subject)) {
    let mut arena = Arena::new();
    for subject in arena.subjects() {
        arena.accepts(subject.name, &subject.valid);
        attack(&mut arena, &subject);
    }
    arena.finish();
}

/// Sends an attack for each account of a role, of each instruction.
fn on_each_account(attack: impl Fn(&mut Arena, &Subject, usize, Role)) {
    on_each(|arena, subject| {
        for index in 0..subject.valid.accounts.len() {
            let role = arena.role(&subject.valid.accounts[index].pubkey);
            attack(arena, subject, index, role);
        }
    });
}

fn builtin(error: InstructionError) -> Reason {
    Reason::builtin(&error)
}

fn staking(errors: &[StakingError]) -> Vec<Reason> {
    errors.iter().map(|error| Reason::staking(*error)).collect()
}

fn signed_by(instruction: &Instruction, index: usize) -> bool {
    instruction.accounts[index].is_signer
}

#[test]
fn signatures_are_missing() {
    on_each(|arena, subject| {
        for index in 0..subject.declared {
            if signed_by(&subject.valid, index) {
                let mut attack = subject.valid.clone();
                attack.accounts[index].is_signer = false;
                let what = format!("{}: {index} unsigned", subject.name);
                let reason = builtin(InstructionError::MissingRequiredSignature);
                arena.refuses_for(&what, attack, &[reason]);
            }
        }
    });
}

#[test]
fn somebody_else_signs() {
    on_each(|arena, subject| {
        let Some(error) = subject.stranger else {
            return;
        };
        let rightful = [arena.attacker.wallet, arena.farm.creator, arena.old.creator];
        for index in 0..subject.declared {
            let address = subject.valid.accounts[index].pubkey;
            let pays = subject.name == "add_shard" && index == 0;
            if !signed_by(&subject.valid, index) || !rightful.contains(&address) || pays {
                continue;
            }
            let attack = at(subject.valid.clone(), index, arena.victim.wallet);
            arena.refuses(&format!("{}: stranger", subject.name), attack, error);
        }
    });
}

/// The victim's position with the attacker's signature.
#[test]
fn the_position_is_somebody_elses() {
    on_each(|arena, subject| {
        for own in [arena.attacker.position, arena.idle] {
            let named = subject.valid.accounts.iter().any(|meta| meta.pubkey == own);
            if named && subject.name != "open_position" {
                let attack = replaced(subject.valid.clone(), &[(own, arena.victim.position)]);
                let what = format!("{}: the victim's position", subject.name);
                arena.refuses(&what, attack, StakingError::WrongOwner);
            }
        }
    });
}

#[test]
fn accounts_are_not_writable() {
    on_each(|arena, subject| {
        for index in 0..subject.valid.accounts.len() {
            let meta = &subject.valid.accounts[index];
            // Who pays the network's fee is written in any case.
            let pays = meta.pubkey == arena.world.world.svm.payer();
            if !meta.is_writable || meta.is_signer || pays {
                continue;
            }
            let mut attack = subject.valid.clone();
            attack.accounts[index].is_writable = false;
            let what = format!("{}: {index} read-only", subject.name);
            arena.refuses_for(&what, attack, &[Reason::NOT_WRITABLE]);
        }
    });
}

#[test]
fn one_account_is_named_for_two() {
    on_each(|arena, subject| {
        let metas = subject.valid.accounts.clone();
        let written = |index: &usize| metas[*index].is_writable && !metas[*index].is_signer;
        for index in (0..subject.declared).filter(written) {
            for again in (0..subject.declared).filter(written) {
                if index != again {
                    let attack = at(subject.valid.clone(), index, metas[again].pubkey);
                    let what = format!("{}: {again} again at {index}", subject.name);
                    arena.refuses_for(&what, attack, &[Reason::DUPLICATE_ACCOUNT]);
                }
            }
        }
    });
}

/// Look-alikes of the program's own accounts: bytes that another program owns, and accounts of
/// every other type.
#[test]
fn impostors_for_the_programs_accounts() {
    on_each_account(|arena, subject, index, role| {
        let meta = subject.valid.accounts[index].clone();
        let exists = arena.world.world.svm.account(&meta.pubkey).is_some();
        if !role.is_typed() || !exists {
            return;
        }
        let mut impostors = vec![
            arena.counterfeit(&meta.pubkey),
            arena.foreign.address,
            NOTHING,
        ];
        let others = [
            (Role::Farm, arena.old.address),
            (Role::Budget, arena.old.budget),
            (Role::Shard, arena.old.shards[2].address),
            (Role::Position, arena.victim.elsewhere),
            (Role::Record, arena.farm.record(0)),
        ];
        let others = others.iter().filter(|(other, _)| *other != role);
        impostors.extend(others.map(|(_, address)| *address));
        for impostor in impostors {
            // One that is there already and written is refused as named twice.
            if subject
                .valid
                .accounts
                .iter()
                .any(|one| one.pubkey == impostor)
            {
                continue;
            }
            let attack = at(subject.valid.clone(), index, impostor);
            let what = format!("{}: {impostor} as {role:?} at {index}", subject.name);
            let reasons = [
                InstructionError::IllegalOwner,
                InstructionError::InvalidAccountData,
                InstructionError::AccountDataTooSmall,
                InstructionError::UninitializedAccount,
            ];
            arena.refuses_for(&what, attack, &reasons.map(builtin));
        }
    });
}

#[test]
fn accounts_of_another_farm() {
    on_each_account(|arena, subject, index, role| {
        let address = subject.valid.accounts[index].pubkey;
        let exists = arena.world.world.svm.account(&address).is_some();
        let Some(other) = arena.counterpart(&address).filter(|_| exists) else {
            return;
        };
        let attack = at(subject.valid.clone(), index, other);
        let what = format!("{}: another farm's {role:?} at {index}", subject.name);
        arena.refuses_for(&what, attack, &staking(role.foreign()));
    });
}

/// All accounts that an instruction names of a farm's shard, replaced by those of another farm's: they
/// agree among each other.
#[test]
fn shards_of_another_farm_that_agree_with_themselves() {
    on_each(|arena, subject| {
        let (ours, theirs) = (arena.farm.shards[0], arena.old.shards[0]);
        if subject.name == "open_position" || !names(&subject.valid, &ours.address) {
            return;
        }
        let mut pairs = vec![
            (ours.address, theirs.address),
            (ours.stake_vault, theirs.stake_vault),
        ];
        pairs.extend([OWN, OTHER].map(|one| (ours.reward_vault(one), theirs.reward_vault(one))));
        let attack = replaced(subject.valid.clone(), &pairs);
        let errors = [StakingError::WrongFarm, StakingError::WrongShard];
        let what = format!("{}: another farm's shard", subject.name);
        arena.refuses_for(&what, attack, &staking(&errors));
    });
}

#[test]
fn foreign_vaults() {
    on_each_account(|arena, subject, index, role| {
        if role != Role::Vault || subject.name == "add_reward_vault" {
            return;
        }
        let address = subject.valid.accounts[index].pubkey;
        let mut impostors = vec![
            arena.farm.stake.account_of(&arena.victim.wallet),
            arena.foreign.account_of(&arena.attacker.wallet),
        ];
        for shard in &arena.farm.shards {
            impostors.push(shard.stake_vault);
            impostors.extend([OWN, OTHER].map(|reward| shard.reward_vault(reward)));
        }
        for impostor in impostors {
            if impostor == address || names(&subject.valid, &impostor) {
                continue;
            }
            let attack = at(subject.valid.clone(), index, impostor);
            let what = format!("{}: {impostor} as vault at {index}", subject.name);
            arena.refuses(&what, attack, StakingError::WrongVault);
        }
    });
}

#[test]
fn vaults_are_swapped() {
    let mut arena = Arena::new();
    for subject in arena.subjects() {
        let ours = arena.farm.shards[0];
        let (stake, reward) = (ours.stake_vault, ours.reward_vault(OWN));
        if names(&subject.valid, &stake) && names(&subject.valid, &reward) {
            let swapped = [(stake, reward), (reward, stake)];
            let attack = replaced(subject.valid.clone(), &swapped);
            let what = format!("{}: swapped", subject.name);
            arena.refuses(&what, attack, StakingError::WrongVault);
        }
    }
    arena.finish();
}

#[test]
fn mints_and_programs_that_are_not_the_farms() {
    on_each_account(|arena, subject, index, role| {
        let address = subject.valid.accounts[index].pubkey;
        let [own, other] = [arena.farm.rewards[0].address, arena.farm.rewards[1].address];
        let free = ["create_farm", "add_reward"].contains(&subject.name);
        match role {
            Role::Mint if !free => {
                let another = if address == own { other } else { own };
                for mint in [another, arena.foreign.address, NOTHING] {
                    let attack = at(subject.valid.clone(), index, mint);
                    let what = format!("{}: {mint} as mint", subject.name);
                    arena.refuses(&what, attack, StakingError::WrongMint);
                }
            }
            Role::TokenProgram => {
                for program in [arena.fake_program, spl_token_2022_interface::ID] {
                    let attack = at(subject.valid.clone(), index, program);
                    let what = format!("{}: {program} as token program", subject.name);
                    arena.refuses(&what, attack, StakingError::WrongTokenProgram);
                }
            }
            Role::SystemProgram => {
                let attack = at(subject.valid.clone(), index, arena.fake_program);
                let reason = builtin(InstructionError::IncorrectProgramId);
                let what = format!("{}: a system program", subject.name);
                arena.refuses_for(&what, attack, &[reason]);
            }
            _ => {}
        }
    });
}

/// New accounts belong at one address each.
#[test]
fn new_accounts_at_other_addresses() {
    on_each(|arena, subject| {
        for index in 0..subject.declared {
            let meta = &subject.valid.accounts[index];
            let exists = arena.world.world.svm.account(&meta.pubkey).is_some();
            if exists || !meta.is_writable {
                continue;
            }
            let elsewhere = arena.world.world.address();
            let attack = at(subject.valid.clone(), index, elsewhere);
            let what = format!("{}: another address at {index}", subject.name);
            arena.refuses(&what, attack, StakingError::WrongAddress);
        }
    });
}

fn names(instruction: &Instruction, address: &Pubkey) -> bool {
    let mut accounts = instruction.accounts.iter();
    accounts.any(|meta| meta.pubkey == *address)
}

impl Arena {
    fn role(&self, address: &Pubkey) -> Role {
        for farm in [&self.farm, &self.old] {
            if let Some(role) = role_in(farm, address) {
                return role;
            }
        }
        let (attacker, victim) = (&self.attacker, &self.victim);
        let positions = [
            attacker.position,
            attacker.elsewhere,
            victim.position,
            victim.elsewhere,
            self.idle,
        ];
        if positions.contains(address) {
            Role::Position
        } else if self
            .farm
            .rewards
            .iter()
            .any(|mint| mint.address == *address)
        {
            Role::Mint
        } else if *address == spl_token_interface::ID {
            Role::TokenProgram
        } else if *address == solana_system_interface::program::ID {
            Role::SystemProgram
        } else {
            Role::Other
        }
    }

    /// The account that plays the same role in the other farm.
    fn counterpart(&self, address: &Pubkey) -> Option<Pubkey> {
        let accounts = |farm: &TestFarm, epoch| {
            let mut all = vec![farm.address, farm.budget, farm.record(epoch)];
            for shard in farm.shards.iter().take(3) {
                all.extend([shard.address, shard.stake_vault]);
                all.extend([OWN, OTHER].map(|reward| shard.reward_vault(reward)));
            }
            all
        };
        let (mut ours, mut theirs) = (accounts(&self.farm, 0), accounts(&self.old, 1));
        ours.push(self.attacker.position);
        theirs.push(self.attacker.elsewhere);
        let at = |all: &[Pubkey]| all.iter().position(|one| one == address);
        at(&ours)
            .map(|at| theirs[at])
            .or_else(|| at(&theirs).map(|at| ours[at]))
    }
}

fn role_in(farm: &TestFarm, address: &Pubkey) -> Option<Role> {
    if *address == farm.address {
        return Some(Role::Farm);
    }
    if *address == farm.budget {
        return Some(Role::Budget);
    }
    if (0..3).any(|epoch| farm.record(epoch) == *address) {
        return Some(Role::Record);
    }
    farm.shards.iter().find_map(|shard| {
        let vaults = [
            shard.stake_vault,
            shard.reward_vault(OWN),
            shard.reward_vault(OTHER),
        ];
        if shard.address == *address {
            Some(Role::Shard)
        } else {
            vaults.contains(address).then_some(Role::Vault)
        }
    })
}
