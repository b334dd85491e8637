//! Farms in use: the staking program's bytecode, with every farm checked after every instruction.

mod epochs;
mod life;
mod locks;
mod tokens;
mod trading;
mod walk;
