//! A stream: a state, the numbered diffs that led to it, and who follows it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    message::{Resume, ServerMessage, numbered},
    outbox::Outbox,
};

/// A connection's number and that of its subscription.
pub(super) type Follower = (u64, u64);

/// A stream's history and followers.
#[derive(Debug)]
pub(super) struct Log {
    name: String,
    depth: usize,
    seq: u64,
    /// The diffs up to `seq`.
    diffs: VecDeque<Arc<str>>,
    followers: HashMap<Follower, Outbox>,
    /// Since when nobody follows.
    idle_since: Option<Instant>,
}

impl Log {
    pub(super) fn new(name: String, depth: usize) -> Self {
        Self {
            name,
            depth,
            seq: 0,
            diffs: VecDeque::new(),
            followers: HashMap::new(),
            idle_since: Some(Instant::now()),
        }
    }

    /// Tells everybody what has changed.
    pub(super) fn publish(&mut self, diff: String) {
        self.seq += 1;
        let diff: Arc<str> = diff.into();
        let seq = self.seq;
        self.followers.retain(|(_, subscription), outbox| {
            outbox.put(numbered("diff", *subscription, seq, &diff))
        });
        self.note_idleness();
        if self.diffs.len() == self.depth {
            self.diffs.pop_front();
        }
        self.diffs.push_back(diff);
    }

    /// Tells everybody the whole state instead of what has changed: something that was told is so no
    /// more. Nobody can take up what was before.
    pub(super) fn begin_again(&mut self, snapshot: &str) {
        self.seq += 1;
        let seq = self.seq;
        self.diffs.clear();
        self.followers.retain(|(_, subscription), outbox| {
            outbox.put(numbered("snapshot", *subscription, seq, snapshot))
        });
        self.note_idleness();
    }

    /// Lets somebody follow: from where they had stopped if the diffs since then are there, else
    /// from a snapshot.
    pub(super) fn follow(
        &mut self,
        (follower, id): (Follower, u64),
        outbox: &Outbox,
        resume: Option<&Resume>,
        snapshot: impl FnOnce() -> String,
    ) {
        let (_, subscription) = follower;
        let missed = resume
            .filter(|resume| resume.stream == self.name)
            .and_then(|resume| self.after(resume.seq));
        let subscribed = ServerMessage::Subscribed {
            id,
            subscription,
            stream: self.name.clone(),
            resumed: missed.is_some(),
        };
        let first = self.seq - missed.as_ref().map_or(0, |missed| missed.len() as u64) + 1;
        let mut is_there = outbox.put(subscribed.text());
        match missed {
            Some(missed) => {
                for (seq, diff) in (first..).zip(missed) {
                    is_there &= outbox.put(numbered("diff", subscription, seq, &diff));
                }
            }
            None => {
                is_there &= outbox.put(numbered("snapshot", subscription, self.seq, &snapshot()));
            }
        }
        if is_there {
            self.followers.insert(follower, outbox.clone());
        }
        self.note_idleness();
    }

    /// The diffs after a number, if all of them are there.
    fn after(&self, seq: u64) -> Option<Vec<Arc<str>>> {
        let missed = usize::try_from(self.seq.checked_sub(seq)?).ok()?;
        let from = self.diffs.len().checked_sub(missed)?;
        Some(self.diffs.iter().skip(from).cloned().collect())
    }

    pub(super) fn leave(&mut self, follower: &Follower) {
        self.followers.remove(follower);
        self.note_idleness();
    }

    fn note_idleness(&mut self) {
        self.idle_since = match self.followers.is_empty() {
            true => self.idle_since.or_else(|| Some(Instant::now())),
            false => None,
        };
    }

    /// Whether anybody follows.
    pub(super) fn is_followed(&self) -> bool {
        !self.followers.is_empty()
    }

    /// Whether nobody has followed for so long.
    pub(super) fn is_idle(&self, long: Duration) -> bool {
        self.idle_since.is_some_and(|since| since.elapsed() >= long)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tokio::sync::mpsc;

    use super::*;

    fn log() -> Log {
        let mut log = Log::new("s".into(), 3);
        for diff in 1..=5 {
            log.publish(diff.to_string());
        }
        log
    }

    fn resume(seq: u64) -> Resume {
        Resume {
            stream: "s".into(),
            seq,
        }
    }

    fn told(waiting: &mut mpsc::Receiver<String>) -> Vec<Value> {
        let texts = std::iter::from_fn(|| waiting.try_recv().ok());
        texts
            .map(|text| serde_json::from_str(&text).unwrap())
            .collect()
    }

    #[test]
    fn who_comes_back_early_enough_misses_nothing() {
        let mut log = log();
        let (outbox, mut waiting, _) = Outbox::new(10);
        log.follow(((1, 7), 0), &outbox, Some(&resume(2)), || unreachable!());
        let messages = told(&mut waiting);
        assert_eq!(messages[0]["resumed"], true);
        let seqs: Vec<_> = messages[1..]
            .iter()
            .map(|m| m["seq"].as_u64().unwrap())
            .collect();
        assert_eq!(seqs, [3, 4, 5]);
        log.publish("6".into());
        assert_eq!(told(&mut waiting)[0]["seq"], 6);
    }

    #[test]
    fn who_comes_too_late_gets_a_snapshot() {
        for resume in [
            resume(1),
            resume(6),
            Resume {
                stream: "other".into(),
                seq: 5,
            },
        ] {
            let mut log = log();
            let (outbox, mut waiting, _) = Outbox::new(10);
            log.follow(((1, 7), 0), &outbox, Some(&resume), || "9".into());
            let messages = told(&mut waiting);
            assert_eq!(messages[0]["resumed"], false);
            assert_eq!(
                (&messages[1]["op"], &messages[1]["seq"]),
                (&"snapshot".into(), &5.into())
            );
        }
    }

    #[test]
    fn what_is_taken_back_is_told_by_a_snapshot() {
        let mut log = log();
        let (outbox, mut waiting, _) = Outbox::new(10);
        log.follow(((1, 7), 0), &outbox, Some(&resume(5)), || unreachable!());
        log.begin_again("6");
        log.publish("7".into());
        let messages = told(&mut waiting);
        let shape: Vec<_> = messages[1..]
            .iter()
            .map(|m| (m["op"].as_str().unwrap(), m["seq"].as_u64().unwrap()))
            .collect();
        assert_eq!(shape, [("snapshot", 6), ("diff", 7)]);
        // Who was away meanwhile begins with a snapshot as well, unless there was nothing to miss.
        for (seq, resumed) in [(5, false), (6, true)] {
            let (outbox, mut waiting, _) = Outbox::new(10);
            let resume = resume(seq);
            log.follow(((2, 8), 0), &outbox, Some(&resume), || "7".into());
            assert_eq!(told(&mut waiting)[0]["resumed"], resumed);
        }
    }

    #[test]
    fn whoever_has_seen_everything_gets_nothing_again() {
        let mut log = log();
        let (outbox, mut waiting, _) = Outbox::new(10);
        log.follow(((1, 7), 0), &outbox, Some(&resume(5)), || unreachable!());
        assert_eq!(told(&mut waiting).len(), 1);
    }

    #[test]
    fn the_slow_and_the_gone_no_longer_follow() {
        let mut log = log();
        let (outbox, waiting, _) = Outbox::new(2);
        log.follow(((1, 7), 0), &outbox, None, String::new);
        assert!(log.is_followed() && !log.is_idle(Duration::ZERO));
        log.publish("6".into());
        assert!(!log.is_followed() && log.is_idle(Duration::ZERO));
        drop(waiting);
    }
}
