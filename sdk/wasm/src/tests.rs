//! What needs no JavaScript engine.
