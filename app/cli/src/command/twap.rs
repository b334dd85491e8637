//! `twap`: the average price of a shard, from two observations of its price history.

use std::time::Duration;

use clap::Args;
use rust_decimal::Decimal;
use sealane_sdk::{
    amm::Observation,
    amount,
    oracle::{average_prices, observation},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use crate::{
    duration,
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    view::{self, PoolView, some_text, text},
};

/// How often the chain is asked whether its clock has moved.
const POLL: Duration = Duration::from_millis(500);
/// How long it may stand still.
const PATIENCE: Duration = Duration::from_secs(30);

const ABOUT: &str = "\
Observes the shard's price history twice, --over some time, or once --since an earlier observation.";

#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// Which of its shards
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    shard: u8,

    /// The time between the two observations
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration::parse)]
    over: Duration,

    /// An earlier observation, as this command writes them: no waiting
    #[arg(long, value_name = "OBSERVATION", value_parser = read, conflicts_with = "over")]
    since: Option<Observation>,
}

/// An average price.
#[derive(Serialize)]
struct Average {
    #[serde(serialize_with = "text")]
    pool: Pubkey,
    shard_index: u8,
    seconds: u64,
    /// Whole quote tokens for a whole base token.
    #[serde(serialize_with = "text")]
    average_price: Decimal,
    /// Likewise, at the end.
    #[serde(serialize_with = "some_text")]
    spot_price: Option<Decimal>,
    /// For `--since`.
    earlier: String,
    /// Likewise.
    later: String,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    price_unit: String,
}

impl Report for Average {
    fn text(&self) -> String {
        let price = |price| format!("{} {}", view::price(price), self.price_unit);
        let mut facts = Facts::under(format!("{} · shard {}", self.name, self.shard_index));
        facts
            .add("Average", price(self.average_price))
            .add("Over", duration::format(self.seconds))
            .add_some("Now", self.spot_price.map(price))
            .add("Observation", &self.later);
        facts.to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let index = arguments.shard;
    let average = {
        let spinner = session.output.working("Observing");
        let pool = session.load_pool(&arguments.pool).await?;
        session.require_shard(&pool, index)?;
        let (earlier, later) = match arguments.since {
            Some(earlier) => (earlier, observe(session, &pool, index).await?),
            None => {
                let earlier = observe(session, &pool, index).await?;
                let time = duration::format(arguments.over.as_secs());
                spinner.say(format!("Observing again in {time}"));
                tokio::time::sleep(arguments.over).await;
                (
                    earlier,
                    observe_after(session, &pool, index, &earlier).await?,
                )
            }
        };
        average(session, pool, index, (&earlier, &later))?
    };
    session.output.report(&average);
    session
        .output
        .next("--since with that observation averages from there on, whenever you ask.");
    Ok(())
}

async fn observe(session: &mut Session, pool: &Pubkey, index: u8) -> Result<Observation> {
    session.client.refresh(pool).await?;
    Ok(observation(session.client.pools(), pool, index)?)
}

/// An observation later than another. A chain's clock may lag behind ours by a slot or two.
async fn observe_after(
    session: &mut Session,
    pool: &Pubkey,
    index: u8,
    earlier: &Observation,
) -> Result<Observation> {
    let mut waited = Duration::ZERO;
    loop {
        let later = observe(session, pool, index).await?;
        if later.timestamp > earlier.timestamp || waited >= PATIENCE {
            return Ok(later);
        }
        tokio::time::sleep(POLL).await;
        waited += POLL;
    }
}

fn average(
    session: &Session,
    pool: Pubkey,
    index: u8,
    (earlier, later): (&Observation, &Observation),
) -> Result<Average> {
    let prices = average_prices(earlier, later).map_err(|error| {
        Failure::new("EmptyPeriod", error.to_string())
            .hint("give an earlier observation to --since")
    })?;
    let pair = session.pair(&pool)?;
    let view = PoolView::of(session, &pool)?;
    let shard = view.shards.iter().find(|shard| shard.index == index);
    Ok(Average {
        pool,
        shard_index: index,
        seconds: u64::try_from(later.timestamp - earlier.timestamp).unwrap_or(0),
        average_price: amount::price(prices.base, pair.base.decimals, pair.quote.decimals),
        spot_price: shard.and_then(|shard| shard.price),
        earlier: write(earlier),
        later: write(later),
        name: pair.name(),
        price_unit: pair.price_unit(),
    })
}

/// An observation as one word: time, then the two sums in hexadecimal.
fn write(observation: &Observation) -> String {
    let sum = |words: &[u64; 3]| {
        let digits = format!("{:016x}{:016x}{:016x}", words[2], words[1], words[0]);
        let kept = digits.trim_start_matches('0');
        if kept.is_empty() {
            "0".to_owned()
        } else {
            kept.to_owned()
        }
    };
    format!(
        "{}:{}:{}",
        observation.timestamp,
        sum(&observation.base_price_cumulative),
        sum(&observation.quote_price_cumulative)
    )
}

fn read(text: &str) -> std::result::Result<Observation, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let read = match parts.as_slice() {
        [time, base, quote] => time.parse().ok().zip(sum(base)).zip(sum(quote)),
        _ => None,
    };
    let ((timestamp, base_price_cumulative), quote_price_cumulative) =
        read.ok_or("this is no observation; `sealane twap` writes them")?;
    Ok(Observation {
        timestamp,
        base_price_cumulative,
        quote_price_cumulative,
    })
}

/// A 192-bit number in hexadecimal, as little-endian words.
fn sum(digits: &str) -> Option<[u64; 3]> {
    let valid = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !valid || digits.is_empty() || digits.len() > 48 {
        return None;
    }
    let padded = format!("{digits:0>48}");
    let word = |from: usize| u64::from_str_radix(&padded[from..from + 16], 16).ok();
    Some([word(32)?, word(16)?, word(0)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn observations_are_read_as_they_are_written() {
        for base in [[0; 3], [1, 0, 0], [5, 6, 7], [u64::MAX; 3]] {
            let observation = Observation {
                timestamp: 1_700_000_000,
                base_price_cumulative: base,
                quote_price_cumulative: [u64::MAX, 1, 0],
            };
            assert_eq!(read(&write(&observation)), Ok(observation));
        }
    }

    #[test]
    fn nonsense_is_no_observation() {
        for text in ["", "1:2", "1:2:3:4", "x:1:2", "1:g:2", "1::2", "1:+1:2"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&format!("1:{}:0", "f".repeat(49))).is_err());
    }

    #[test]
    fn there_is_nothing_to_wait_for_with_an_earlier_observation() {
        assert!(parse(&["twap", "p", "--since", "1:2:3"]).is_ok());
        assert!(parse(&["twap", "p", "--since", "1:2:3", "--over", "5s"]).is_err());
    }
}
