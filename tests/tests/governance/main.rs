//! Realms in use: the governance program's bytecode, with every proposal checked after every
//! instruction.

mod drafts;
mod life;
mod locks;
mod setting;
mod snapshot;
mod treasury;
mod upgrade;
mod walk;
