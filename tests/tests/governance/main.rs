//! Realms in use: the governance program's bytecode, with every proposal checked after every
//! instruction.

mod life;
mod locks;
mod snapshot;
mod treasury;
mod upgrade;
mod walk;
