//! What holds of every run, whatever the trades. That the handlers do what the programs do is for
//! the whole-system tests to show.

mod parallel;
mod single;
