//! The program's accounts. Each file holds one account, its byte layout, and its transitions.

mod config;
mod instruction;
mod proposal;
mod realm;
mod tally;
mod text;
mod vote_record;

pub use config::*;
pub use instruction::*;
pub use proposal::*;
pub use realm::*;
pub use tally::*;
pub use text::*;
pub use vote_record::*;

#[cfg(test)]
mod tests {
    use super::*;

    /// Seeds are hashed one behind the other: kinds of accounts whose seeds differ in length share
    /// no address.
    #[test]
    fn seeds_of_different_accounts_have_different_lengths() {
        let mut lengths = [
            REALM_SEED.len() + 32 + 2,
            TREASURY_SEED.len() + 32,
            PROPOSAL_SEED.len() + 32 + 32 + 4,
            TEXT_SEED.len() + 32,
            INSTRUCTION_SEED.len() + 32 + 1 + 1,
            TALLY_SEED.len() + 32 + 1,
            VOTE_SEED.len() + 32 + 32,
        ];
        lengths.sort_unstable();
        assert!(
            lengths.windows(2).all(|pair| pair[0] != pair[1]),
            "{lengths:?}"
        );
    }
}
