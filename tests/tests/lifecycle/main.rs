//! Exchanges as they are used: any sequence of instructions leaves every vault covering what it
//! owes, nobody takes out more than was put in, and in the end everything can be taken out.

mod donation;
mod first_deposit;
mod no_price;
mod random_walk;
mod rebalancing;
mod round_trips;
