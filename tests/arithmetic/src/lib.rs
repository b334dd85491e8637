//! A program for tests of the bytecode toolchain's runtime: it computes what it is told to and
//! returns the results, so that a test can compare them with the host's.
//!
//! It takes no accounts. The first byte of the instruction data chooses:
//!
//! | byte | then | returns |
//! |---|---|---|
//! | 0 | pairs of 128-bit operands | for each pair, the results of [`arithmetic`] |
//! | 1 | a [`Move`] | the buffer after it |
//! | 2 | a [`Move`] | the order of the two ranges and whether they are equal, a byte each |

#![cfg_attr(target_os = "solana", no_std)]

use core::hint::black_box;
use core::mem::size_of;
use core::slice;

/// The buffer that memory operations work on.
const BUFFER: usize = 768;
/// Results of one pair: ten of 128 bits, and two flags.
const RESULTS: usize = 10 * 16 + 2;
/// As much as an instruction may return.
const RETURN_LIMIT: usize = 1024;

const SUCCESS: u64 = 0;
const INVALID_INSTRUCTION_DATA: u64 = 3 << 32;

/// The instruction's data, as the VM lays it out where there are no accounts: a count of accounts,
/// a length, the bytes.
///
/// # Safety
/// `input` must be what the VM hands to an entry point.
unsafe fn instruction_data<'a>(input: *const u8) -> Option<&'a [u8]> {
    // SAFETY: both words are there, aligned, and the bytes follow them.
    unsafe {
        let words = input.cast::<u64>();
        if *words != 0 {
            return None;
        }
        let length = usize::try_from(*words.add(1)).ok()?;
        Some(slice::from_raw_parts(
            input.add(2 * size_of::<u64>()),
            length,
        ))
    }
}

/// Where the VM enters.
///
/// # Safety
/// Only the VM calls it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn entrypoint(input: *const u8) -> u64 {
    // SAFETY: the VM's input.
    let data = unsafe { instruction_data(input) };
    match data.and_then(run) {
        Some(()) => SUCCESS,
        None => INVALID_INSTRUCTION_DATA,
    }
}

fn run(data: &[u8]) -> Option<()> {
    let (kind, rest) = data.split_first()?;
    match kind {
        0 => arithmetic_of_pairs(rest),
        1 => {
            let task = Move::read(rest)?;
            let mut buffer = task.filled();
            task.perform(&mut buffer)?;
            return_data(&buffer);
            Some(())
        }
        2 => {
            let task = Move::read(rest)?;
            let buffer = task.filled();
            return_data(&task.compare(&buffer)?);
            Some(())
        }
        _ => None,
    }
}

fn arithmetic_of_pairs(operands: &[u8]) -> Option<()> {
    let mut results = [0; RETURN_LIMIT];
    let mut used = 0;
    let (pairs, rest) = operands.as_chunks::<32>();
    if !rest.is_empty() {
        return None;
    }
    for pair in pairs {
        let (a, b) = pair.split_at(16);
        let a = u128::from_le_bytes(a.try_into().ok()?);
        let b = u128::from_le_bytes(b.try_into().ok()?);
        let out = results.get_mut(used..used + RESULTS)?;
        arithmetic(a, b, out.try_into().ok()?);
        used += RESULTS;
    }
    return_data(&results[..used]);
    Some(())
}

/// Product; unsigned quotient and remainder; signed quotient and remainder; shifts left, right and
/// right with sign; unsigned and signed product with their overflow flags. A divisor of zero gives
/// zeroes.
fn arithmetic(a: u128, b: u128, out: &mut [u8; RESULTS]) {
    let (x, y) = (a.cast_signed(), b.cast_signed());
    let shift = (b & 127) as u32;
    let (unsigned, unsigned_overflow) = a.overflowing_mul(b);
    let (signed, signed_overflow) = x.overflowing_mul(y);
    let results = [
        a.wrapping_mul(b),
        a.checked_div(b).unwrap_or(0),
        // Without the veil the compiler computes remainders from the quotients.
        black_box(a).checked_rem(b).unwrap_or(0),
        if y == 0 {
            0
        } else {
            x.wrapping_div(y).cast_unsigned()
        },
        if y == 0 {
            0
        } else {
            black_box(x).wrapping_rem(y).cast_unsigned()
        },
        a << shift,
        a >> shift,
        (x >> shift).cast_unsigned(),
        unsigned,
        signed.cast_unsigned(),
    ];
    let (words, flags) = out.split_at_mut(10 * 16);
    for (word, result) in words.as_chunks_mut::<16>().0.iter_mut().zip(results) {
        *word = result.to_le_bytes();
    }
    flags[0] = u8::from(unsigned_overflow);
    flags[1] = u8::from(signed_overflow);
}

/// A memory operation, eight bytes: a seed for the buffer's first content, what to do, then to where,
/// from where and how many bytes, each in 16 bits, little-endian.
struct Move {
    seed: u8,
    /// 0 copies between ranges that do not overlap, 1 between any, 2 fills with the seed.
    kind: u8,
    to: usize,
    from: usize,
    count: usize,
}

impl Move {
    fn read(data: &[u8]) -> Option<Self> {
        let [seed, kind, words @ ..] = <[u8; 8]>::try_from(data).ok()?;
        let word = |at: usize| usize::from(u16::from_le_bytes([words[at], words[at + 1]]));
        let task = Self {
            seed,
            kind,
            to: word(0),
            from: word(2),
            count: word(4),
        };
        let fits = |at: usize| at + task.count <= BUFFER;
        (fits(task.to) && fits(task.from)).then_some(task)
    }

    /// A buffer whose bytes depend on their place, with a short period so that ranges can be equal.
    fn filled(&self) -> [u8; BUFFER] {
        let mut buffer = [0; BUFFER];
        for (at, byte) in buffer.iter_mut().enumerate() {
            *byte = (at as u8 % 61).wrapping_mul(self.seed);
        }
        buffer
    }

    fn perform(&self, buffer: &mut [u8; BUFFER]) -> Option<()> {
        match self.kind {
            0 if self.to + self.count <= self.from => {
                let (target, source) = buffer.split_at_mut(self.from);
                target[self.to..self.to + self.count].copy_from_slice(&source[..self.count]);
            }
            0 if self.from + self.count <= self.to => {
                let (source, target) = buffer.split_at_mut(self.to);
                target[..self.count].copy_from_slice(&source[self.from..self.from + self.count]);
            }
            1 => buffer.copy_within(self.from..self.from + self.count, self.to),
            2 => buffer[self.to..self.to + self.count].fill(self.seed),
            _ => return None,
        }
        Some(())
    }

    fn compare(&self, buffer: &[u8; BUFFER]) -> Option<[u8; 2]> {
        let a = buffer.get(self.to..self.to + self.count)?;
        let b = buffer.get(self.from..self.from + self.count)?;
        Some([a.cmp(b) as u8, u8::from(a == b)])
    }
}

#[cfg(target_os = "solana")]
fn return_data(data: &[u8]) {
    unsafe extern "C" {
        fn sol_set_return_data(data: *const u8, length: u64);
    }
    // SAFETY: the VM reads as many bytes as the slice has.
    unsafe { sol_set_return_data(data.as_ptr(), data.len() as u64) }
}

/// Off the chain nobody takes the results: the crate is compiled there only to be checked.
#[cfg(not(target_os = "solana"))]
fn return_data(_data: &[u8]) {}

#[cfg(target_os = "solana")]
#[panic_handler]
fn abort_on_panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn abort() -> !;
    }
    // SAFETY: ends the program.
    unsafe { abort() }
}
