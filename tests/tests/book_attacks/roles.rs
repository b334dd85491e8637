//! What all instructions refuse alike. Which account plays which role in an instruction is told by
//! its address, so that one list of attacks does for every instruction.

use sealane_orderbook::errors::OrderbookError;
use sealane_testkit::{Reason, book::market::TestMarket};
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{at, names, replaced},
    subjects::{Rights, Subject, subjects},
};

const NOTHING: Pubkey = Pubkey::new_from_array([7; 32]);

/// The error of an account that another program owns.
const WRONG_OWNER: InstructionError = InstructionError::IllegalOwner;
/// The error of an account of another type.
const WRONG_TYPE: InstructionError = InstructionError::InvalidAccountData;
/// The error of an account that is shorter than its type.
const TOO_SHORT: InstructionError = InstructionError::AccountDataTooSmall;

/// What is put in the place of an account, and the refusal.
type Case = (&'static str, Pubkey, Reason);

/// Sends attacks on each instruction.
fn on_each(attack: impl Fn(&mut Arena, &Subject)) {
    let mut arena = Arena::new();
    for subject in subjects(&arena) {
        arena.accepts(subject.name, &subject.valid);
        attack(&mut arena, &subject);
    }
    arena.finish();
}

/// Sends attacks on each account of each instruction.
fn on_each_account(cases: impl Fn(&mut Arena, &Subject, usize) -> Vec<Case>) {
    on_each(|arena, subject| {
        for index in 0..subject.valid.accounts.len() {
            for (what, impostor, reason) in cases(arena, subject, index) {
                let attack = at(subject.valid.clone(), index, impostor);
                arena.refuses(
                    &format!("{}: {what} at {index}", subject.name),
                    attack,
                    reason,
                );
            }
        }
    });
}

fn book(error: OrderbookError) -> Reason {
    Reason::orderbook(error)
}

#[test]
fn signatures_are_missing() {
    on_each(|arena, subject| {
        let Subject { name, valid, .. } = subject;
        let victims = replaced(valid.clone(), &arena.attackers_to_victims());
        for whose in [valid, &victims] {
            for (index, meta) in whose.accounts.iter().enumerate() {
                if meta.is_signer {
                    let mut attack = whose.clone();
                    attack.accounts[index].is_signer = false;
                    let what = format!("{name}: {} unsigned", meta.pubkey);
                    let error = InstructionError::MissingRequiredSignature;
                    arena.refuses_builtin(&what, attack, error);
                }
            }
        }
    });
}

#[test]
fn somebody_else_signs() {
    on_each(|arena, subject| {
        let Some(error) = subject.rights.refusal() else {
            return;
        };
        let delegate = arena.client.wallet;
        let [maker, _] = arena.makers;
        for stranger in [arena.victim.wallet, delegate, maker.wallet] {
            let attack = replaced(subject.valid.clone(), &[(arena.attacker.wallet, stranger)]);
            arena.refuses_book(
                &format!("{}: {stranger} signs", subject.name),
                attack,
                error,
            );
        }
    });
}

#[test]
fn the_lane_is_somebody_elses() {
    on_each(|arena, subject| {
        let Some(error) = subject.rights.refusal() else {
            return;
        };
        let others = [arena.victim, arena.bidder, arena.referrer];
        for other in others {
            let lanes = [
                (arena.attacker.lane, other.lane),
                (arena.idle, other.lane),
                (other.lane, arena.attacker.lane),
            ];
            let attack = replaced(subject.valid.clone(), &lanes);
            arena.refuses_book(&format!("{}: {}", subject.name, other.lane), attack, error);
        }
    });
}

/// The attacker is the client's delegate, who may trade and nothing else.
#[test]
fn a_delegate_does_what_is_for_the_owner() {
    on_each(|arena, subject| {
        let lanes = [
            (arena.attacker.lane, arena.client.lane),
            (arena.idle, arena.client.lane),
        ];
        let attack = replaced(subject.valid.clone(), &lanes);
        if subject.rights == Rights::Owner {
            let error = OrderbookError::WrongOwner;
            arena.refuses_book(&format!("{}: by delegate", subject.name), attack, error);
        }
    });
}

#[test]
fn accounts_are_not_writable() {
    on_each(|arena, subject| {
        for address in writable(&subject.valid) {
            let mut attack = subject.valid.clone();
            for meta in &mut attack.accounts {
                meta.is_writable &= meta.pubkey != address;
            }
            let what = format!("{}: read-only {address}", subject.name);
            arena.refuses(&what, attack, Reason::NOT_WRITABLE);
        }
    });
}

#[test]
fn one_account_is_named_for_two() {
    on_each(|arena, subject| {
        for (index, meta) in subject.valid.accounts.iter().enumerate() {
            if !meta.is_writable || meta.is_signer {
                continue;
            }
            for again in writable(&subject.valid).filter(|again| *again != meta.pubkey) {
                let attack = at(subject.valid.clone(), index, again);
                let what = format!("{}: {again} again at {index}", subject.name);
                let first = subject.valid.accounts.iter();
                let first = first.take(subject.declared);
                let both_declared =
                    index < subject.declared && first.clone().any(|meta| meta.pubkey == again);
                let reason = if both_declared {
                    Reason::DUPLICATE_ACCOUNT
                } else if index < subject.declared {
                    // Of another lane or no lane at all, refused as such before it is known to be
                    // named twice.
                    continue;
                } else {
                    book(OrderbookError::DuplicateLane)
                };
                arena.refuses(&what, attack, reason);
            }
        }
    });
}

#[test]
fn impostors_for_markets() {
    on_each_account(|arena, subject, index| {
        let address = subject.valid.accounts[index].pubkey;
        if arena.role(&address) != Role::Market {
            return Vec::new();
        }
        let counterfeit = arena.counterfeit(&address);
        let (mint, vaults) = (arena.foreign.address, arena.market.vaults[2].address);
        let lane = arena.idle;
        if subject.knows_its_market() {
            return [
                counterfeit,
                mint,
                vaults,
                lane,
                NOTHING,
                arena.other.address,
            ]
            .map(|other| ("a market", other, book(OrderbookError::WrongMarket)))
            .to_vec();
        }
        let (foreign, nothing) = if subject.valid.accounts[index].is_writable {
            (TOO_SHORT, TOO_SHORT)
        } else {
            (WRONG_OWNER, InstructionError::UninitializedAccount)
        };
        vec![
            ("a counterfeit", counterfeit, Reason::builtin(&WRONG_OWNER)),
            ("a mint", mint, Reason::builtin(&foreign)),
            ("a vault shard", vaults, Reason::builtin(&TOO_SHORT)),
            ("a lane", lane, Reason::builtin(&WRONG_TYPE)),
            ("nothing", NOTHING, Reason::builtin(&nothing)),
            (
                "the other market",
                arena.other.address,
                book(subject.other_market),
            ),
        ]
    });
}

#[test]
fn impostors_for_vault_shards() {
    on_each_account(|arena, subject, index| {
        let address = subject.valid.accounts[index].pubkey;
        if arena.role(&address) != Role::VaultShard {
            return Vec::new();
        }
        let counterfeit = arena.counterfeit(&address);
        let (foreign, nothing) = if subject.valid.accounts[index].is_writable {
            (TOO_SHORT, TOO_SHORT)
        } else {
            (WRONG_OWNER, InstructionError::UninitializedAccount)
        };
        let other = arena.other.vaults[0].address;
        let mut cases = vec![
            ("a counterfeit", counterfeit, Reason::builtin(&WRONG_OWNER)),
            ("a mint", arena.foreign.address, Reason::builtin(&foreign)),
            (
                "a market",
                arena.other.address,
                Reason::builtin(&WRONG_TYPE),
            ),
            (
                "a lane",
                arena.victim.elsewhere,
                Reason::builtin(&WRONG_TYPE),
            ),
            ("nothing", NOTHING, Reason::builtin(&nothing)),
            (
                "the other market's",
                other,
                book(OrderbookError::WrongMarket),
            ),
        ];
        let vaults = arena.market.vaults.iter();
        let has_vaults = vaults
            .flat_map(|vaults| [vaults.base, vaults.quote])
            .any(|vault| names(&subject.valid, &vault));
        if has_vaults {
            let spare = arena.market.vaults[2].address;
            cases.push(("another shard", spare, book(OrderbookError::WrongVault)));
        }
        cases
    });
}

#[test]
fn foreign_vaults() {
    on_each_account(|arena, subject, index| {
        let address = subject.valid.accounts[index].pubkey;
        let Role::Vault(own) = arena.role(&address) else {
            return Vec::new();
        };
        let pick = |market: &TestMarket, shard: usize| {
            let vaults = market.vaults[shard];
            [vaults.base, vaults.quote][own]
        };
        let mints = [&arena.market.base, &arena.market.quote];
        let spare = arena.market.vaults[2];
        [
            ("another shard's vault", pick(&arena.market, 2)),
            ("another market's vault", pick(&arena.other, 0)),
            ("a vault of the other mint", [spare.quote, spare.base][own]),
            (
                "the victim's account",
                mints[own].account_of(&arena.victim.wallet),
            ),
            (
                "a foreign account",
                arena.foreign.account_of(&arena.attacker.wallet),
            ),
        ]
        .map(|(what, vault)| (what, vault, book(OrderbookError::WrongVault)))
        .to_vec()
    });
}

/// All accounts of the other market's vault shard, and both vaults swapped.
#[test]
fn vault_shards_that_agree_with_themselves() {
    on_each(|arena, subject| {
        let (ours, theirs) = (arena.market.vaults.clone(), arena.other.vaults[1]);
        for (number, vaults) in ours.iter().enumerate() {
            if !names(&subject.valid, &vaults.address) || !names(&subject.valid, &vaults.quote) {
                continue;
            }
            let all = [
                (vaults.address, theirs.address),
                (vaults.base, theirs.base),
                (vaults.quote, theirs.quote),
            ];
            let attack = replaced(subject.valid.clone(), &all);
            let what = format!("{}: foreign vaults for {number}", subject.name);
            arena.refuses_book(&what, attack, OrderbookError::WrongMarket);
            if names(&subject.valid, &vaults.base) {
                let swapped = [(vaults.base, vaults.quote), (vaults.quote, vaults.base)];
                let attack = replaced(subject.valid.clone(), &swapped);
                let what = format!("{}: swapped vaults of {number}", subject.name);
                arena.refuses_book(&what, attack, OrderbookError::WrongVault);
            }
        }
    });
}

#[test]
fn impostors_for_lanes() {
    on_each_account(|arena, subject, index| {
        let meta = &subject.valid.accounts[index];
        let trails = index >= subject.declared;
        // A referrer's lane may be closed: then its address is all that is left of it.
        let is_fees_referrer = meta.pubkey == arena.referrer.lane && subject.name.contains("fees");
        if arena.role(&meta.pubkey) != Role::Lane || is_fees_referrer {
            return Vec::new();
        }
        let counterfeit = arena.counterfeit(&meta.pubkey);
        let malformed = book(OrderbookError::MalformedLane);
        let mut cases = vec![
            ("a counterfeit", counterfeit, malformed.clone()),
            ("a market", arena.other.address, malformed.clone()),
            (
                "a vault shard",
                arena.market.vaults[2].address,
                malformed.clone(),
            ),
            ("a vault", arena.market.vaults[2].base, malformed.clone()),
            ("a mint", arena.foreign.address, malformed.clone()),
            ("nothing", NOTHING, malformed),
        ];
        let elsewhere = arena.traders();
        let elsewhere = elsewhere.iter().find(|one| one.lane == meta.pubkey);
        let has_market = names(&subject.valid, &arena.market.address)
            || arena
                .market
                .vaults
                .iter()
                .any(|one| names(&subject.valid, &one.address));
        if let Some(trader) = elsewhere
            && has_market
        {
            let error = if meta.pubkey == arena.referrer.lane && !trails {
                OrderbookError::WrongReferrer
            } else {
                OrderbookError::WrongMarket
            };
            cases.push(("a lane of the other market", trader.elsewhere, book(error)));
        }
        cases
    });
}

#[test]
fn lanes_named_too_often_or_not_at_all() {
    on_each(|arena, subject| {
        let lanes = &subject.valid.accounts[subject.declared..];
        if lanes.is_empty() {
            return;
        }
        let (last, name) = (lanes[lanes.len() - 1].clone(), subject.name);
        let mut attack = subject.valid.clone();
        attack.accounts.push(last);
        let is_written = attack.accounts.last().is_some_and(|meta| meta.is_writable);
        if is_written {
            arena.refuses_book(
                &format!("{name}: a lane twice"),
                attack,
                OrderbookError::DuplicateLane,
            );
            let mut attack = subject.valid.clone();
            attack.accounts.truncate(subject.declared);
            let what = format!("{name}: no lanes");
            arena.refuses_book(&what, attack, OrderbookError::WrongLaneCount);
        }
        let own = subject.valid.accounts.iter().take(subject.declared);
        let own: Vec<Pubkey> = own
            .map(|meta| meta.pubkey)
            .filter(|address| arena.role(address) == Role::Lane)
            .collect();
        for own in own {
            let mut attack = subject.valid.clone();
            let mut meta = attack.accounts[subject.declared].clone();
            meta.pubkey = own;
            attack.accounts.push(meta);
            let what = format!("{name}: its own lane among the others");
            arena.refuses_book(&what, attack, OrderbookError::DuplicateLane);
        }
    });
}

#[test]
fn mints_and_programs_that_are_not_the_markets() {
    on_each_account(|arena, subject, index| {
        let address = subject.valid.accounts[index].pubkey;
        let (base, quote) = (arena.market.base.address, arena.market.quote.address);
        let wrong = |what, other, error| (what, other, book(error));
        match arena.role(&address) {
            Role::Mint => {
                let other = if address == base { quote } else { base };
                vec![
                    wrong(
                        "a foreign mint",
                        arena.foreign.address,
                        OrderbookError::WrongMint,
                    ),
                    wrong("the other mint", other, OrderbookError::WrongMint),
                ]
            }
            Role::TokenProgram => {
                let programs = [arena.fake_program, spl_token_2022_interface::ID];
                let error = OrderbookError::WrongTokenProgram;
                programs.map(|id| wrong("a program", id, error)).to_vec()
            }
            Role::SystemProgram => {
                let wrong = Reason::builtin(&InstructionError::IncorrectProgramId);
                vec![("a program", arena.fake_program, wrong)]
            }
            _ => Vec::new(),
        }
    });
}

/// What an account is in an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Market,
    VaultShard,
    /// 0 base, 1 quote.
    Vault(usize),
    Lane,
    Mint,
    TokenProgram,
    SystemProgram,
    Other,
}

impl Arena {
    pub(crate) fn role(&self, address: &Pubkey) -> Role {
        let market = &self.market;
        let is_lane = self.traders().iter().any(|one| one.lane == *address);
        if *address == market.address {
            Role::Market
        } else if is_lane || *address == self.idle {
            Role::Lane
        } else if [market.base.address, market.quote.address].contains(address) {
            Role::Mint
        } else if *address == spl_token_interface::ID {
            Role::TokenProgram
        } else if *address == solana_system_interface::program::ID {
            Role::SystemProgram
        } else {
            let roles = market.vaults.iter().find_map(|vaults| {
                let all = [
                    (vaults.address, Role::VaultShard),
                    (vaults.base, Role::Vault(0)),
                    (vaults.quote, Role::Vault(1)),
                ];
                all.into_iter().find(|(known, _)| known == address)
            });
            roles.map_or(Role::Other, |(_, role)| role)
        }
    }

    /// The attacker, its lane and its token accounts, each with the victim's.
    pub(crate) fn attackers_to_victims(&self) -> Vec<(Pubkey, Pubkey)> {
        let (attacker, victim) = (&self.attacker, &self.victim);
        let mints = [&self.market.base, &self.market.quote];
        let accounts = mints.map(|mint| {
            (
                mint.account_of(&attacker.wallet),
                mint.account_of(&victim.wallet),
            )
        });
        let own = [
            (attacker.wallet, victim.wallet),
            (attacker.lane, victim.lane),
            (self.idle, victim.lane),
        ];
        accounts.into_iter().chain(own).collect()
    }
}

/// The accounts that an instruction writes. A payer that signs may be any of the others too; the
/// program's own address stands for an account that is left out.
fn writable(instruction: &Instruction) -> impl Iterator<Item = Pubkey> {
    let accounts = instruction.accounts.iter();
    accounts
        .filter(|meta| meta.is_writable && !meta.is_signer)
        .map(|meta| meta.pubkey)
        .filter(|address| *address != sealane_orderbook::ID)
}
