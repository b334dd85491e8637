//! Quotes at a fixed rate.

use std::time::Duration;

use anyhow::Result;
use futures_util::future::try_join_all;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use tokio::time::{Instant, sleep_until};

use crate::{
    http::Connection,
    setting::{Setting, Token},
};

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
    let begin = Instant::now() + Duration::from_millis(100);
    let each = Duration::from_secs(1) / rate;
    let total = u32::try_from(long.as_millis())? * rate / 1_000;
    let asking = (0..connections).map(|first| async move {
        let mut connection = Connection::open(&setting.address).await?;
        let mut rng = StdRng::from_os_rng();
        let mut own = Quotes::default();
        for at in (first..total).step_by(connections as usize) {
            let path = path(setting, &mut rng);
            let due = begin + each * at;
            sleep_until(due).await;
            let (status, _) = connection.get(&path).await?;
            let micros = due.elapsed().as_micros();
            own.micros.push(u64::try_from(micros)?);
            own.refused += usize::from(status != 200);
        }
        anyhow::Ok(own)
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

/// A token for another one, of any size, asked in either way: every request is one of its own, as
/// requests of different wallets are, and no answer can stand for another.
fn path(setting: &Setting, rng: &mut StdRng) -> String {
    let pair: Vec<&Token> = setting.tokens.choose_multiple(rng, 2).collect();
    let (from, to) = (pair[0], pair[1]);
    let (mode, given) = match rng.random() {
        true => ("exact_in", from),
        false => ("exact_out", to),
    };
    // As likely from a hundredth to a tenth of a token as from ten to a hundred.
    let tokens = 10_f64.powf(rng.random_range(-2.0..2.0));
    let amount = (tokens * 10_f64.powi(given.decimals.into())) as u64;
    format!(
        "/api/v1/quote?input_mint={}&output_mint={}&amount={amount}&mode={mode}",
        from.mint, to.mint
    )
}
