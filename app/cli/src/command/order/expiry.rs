//! Until when an order stands, and what it is known by.

use std::time::Duration;

use clap::Args;
use sealane_sdk::engine_core::book::{Expiry, Moment};

use crate::{
    duration,
    failure::{Failure, Result},
};

/// Flags of every order that can rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(in crate::command) struct ExpiryArguments {
    /// A number of your own, to find the order by
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(in crate::command) client_id: u64,

    /// How long the order stands at most [default: until it is taken or cancelled]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    expires_in: Option<Duration>,

    /// The last slot in which the order can trade
    #[arg(long, value_name = "SLOT", value_parser = clap::value_parser!(u64).range(1..))]
    expires_slot: Option<u64>,
}

impl ExpiryArguments {
    /// The expiry as orders carry it, for an order placed now.
    pub(in crate::command) fn at(&self, now: Moment) -> Result<Expiry> {
        let slot = self.expires_slot.unwrap_or(0);
        if slot != 0 && slot < now.slot {
            let message = format!("slot {slot} has passed: the chain is at {}", now.slot);
            return Err(Failure::usage("Expired", message).hint("give a later --expires-slot"));
        }
        let time = match self.expires_in {
            None => 0,
            Some(span) => i64::try_from(span.as_secs())
                .ok()
                .and_then(|seconds| now.time.checked_add(seconds))
                .and_then(|end| u32::try_from(end).ok())
                .ok_or_else(|| {
                    Failure::usage("InvalidExpiry", "the order would outlive all calendars")
                        .hint("leave --expires-in away for an order that stands until cancelled")
                })?,
        };
        Ok(Expiry { slot, time })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment {
        slot: 100,
        time: 1_700_000_000,
    };

    #[test]
    fn spans_become_times() {
        let arguments = ExpiryArguments {
            expires_in: Some(Duration::from_secs(60)),
            expires_slot: Some(200),
            ..ExpiryArguments::default()
        };
        let expiry = arguments.at(NOW).unwrap();
        assert_eq!((expiry.slot, expiry.time), (200, 1_700_000_060));
        assert_eq!(ExpiryArguments::default().at(NOW).unwrap(), Expiry::NEVER);
    }

    #[test]
    fn what_has_passed_or_never_comes_is_refused() {
        let passed = ExpiryArguments {
            expires_slot: Some(99),
            ..ExpiryArguments::default()
        };
        assert_eq!(passed.at(NOW).unwrap_err().code(), "Expired");
        let endless = ExpiryArguments {
            expires_in: Some(Duration::from_secs(u64::MAX)),
            ..ExpiryArguments::default()
        };
        assert_eq!(endless.at(NOW).unwrap_err().code(), "InvalidExpiry");
    }
}
