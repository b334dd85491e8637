//! Every instruction of the order books, attacked: each attack is refused with the error that
//! names it, and every account involved is afterwards what it was, byte for byte.
//!
//! An [`Arena`] has markets in use, victims, and an attacker who owns look-alikes. A test first
//! shows that an instruction works as it should be sent, then sends it again and again with one
//! thing wrong.

mod arena;
mod build;
mod fuzz;
mod lanes;
mod malformed;
mod market;
mod money;
mod orders;
mod pauses;
mod roles;
mod subjects;
mod takes;

use arena::Arena;
