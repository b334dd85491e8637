//! What `up` and `demo` have in common: start, work, be interrupted, stop.

use std::process::ExitCode;

use crate::Chain;

use super::INTERRUPTED;
use super::reporter::Reporter;
use super::signals::StopRequests;

/// Runs `work` unless somebody asks to stop first. Dropping what is under way stops it: a chain
/// ends with its handle.
/// # Errors
/// What `work` failed with.
pub async fn unless_interrupted<T>(
    requests: &mut StopRequests,
    reporter: &Reporter,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<Result<T, ExitCode>> {
    let outcome = tokio::select! {
        outcome = work => outcome,
        () = requests.next() => {
            reporter.abandon();
            eprintln!("Interrupted.");
            return Ok(Err(ExitCode::from(INTERRUPTED)));
        }
    };
    match outcome {
        Ok(value) => {
            reporter.finish();
            Ok(Ok(value))
        }
        Err(error) => {
            reporter.abandon();
            Err(error)
        }
    }
}

/// Stops the chain, or gives up on order when asked a second time.
/// # Errors
/// Why the chain does not stop.
pub async fn stop(chain: Chain, requests: &mut StopRequests) -> anyhow::Result<ExitCode> {
    tokio::select! {
        outcome = chain.stop() => {
            outcome?;
            Ok(ExitCode::SUCCESS)
        }
        () = requests.next() => Ok(ExitCode::from(INTERRUPTED)),
    }
}
