//! Whole histories of a farm against a model that remembers everything and counts in fractions.

mod edges;
mod histories;
pub(crate) mod world;
