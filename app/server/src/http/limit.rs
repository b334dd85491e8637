//! How much one address, and all of them together, may ask.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use tokio::sync::Semaphore;

use crate::{config::HttpConfig, error::ApiError};

/// How often addresses that have been quiet are forgotten, in requests.
const FORGET_EVERY: u32 = 10_000;

/// The limits, and how far they are used.
#[derive(Clone)]
pub(super) struct Limits(Arc<Inner>);

struct Inner {
    rate: Option<DefaultKeyedRateLimiter<IpAddr>>,
    slots: Semaphore,
    trusts_forwarded: bool,
    seen: AtomicU32,
}

impl Limits {
    pub(super) fn new(config: &HttpConfig) -> Self {
        let quota = NonZeroU32::new(config.rate_per_second).map(|rate| {
            let burst = NonZeroU32::new(config.rate_burst).unwrap_or(rate);
            Quota::per_second(rate).allow_burst(burst)
        });
        Self(Arc::new(Inner {
            rate: quota.map(RateLimiter::keyed),
            slots: Semaphore::new(config.max_concurrent),
            trusts_forwarded: config.trust_forwarded,
            seen: AtomicU32::new(0),
        }))
    }

    /// `Err`: in how many seconds to come back.
    fn admit(&self, address: IpAddr) -> Result<(), u64> {
        let Some(rate) = &self.0.rate else {
            return Ok(());
        };
        let seen = self.0.seen.fetch_add(1, Ordering::Relaxed);
        if seen.is_multiple_of(FORGET_EVERY) {
            rate.retain_recent();
        }
        rate.check_key(&address).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }

    /// Whose request it is.
    fn address(&self, request: &Request) -> IpAddr {
        let forwarded = request.headers().get("x-forwarded-for");
        // The last one is what the proxy in front has seen; those before it anybody can write.
        let forwarded = forwarded
            .filter(|_| self.0.trusts_forwarded)
            .and_then(|header| header.to_str().ok())
            .and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|info| info.0.ip());
        forwarded.or(peer).unwrap_or(IpAddr::from([0, 0, 0, 0]))
    }
}

/// Refuses what is too much.
pub(super) async fn limit(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    if let Err(seconds) = limits.admit(limits.address(&request)) {
        metrics::counter!("sealane_http_limited_total").increment(1);
        let error = ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "too many requests from this address",
            "come back after the seconds in the header `Retry-After`",
        );
        let mut response = error.into_response();
        let seconds = HeaderValue::from(seconds);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
        return response;
    }
    let Ok(_slot) = limits.0.slots.try_acquire() else {
        metrics::counter!("sealane_http_overloaded_total").increment(1);
        let error = ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
            "the gateway has as many requests to work on as it may",
            "try again in a second",
        );
        let mut response = error.into_response();
        let second = HeaderValue::from_static("1");
        response.headers_mut().insert(header::RETRY_AFTER, second);
        return response;
    };
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(rate: u32, burst: u32) -> Limits {
        Limits::new(&HttpConfig {
            rate_per_second: rate,
            rate_burst: burst,
            ..HttpConfig::default()
        })
    }

    #[test]
    fn each_address_has_its_own_limit() {
        let limits = limits(1, 3);
        let [one, other] = [[1, 1, 1, 1], [2, 2, 2, 2]].map(IpAddr::from);
        for _ in 0..3 {
            assert!(limits.admit(one).is_ok());
        }
        let wait = limits.admit(one).unwrap_err();
        assert!((1..=2).contains(&wait), "{wait}");
        assert!(limits.admit(other).is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = limits(0, 1);
        assert!((0..1_000).all(|_| limits.admit(IpAddr::from([1, 1, 1, 1])).is_ok()));
    }

    #[test]
    fn only_a_trusted_proxy_says_whose_request_it_is() {
        let request = || {
            Request::builder()
                .header("x-forwarded-for", "9.9.9.9, 8.8.8.8")
                .extension(ConnectInfo(SocketAddr::from(([1, 1, 1, 1], 1))))
                .body(axum::body::Body::empty())
                .unwrap()
        };
        assert_eq!(limits(1, 1).address(&request()), IpAddr::from([1, 1, 1, 1]));
        let trusting = Limits::new(&HttpConfig {
            trust_forwarded: true,
            ..HttpConfig::default()
        });
        assert_eq!(trusting.address(&request()), IpAddr::from([8, 8, 8, 8]));
    }
}
