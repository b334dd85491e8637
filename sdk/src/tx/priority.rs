//! Priority fees.

use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;

/// Addresses that the node looks at in one call.
const MAX_ADDRESSES: usize = 128;

/// What is offered to be executed earlier, in millionths of a lamport for each compute unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PriorityFee {
    /// Nothing.
    #[default]
    None,
    /// Always this.
    Fixed(u64),
    /// What others lately paid to write the same accounts.
    Auto {
        /// Which of the fees paid: 50 is the median, 100 the highest.
        percentile: u8,
        /// Never more than this.
        cap: u64,
    },
}

impl PriorityFee {
    /// The price for these instructions. A node that does not tell costs the priority, not the
    /// transaction.
    pub async fn price(&self, rpc: &RpcClient, instructions: &[Instruction]) -> u64 {
        let (percentile, cap) = match *self {
            Self::None => return 0,
            Self::Fixed(price) => return price,
            Self::Auto { percentile, cap } => (percentile, cap),
        };
        let written = written_accounts(instructions);
        match rpc.get_recent_prioritization_fees(&written).await {
            Ok(recent) => {
                let fees = recent.iter().map(|fee| fee.prioritization_fee).collect();
                percentile_of(fees, percentile).min(cap)
            }
            Err(error) => {
                tracing::warn!(%error, "the node does not tell recent priority fees; offering none");
                0
            }
        }
    }
}

/// The accounts that the instructions write: those for which transactions queue.
fn written_accounts(instructions: &[Instruction]) -> Vec<Pubkey> {
    let metas = instructions
        .iter()
        .flat_map(|instruction| &instruction.accounts);
    let mut written: Vec<Pubkey> = metas
        .filter(|meta| meta.is_writable)
        .map(|meta| meta.pubkey)
        .collect();
    written.sort_unstable();
    written.dedup();
    written.truncate(MAX_ADDRESSES);
    written
}

/// The value that `percentile` percent of the values do not exceed (nearest rank); 0 of none.
fn percentile_of(mut values: Vec<u64>, percentile: u8) -> u64 {
    values.sort_unstable();
    let rank = (values.len() * usize::from(percentile.min(100))).div_ceil(100);
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use solana_instruction::AccountMeta;

    use super::*;

    #[test]
    fn percentiles() {
        assert_eq!(percentile_of(vec![], 50), 0);
        assert_eq!(percentile_of(vec![7], 0), 7);
        let values = vec![50, 10, 40, 20, 30];
        for (percentile, value) in [(0, 10), (20, 10), (21, 20), (50, 30), (80, 40), (100, 50)] {
            assert_eq!(
                percentile_of(values.clone(), percentile),
                value,
                "{percentile}"
            );
        }
        assert_eq!(percentile_of(values, 255), 50);
    }

    #[test]
    fn only_written_accounts_count_and_each_once() {
        let [a, b] = [Pubkey::new_unique(), Pubkey::new_unique()];
        let instruction = Instruction {
            program_id: Pubkey::new_unique(),
            accounts: vec![
                AccountMeta::new(a, false),
                AccountMeta::new_readonly(b, true),
                AccountMeta::new(a, true),
            ],
            data: vec![],
        };
        assert_eq!(written_accounts(&[instruction.clone(), instruction]), [a]);
    }
}
