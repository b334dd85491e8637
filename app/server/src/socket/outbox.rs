//! What waits to be sent over a connection, and what becomes of whoever does not read it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::{Notify, mpsc};

/// Where streams put messages for a connection. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    messages: mpsc::Sender<String>,
    slow: Arc<Slow>,
}

/// That a connection has let too much wait.
#[derive(Debug, Default)]
pub(super) struct Slow {
    is_slow: AtomicBool,
    notify: Notify,
}

impl Outbox {
    pub(super) fn new(capacity: usize) -> (Self, mpsc::Receiver<String>, Arc<Slow>) {
        let (messages, waiting) = mpsc::channel(capacity);
        let slow = Arc::new(Slow::default());
        let outbox = Self {
            messages,
            slow: Arc::clone(&slow),
        };
        (outbox, waiting, slow)
    }

    /// Puts a message; never waits. `false`: the connection is gone, or about to be.
    pub(super) fn put(&self, message: String) -> bool {
        if self.slow.is_slow.load(Ordering::Relaxed) {
            return false;
        }
        match self.messages.try_send(message) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Closed(_)) => false,
            Err(mpsc::error::TrySendError::Full(_)) => {
                // One message too few would go unnoticed: rather none any more.
                self.slow.is_slow.store(true, Ordering::Relaxed);
                self.slow.notify.notify_one();
                false
            }
        }
    }
}

impl Slow {
    /// Waits until it is.
    pub(super) async fn happened(&self) {
        while !self.is_slow.load(Ordering::Relaxed) {
            self.notify.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_lets_too_much_wait_gets_no_more() {
        let (outbox, mut waiting, slow) = Outbox::new(2);
        assert!(outbox.put("1".into()) && outbox.put("2".into()));
        assert!(!outbox.put("3".into()));
        slow.happened().await;
        assert_eq!(waiting.recv().await.as_deref(), Some("1"));
        // There would be room, but the third is missing.
        assert!(!outbox.put("4".into()));
    }
}
