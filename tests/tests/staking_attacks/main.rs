//! Every instruction of the staking program, attacked: each attack is refused with an error that
//! names it, and every account involved is afterwards what it was, byte for byte.
//!
//! An [`Arena`] has farms in use, a victim, and an attacker who owns look-alikes. A test first shows
//! that an instruction works as it should be sent, then sends it again and again with one thing
//! wrong.

mod arena;
mod epochs;
mod farms;
mod fuzz;
mod positions;
mod rewards;
mod roles;
mod trading;

use arena::Arena;
