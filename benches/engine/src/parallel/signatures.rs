//! What checking signatures costs, which the pipeline leaves to whoever submits.

use std::time::Instant;

use anyhow::Result;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey, verify_batch};
use serde::Serialize;

use super::flow::{Flow, Generator};
use crate::matching::report::Spread;

/// Signatures checked in a round.
const SIGNATURES: usize = 1_024;
/// Signatures checked together.
const BATCH: usize = 64;

/// Signatures checked a second by one core, over messages of swaps.
#[derive(Serialize)]
pub(crate) struct Signatures {
    /// One by one, as strictly as the network does.
    pub(crate) single: Spread,
    /// 64 together.
    pub(crate) batch: Spread,
}

/// Times both in turn.
pub(crate) fn measure(rounds: usize) -> Result<Signatures> {
    eprintln!("signatures");
    let (mut generator, _) = Generator::new();
    let messages = generator.messages(Flow::Wanted(0), SIGNATURES);
    let key = |at: usize| {
        let mut secret = [7; 32];
        secret[..8].copy_from_slice(&at.to_le_bytes());
        SigningKey::from_bytes(&secret)
    };
    let keys: Vec<SigningKey> = (0..SIGNATURES).map(key).collect();
    let signed = keys.iter().zip(&messages);
    let signatures: Vec<Signature> = signed.map(|(key, message)| key.sign(message)).collect();
    let keys: Vec<VerifyingKey> = keys.iter().map(SigningKey::verifying_key).collect();
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();

    let (mut single, mut batch) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let start = Instant::now();
        for ((key, message), signature) in keys.iter().zip(&messages).zip(&signatures) {
            key.verify_strict(message, signature)?;
        }
        single.push(SIGNATURES as f64 / start.elapsed().as_secs_f64());
        let start = Instant::now();
        let parts = messages.chunks(BATCH).zip(signatures.chunks(BATCH));
        for ((messages, signatures), keys) in parts.zip(keys.chunks(BATCH)) {
            verify_batch(messages, signatures, keys)?;
        }
        batch.push(SIGNATURES as f64 / start.elapsed().as_secs_f64());
    }
    Ok(Signatures {
        single: Spread::of(single),
        batch: Spread::of(batch),
    })
}
