//! Quotes at a fixed rate.

use std::time::Duration;

use anyhow::Result;
use futures_util::future::try_join_all;
use tokio::time::{Instant, sleep_until};

use crate::{http::Connection, setting::Setting};

/// What came of asking.
#[derive(Debug, Default)]
pub(crate) struct Quotes {
    /// From when each was due until its answer was there, in microseconds.
    pub(crate) micros: Vec<u64>,
    /// Answers that were no quotes.
    pub(crate) refused: usize,
    /// From the first until the last answer.
    pub(crate) took: Duration,
}

/// Asks for quotes at a rate, for so long.
pub(crate) async fn ask(
    setting: &Setting,
    rate: u32,
    connections: u32,
    long: Duration,
) -> Result<Quotes> {
    let paths = paths(setting);
    let begin = Instant::now() + Duration::from_millis(100);
    let each = Duration::from_secs(1) / rate;
    let total = u32::try_from(long.as_millis())? * rate / 1_000;
    let asking = (0..connections).map(|first| {
        let paths = &paths;
        async move {
            let mut connection = Connection::open(&setting.address).await?;
            let mut own = Quotes::default();
            for at in (first..total).step_by(connections as usize) {
                let due = begin + each * at;
                sleep_until(due).await;
                let path = &paths[at as usize % paths.len()];
                let (status, _) = connection.get(path).await?;
                let micros = due.elapsed().as_micros();
                own.micros.push(u64::try_from(micros)?);
                own.refused += usize::from(status != 200);
            }
            anyhow::Ok(own)
        }
    });
    let mut all = Quotes::default();
    for own in try_join_all(asking).await? {
        all.micros.extend(own.micros);
        all.refused += own.refused;
    }
    all.took = begin.elapsed();
    all.micros.sort_unstable();
    Ok(all)
}

/// Every token for every other one, of several sizes, both ways of asking.
fn paths(setting: &Setting) -> Vec<String> {
    let mut paths = Vec::new();
    for from in &setting.tokens {
        for to in setting.tokens.iter().filter(|to| to.mint != from.mint) {
            for size in 1..=20_u64 {
                for (mode, given) in [("exact_in", from), ("exact_out", to)] {
                    let amount = 10_u64.pow(given.decimals.into()) / 20 * size;
                    paths.push(format!(
                        "/api/v1/quote?input_mint={}&output_mint={}&amount={amount}&mode={mode}",
                        from.mint, to.mint
                    ));
                }
            }
        }
    }
    // So that neighbours in time are not neighbours in kind; the step and the length have no
    // divisor in common.
    let len = paths.len();
    (0..len).map(|at| paths[at * 7 % len].clone()).collect()
}
