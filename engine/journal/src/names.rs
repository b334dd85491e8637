//! The journal's file names.

use crate::format::Sequence;

const SEGMENT: &str = ".segment";
const SNAPSHOT: &str = ".snapshot";
const TEMPORARY: &str = ".temporary";
const DAMAGED: &str = ".damaged";

/// What a directory holds, each kind in ascending order. Other files are not the journal's.
#[derive(Default, Debug)]
pub(crate) struct Listing {
    /// The segments' bases.
    pub(crate) segments: Vec<Sequence>,
    pub(crate) snapshots: Vec<Sequence>,
    /// What a crash left half written.
    pub(crate) temporary: Vec<String>,
}

impl Listing {
    pub(crate) fn of(names: Vec<String>) -> Self {
        let mut listing = Self::default();
        for name in names {
            if let Some(base) = number(&name, SEGMENT) {
                listing.segments.push(base);
            } else if let Some(sequence) = number(&name, SNAPSHOT) {
                listing.snapshots.push(sequence);
            } else if name.ends_with(TEMPORARY) {
                listing.temporary.push(name);
            }
        }
        listing.segments.sort_unstable();
        listing.snapshots.sort_unstable();
        listing
    }
}

pub(crate) fn segment(base: Sequence) -> String {
    format!("{:020}{SEGMENT}", base.0)
}

pub(crate) fn snapshot(sequence: Sequence) -> String {
    format!("{:020}{SNAPSHOT}", sequence.0)
}

pub(crate) fn temporary(name: &str) -> String {
    format!("{name}{TEMPORARY}")
}

pub(crate) fn damaged(name: &str) -> String {
    format!("{name}{DAMAGED}")
}

/// The number of a name of ours, written as we write it: two names never stand for one number.
fn number(name: &str, suffix: &str) -> Option<Sequence> {
    let digits = name.strip_suffix(suffix)?;
    if digits.len() != 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().map(Sequence)
}
