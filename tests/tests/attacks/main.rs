//! Every instruction, attacked: each attack is refused with the error that names it, and every
//! account involved is afterwards what it was, byte for byte.
//!
//! An [`Arena`] has pools in use, victims, and an attacker who owns look-alikes. A test first
//! shows that an instruction works as it should be sent, then sends it again and again with one
//! thing wrong.

mod add_shard;
mod administer;
mod arena;
mod collect;
mod create_pool;
mod extensions;
mod liquidity;
mod malformed;
mod observe;
mod rebalance;
mod roles;
mod single_sided;
mod swap;

use arena::Arena;
