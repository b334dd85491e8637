//! Events as log data: an 8-byte discriminator, then the fields, little-endian, without padding.

use core::slice;

use anchor_lang::prelude::*;
use bytemuck::NoUninit;

/// An event as it is logged.
#[repr(C)]
struct Logged<E> {
    discriminator: [u8; 8],
    event: E,
}

/// Logs an event. As Anchor's `emit!`, without its heap allocation.
#[inline(always)]
pub fn log<E: Event + NoUninit>(event: E) {
    // Neither in front of the event nor behind it is there padding.
    const { assert!(size_of::<Logged<E>>() == 8 + size_of::<E>()) };
    let mut discriminator = [0; 8];
    discriminator.copy_from_slice(E::DISCRIMINATOR);
    let logged = Logged {
        discriminator,
        event,
    };
    // SAFETY: all bytes are initialized. The discriminator is bytes, the event is `NoUninit`, and
    // the assertion above leaves no room for padding.
    let bytes =
        unsafe { slice::from_raw_parts((&raw const logged).cast::<u8>(), size_of::<Logged<E>>()) };
    log_bytes(bytes);
}

#[inline(never)]
fn log_bytes(bytes: &[u8]) {
    sol_log_data(&[bytes]);
}
