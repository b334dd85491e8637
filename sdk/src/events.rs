//! The programs' events, read from transaction logs: the pools' here, the order books' in
//! [`orderbook`], those of stake pools and farms in [`staking`], those of realms in [`governance`].

use anchor_lang::Discriminator;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytemuck::AnyBitPattern;
use sealane_amm::events::{
    AmplificationRamped, AuthorityChanged, AuthorityProposed, FeesChanged, LiquidityAdded,
    LiquidityRemoved, PauseChanged, PoolCreated, ProtocolFeesCollected, ShardAdded,
    ShardsRebalanced, Swapped,
};
use solana_pubkey::Pubkey;

use crate::amm;

/// A program's events as one type, read from its log data and from whole logs.
macro_rules! events {
    ($(#[$about:meta])* $events:ident of $program:path { $($name:ident),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $events {
            $(
                #[doc = concat!("See [`", stringify!($name), "`].")]
                $name($name),
            )*
        }

        $(
            impl From<$name> for $events {
                fn from(event: $name) -> Self {
                    Self::$name(event)
                }
            }
        )*

        /// Decodes an event from its bytes: the discriminator, then the fields. `None` if the
        /// bytes are no event of the program.
        #[must_use]
        pub fn decode(data: &[u8]) -> Option<$events> {
            $(
                if let Some(event) = $crate::events::decode_as::<$name>(data) {
                    return Some($events::$name(event));
                }
            )*
            None
        }

        /// The events in a transaction's logs, in order.
        ///
        /// Only lines that the program itself wrote count: another program in the same transaction
        /// can log the same bytes, but not while this one runs.
        #[must_use]
        pub fn from_logs<S: AsRef<str>>(logs: &[S]) -> Vec<$events> {
            let logged = $crate::events::logged_by(&$program, logs);
            logged.iter().filter_map(|data| decode(data)).collect()
        }
    };
}

pub mod governance;
pub mod orderbook;
pub mod staking;

events! {
    /// Something that happened in a pool.
    Event of amm::ID {
        Swapped, LiquidityAdded, LiquidityRemoved, PoolCreated, ShardAdded, ShardsRebalanced,
        ProtocolFeesCollected, FeesChanged, PauseChanged, AuthorityProposed, AuthorityChanged,
        AmplificationRamped,
    }
}

fn decode_as<T: Discriminator + AnyBitPattern>(data: &[u8]) -> Option<T> {
    let fields = data.strip_prefix(T::DISCRIMINATOR)?;
    bytemuck::try_pod_read_unaligned(fields).ok()
}

/// What a program logged as data, in order.
fn logged_by<S: AsRef<str>>(program: &Pubkey, logs: &[S]) -> Vec<Vec<u8>> {
    let own = program.to_string();
    let mut running: Vec<&str> = Vec::new();
    let mut logged = Vec::new();
    for line in logs {
        let line = line.as_ref();
        if let Some(data) = line.strip_prefix("Program data: ") {
            if running.last() == Some(&own.as_str()) {
                logged.extend(BASE64_STANDARD.decode(data));
            }
        } else if let Some((program, what)) = runtime_line(line) {
            if what.starts_with("invoke [") {
                running.push(program);
            } else if what == "success" || what.starts_with("failed") {
                running.pop();
            }
        }
    }
    logged
}

/// A line that the runtime wrote about a program, as (program, rest). Programs' own lines begin
/// with `Program log:` or `Program data:`, and `log:` is no address.
fn runtime_line(line: &str) -> Option<(&str, &str)> {
    let (program, what) = line.strip_prefix("Program ")?.split_once(' ')?;
    (!program.ends_with(':')).then_some((program, what))
}

#[cfg(test)]
mod tests {
    use anchor_lang::Event as _;

    use super::*;

    fn swapped() -> Swapped {
        Swapped {
            shard: Pubkey::new_unique(),
            trader: Pubkey::new_unique(),
            sent: 1,
            received: 2,
            fee: 3,
            protocol_fee: 4,
            base_reserve: 5,
            quote_reserve: 6,
            side_in: 1,
            reserved: [0; 7],
        }
    }

    fn line(data: &[u8]) -> String {
        format!("Program data: {}", BASE64_STANDARD.encode(data))
    }

    #[test]
    fn comes_back_as_it_was() {
        let event = swapped();
        assert_eq!(decode(&event.data()), Some(Event::Swapped(event)));
        let paused = PauseChanged {
            pool: Pubkey::new_unique(),
            paused: 3,
        };
        assert_eq!(decode(&paused.data()), Some(Event::PauseChanged(paused)));
        assert_eq!(decode(&event.data()[..20]), None);
        assert_eq!(decode(b"something else"), None);
    }

    #[test]
    fn only_the_program_itself_is_believed() {
        let (real, forged) = (swapped(), swapped());
        let stranger = Pubkey::new_unique();
        let own = amm::ID;
        let logs = [
            format!("Program {stranger} invoke [1]"),
            line(&forged.data()),
            format!("Program {own} invoke [2]"),
            "Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA invoke [3]".into(),
            line(&forged.data()),
            "Program log: Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs invoke [4]".into(),
            line(&forged.data()),
            "Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA success".into(),
            line(&real.data()),
            format!("Program {own} consumed 100 of 200 compute units"),
            format!("Program {own} success"),
            line(&forged.data()),
            format!("Program {stranger} success"),
        ];
        assert_eq!(from_logs(&logs), [Event::Swapped(real)]);
    }

    #[test]
    fn unreadable_data_is_skipped() {
        let own = amm::ID;
        let logs = [
            format!("Program {own} invoke [1]"),
            "Program data: ???".into(),
            line(&[1, 2]),
        ];
        assert!(from_logs(&logs).is_empty());
    }
}
