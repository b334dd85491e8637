//! Lane books under test: one language of operations, the plain model, and what runs both.

pub mod generator;
pub mod lockstep;
pub mod market;
pub mod model;
pub mod on_core;
pub mod on_program;
pub mod operation;
pub mod shrink;
pub mod trading;
pub mod world;
