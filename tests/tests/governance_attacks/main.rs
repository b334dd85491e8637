//! Every instruction of the governance program, attacked: each attack is refused with an error that
//! names it, and every account involved is afterwards what it was, byte for byte.
//!
//! An [`Arena`] has realms in use with proposals in every state, a victim, and an attacker with
//! look-alikes. A test first shows that an instruction works as it should be sent, then sends it
//! again and again with one thing wrong.

mod arena;
mod decisions;
mod drafts;
mod ends;
mod execution;
mod extremes;
mod fuzz;
mod nested;
mod realms;
mod roles;
mod stage;
mod subjects;
mod votes;

use std::sync::LazyLock;

use arena::Arena;
use sealane_testkit::Reason;
use solana_instruction::error::InstructionError;

/// An arena of one's own. Building it takes longer than most tests.
fn arena() -> Arena {
    static FIRST: LazyLock<Arena> = LazyLock::new(Arena::new);
    FIRST.clone()
}

fn builtin(error: InstructionError) -> Reason {
    Reason::builtin(&error)
}
