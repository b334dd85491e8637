//! `Realm`: who votes, under what rules, over what treasury.

use anchor_lang::prelude::*;
use pinocchio::cpi::Seed;

use super::StoredConfig;

/// Seed prefix of realm addresses: `["realm", creator, id as u16 LE]`.
pub const REALM_SEED: &[u8] = b"realm";
/// Seed prefix of treasury addresses: `["treasury", realm]`.
pub const TREASURY_SEED: &[u8] = b"treasury";
/// No account: a realm without a council.
pub const NOBODY: Address = Address::new_from_array([0; 32]);

/// A realm. Nobody administers it: its configuration is changed by its own proposals.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `creator` |
/// | 40 | 64 | `community`, `council` |
/// | 104 | 32 | `treasury` |
/// | 136 | 40 | `config` |
/// | 176 | 32 | `name` |
/// | 208 | 4 | `community_lock_boost`, `council_lock_boost` |
/// | 212 | 2 | `community_lock_max_epochs`, `council_lock_max_epochs` |
/// | 214 | 2 | `id` |
/// | 216 | 2 | `bump`, `treasury_bump` |
/// | 218 | 38 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Realm {
    /// Who created it and paid for it. Part of the address; has no rights.
    pub creator: Address,
    /// The stake pool whose stakers vote. Never changes.
    pub community: Address,
    /// The stake pool whose stakers may veto; all zero: none. Never changes.
    pub council: Address,
    /// The address that signs what was voted for.
    pub treasury: Address,
    /// What votes need.
    pub config: StoredConfig,
    /// UTF-8, filled up with zeros.
    pub name: [u8; 32],
    /// What locks are worth in the community's pool, where that never changes.
    pub community_lock_boost: u16,
    /// The same of the council's.
    pub council_lock_boost: u16,
    /// The longest lock in the community's pool, in epochs.
    pub community_lock_max_epochs: u8,
    /// The same of the council's.
    pub council_lock_max_epochs: u8,
    /// Tells apart one creator's realms. Part of the address.
    pub id: u16,
    /// Bump of the account's address.
    pub bump: u8,
    /// Bump of the treasury's.
    pub treasury_bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 38],
}

const _: () = assert!(core::mem::size_of::<Realm>() == 256 - 8);

/// What signs for a realm's treasury.
#[inline]
pub fn treasury_seeds<'a>(realm: &'a Address, bump: &'a u8) -> [Seed<'a>; 3] {
    [
        Seed::from(TREASURY_SEED),
        Seed::from(realm.as_ref()),
        Seed::from(core::slice::from_ref(bump)),
    ]
}

impl Realm {
    /// The name without the zeros behind it.
    #[inline]
    pub fn name(&self) -> &[u8] {
        trimmed(&self.name)
    }

    /// Whether there is a council.
    #[inline]
    pub fn has_council(&self) -> bool {
        self.council != NOBODY
    }
}

/// Without the zeros at the end.
fn trimmed(name: &[u8]) -> &[u8] {
    let len = name
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |at| at + 1);
    &name[..len]
}

/// Whether a name is UTF-8 that can be shown: not empty, and without control characters.
pub(crate) fn is_name(name: &[u8; 32]) -> bool {
    let name = trimmed(name);
    !name.is_empty()
        && core::str::from_utf8(name).is_ok_and(|name| !name.chars().any(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn padded(name: &[u8]) -> [u8; 32] {
        let mut padded = [0; 32];
        padded[..name.len()].copy_from_slice(name);
        padded
    }

    #[test]
    fn names_are_text_that_can_be_shown() {
        assert!(is_name(&padded(b"Sealane")));
        assert!(is_name(&padded("Größe ⚓".as_bytes())));
        assert!(is_name(&[b'a'; 32]));
        for bad in [&b""[..], b"a\0b", b"line\nbreak", b"\xff", b"cut \xe2\x9a"] {
            assert!(!is_name(&padded(bad)), "{bad:?}");
        }
    }

    #[test]
    fn a_name_ends_where_its_zeros_begin() {
        let mut realm: Realm = bytemuck::Zeroable::zeroed();
        assert_eq!(realm.name(), b"");
        realm.name = padded(b"ab");
        assert_eq!(realm.name(), b"ab");
    }
}
