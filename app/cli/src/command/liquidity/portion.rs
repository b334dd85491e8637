//! How much of its liquidity a wallet takes back, and from which shards.

use sealane_sdk::{
    address::{TOKEN_PROGRAM, associated_token},
    amount,
    client::Balances,
};
use solana_pubkey::Pubkey;

use crate::{
    failure::{Failure, Result},
    session::Session,
};

/// All of it, in hundredths of a percent.
const WHOLE_BPS: u64 = 10_000;

/// How much of a wallet's shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Portion {
    /// So many shares.
    Shares(u64),
    /// So many hundredths of a percent, at most 10,000.
    Bps(u64),
}

impl Portion {
    pub(super) const ALL: Self = Self::Bps(WHOLE_BPS);

    fn of(self, held: u64) -> u64 {
        match self {
            Self::Shares(shares) => shares,
            Self::Bps(bps) => {
                let part = u128::from(held) * u128::from(bps) / u128::from(WHOLE_BPS);
                // At most the whole, which fits.
                u64::try_from(part).unwrap_or(held)
            }
        }
    }
}

/// Reads a percentage: above 0, at most 100, two decimal places.
pub(super) fn percent(text: &str) -> std::result::Result<u64, String> {
    match amount::parse(text.trim_end_matches('%'), 2) {
        Ok(bps) if (1..=WHOLE_BPS).contains(&bps) => Ok(bps),
        _ => Err(
            "a percentage is above 0, at most 100, and has at most two decimal places".to_owned(),
        ),
    }
}

/// Shares to take back from one shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) shard: u8,
    pub(super) shares: u64,
}

/// What to take back from which shard of a pool: from the one named, or from all in which the
/// wallet has liquidity.
pub(super) async fn parts(
    session: &Session,
    pool: &Pubkey,
    owner: &Pubkey,
    shard: Option<u8>,
    portion: Portion,
) -> Result<Vec<Part>> {
    if let Some(index) = shard {
        session.require_shard(pool, index)?;
    }
    let balances = session.client.balances(owner).await?;
    let shards = session.client.pools().shards(pool).map(|entry| entry.shard);
    let held: Vec<Part> = shards
        .filter(|one| shard.is_none_or(|index| index == one.index))
        .map(|one| Part {
            shard: one.index,
            shares: held(&balances, owner, &one.lp_mint),
        })
        .filter(|part| part.shares > 0)
        .collect();
    choose(&held, portion, |shares| session.units.shares(shares))
}

/// What the wallet's associated account holds.
fn held(balances: &Balances, owner: &Pubkey, lp_mint: &Pubkey) -> u64 {
    let account = associated_token(owner, lp_mint, &TOKEN_PROGRAM);
    let balance = balances
        .tokens
        .iter()
        .find(|balance| balance.account == account);
    balance.map_or(0, |balance| balance.amount)
}

fn choose(held: &[Part], portion: Portion, format: impl Fn(u64) -> String) -> Result<Vec<Part>> {
    let Some(first) = held.first() else {
        return Err(
            Failure::new("NoLiquidity", "the wallet has no liquidity there")
                .hint("`sealane balances` shows what it has"),
        );
    };
    if let Portion::Shares(shares) = portion {
        if held.len() > 1 {
            let indices: Vec<String> = held.iter().map(|part| part.shard.to_string()).collect();
            let message = format!("the wallet has liquidity in shards {}", indices.join(", "));
            return Err(Failure::usage("WhichShard", message)
                .hint("name one with --shard, or use --percent or --all for all of them"));
        }
        if shares > first.shares {
            let message = format!(
                "the wallet has {} shares, less than the {} to be removed",
                format(first.shares),
                format(shares)
            );
            return Err(
                Failure::new("InsufficientFunds", message).hint("remove less, or use --all")
            );
        }
    }
    let parts = held.iter().map(|part| Part {
        shares: portion.of(part.shares),
        ..*part
    });
    Ok(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: [Part; 2] = [
        Part {
            shard: 0,
            shares: 1_000,
        },
        Part {
            shard: 3,
            shares: 55,
        },
    ];

    fn chosen(held: &[Part], portion: Portion) -> Result<Vec<Part>> {
        choose(held, portion, |shares| shares.to_string())
    }

    #[test]
    fn percentages() {
        assert_eq!(percent("100"), Ok(10_000));
        assert_eq!(percent("12.5%"), Ok(1_250));
        assert_eq!(percent("0.01"), Ok(1));
        for wrong in ["0", "100.01", "-1", "0.001", "half", ""] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_part_is_taken_from_every_shard() {
        assert_eq!(chosen(&HELD, Portion::ALL).unwrap(), HELD);
        let half = chosen(&HELD, Portion::Bps(5_000)).unwrap();
        assert_eq!(
            half.iter().map(|part| part.shares).collect::<Vec<_>>(),
            [500, 27]
        );
    }

    #[test]
    fn a_number_of_shares_is_of_one_shard() {
        assert_eq!(chosen(&HELD[..1], Portion::Shares(7)).unwrap()[0].shares, 7);
        assert_eq!(
            chosen(&HELD, Portion::Shares(7)).unwrap_err().code(),
            "WhichShard"
        );
        let too_many = chosen(&HELD[1..], Portion::Shares(56)).unwrap_err();
        assert_eq!(too_many.code(), "InsufficientFunds");
        assert_eq!(chosen(&[], Portion::ALL).unwrap_err().code(), "NoLiquidity");
    }
}
