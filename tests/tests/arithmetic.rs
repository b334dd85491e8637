//! The runtime that the bytecode toolchain adds to every program, in the SVM: 128-bit arithmetic
//! and memory functions as compiled programs call them, against the host's.

use std::path::Path;

use litesvm::LiteSVM;
use litesvm::types::FailedTransactionMetadata;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::Transaction;

const PROGRAM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/test-programs/sealane_arithmetic_program.so"
);
/// Operand pairs that fit in one instruction's return data.
const BATCH: usize = 6;
const RANDOM_PAIRS: usize = 12_000;
/// Bytes of one pair's results: ten of 128 bits, and two flags.
const RESULTS: usize = 10 * 16 + 2;
/// The program's buffer for memory operations.
const BUFFER: usize = 768;
const RANDOM_MOVES: usize = 3_000;

/// The program, loaded, and somebody to pay for calling it.
struct Machine {
    svm: LiteSVM,
    payer: Keypair,
    program: Pubkey,
}

impl Machine {
    fn start() -> Self {
        assert!(
            Path::new(PROGRAM).is_file(),
            "{PROGRAM} is not there: run `cargo xtask build-programs`"
        );
        // Calls differ in their data only, and some repeat: neither signatures nor duplicates
        // matter here.
        let mut svm = LiteSVM::new()
            .with_sigverify(false)
            .with_blockhash_check(false)
            .with_transaction_history(0);
        let program = Pubkey::new_unique();
        svm.add_program_from_file(program, PROGRAM)
            .expect("the program loads");
        let payer = Keypair::new();
        svm.airdrop(&payer.pubkey(), 1_000_000_000_000)
            .expect("lamports");
        Self {
            svm,
            payer,
            program,
        }
    }

    /// What the program returns for this instruction data.
    fn call(&mut self, data: &[u8]) -> Vec<u8> {
        self.try_call(data).unwrap_or_else(|failed| {
            panic!("{:?}\n{}", failed.err, failed.meta.logs.join("\n"));
        })
    }

    fn try_call(&mut self, data: &[u8]) -> Result<Vec<u8>, Box<FailedTransactionMetadata>> {
        let instruction = Instruction {
            program_id: self.program,
            accounts: Vec::new(),
            data: data.to_vec(),
        };
        let payer = self.payer.pubkey();
        let message = Message::new(&[instruction], Some(&payer));
        let transaction = Transaction::new(&[&self.payer], message, self.svm.latest_blockhash());
        let meta = self.svm.send_transaction(transaction).map_err(Box::new)?;
        Ok(meta.return_data.data)
    }

    fn check_pairs(&mut self, pairs: &[(u128, u128)]) {
        for batch in pairs.chunks(BATCH) {
            let mut data = vec![0];
            for (a, b) in batch {
                data.extend_from_slice(&a.to_le_bytes());
                data.extend_from_slice(&b.to_le_bytes());
            }
            let mut returned = self.call(&data);
            // The VM drops zeroes at the end.
            returned.resize(batch.len() * RESULTS, 0);
            for ((a, b), results) in batch.iter().zip(returned.chunks(RESULTS)) {
                let (words, flags) = results.split_at(10 * 16);
                let words: Vec<u128> = words
                    .chunks(16)
                    .map(|word| u128::from_le_bytes(word.try_into().unwrap()))
                    .collect();
                let (expected, expected_flags) = expected(*a, *b);
                assert_eq!(words, expected, "{a:#x} and {b:#x}");
                assert_eq!(flags, expected_flags, "overflow of {a:#x} and {b:#x}");
            }
        }
    }
}

/// What the program's table of results holds, computed by the host.
fn expected(a: u128, b: u128) -> (Vec<u128>, [u8; 2]) {
    let (x, y) = (a.cast_signed(), b.cast_signed());
    let shift = (b % 128) as u32;
    let words = vec![
        a.wrapping_mul(b),
        a.checked_div(b).unwrap_or(0),
        a.checked_rem(b).unwrap_or(0),
        if y == 0 { 0 } else { x.wrapping_div(y) } as u128,
        if y == 0 { 0 } else { x.wrapping_rem(y) } as u128,
        a << shift,
        a >> shift,
        (x >> shift) as u128,
        a.wrapping_mul(b),
        x.wrapping_mul(y) as u128,
    ];
    let flags = [a.checked_mul(b).is_none(), x.checked_mul(y).is_none()];
    (words, flags.map(u8::from))
}

/// Powers of two and their neighbours, around the ends and the halves.
fn edges() -> Vec<u128> {
    let mut edges = vec![0, 3, u128::MAX];
    for power in [0, 1, 31, 32, 33, 63, 64, 65, 95, 96, 126, 127] {
        let value = 1u128 << power;
        edges.extend([value - 1, value, value + 1, value.wrapping_neg()]);
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}

#[test]
fn edge_values_agree() {
    let edges = edges();
    let pairs: Vec<_> = edges
        .iter()
        .flat_map(|a| edges.iter().map(|b| (*a, *b)))
        .collect();
    Machine::start().check_pairs(&pairs);
}

#[test]
fn random_pairs_agree() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    // Operands of all lengths, some with few bits set or few clear, some with equal high halves.
    let mut operand = || {
        let wide: u128 = random.random::<u128>() >> random.random_range(0..128);
        let sparse = 1u128 << random.random_range(0..128) | 1 << random.random_range(0..128);
        match random.random_range(0..6) {
            0 => sparse,
            1 => !sparse,
            2 => wide | 1 << 127,
            _ => wide,
        }
    };
    let pairs: Vec<_> = (0..RANDOM_PAIRS)
        .map(|n| {
            let (a, b) = (operand(), operand());
            match n % 8 {
                0 => (a, a ^ (b & u128::from(u64::MAX))),
                1 => (a.wrapping_mul(b).wrapping_add(a & 1), b),
                _ => (a, b),
            }
        })
        .collect();
    Machine::start().check_pairs(&pairs);
}

/// A memory operation as the program reads it.
#[derive(Debug, Clone, Copy)]
struct Move {
    seed: u8,
    kind: u8,
    to: usize,
    from: usize,
    count: usize,
}

impl Move {
    const COPY: u8 = 0;
    const COPY_WITHIN: u8 = 1;
    const FILL: u8 = 2;

    /// Lengths around the limit up to which the runtime works inline, and any other; ranges that
    /// overlap often.
    fn random(random: &mut ChaCha8Rng) -> Self {
        let count = match random.random_range(0..4) {
            0 => random.random_range(0..=17),
            1 => random.random_range(56..=72),
            _ => random.random_range(0..=BUFFER),
        };
        let to = random.random_range(0..=BUFFER - count);
        let from = if random.random_bool(0.5) {
            let near = to.saturating_sub(9)..=(to + 9).min(BUFFER - count);
            random.random_range(near)
        } else {
            random.random_range(0..=BUFFER - count)
        };
        let apart = to + count <= from || from + count <= to;
        let kind = match random.random_range(0..3) {
            Self::COPY if !apart => Self::COPY_WITHIN,
            kind => kind,
        };
        Self {
            seed: random.random(),
            kind,
            to,
            from,
            count,
        }
    }

    fn encode(&self, instruction: u8) -> Vec<u8> {
        let mut data = vec![instruction, self.seed, self.kind];
        for word in [self.to, self.from, self.count] {
            data.extend_from_slice(&u16::try_from(word).unwrap().to_le_bytes());
        }
        data
    }

    fn buffer(&self) -> Vec<u8> {
        let byte = |at: usize| (at as u8 % 61).wrapping_mul(self.seed);
        (0..BUFFER).map(byte).collect()
    }
}

#[test]
fn memory_functions_agree() {
    let mut machine = Machine::start();
    let mut random = ChaCha8Rng::seed_from_u64(2);
    for _ in 0..RANDOM_MOVES {
        let task = Move::random(&mut random);
        let Move {
            to, from, count, ..
        } = task;

        let mut expected = task.buffer();
        match task.kind {
            Move::FILL => expected[to..to + count].fill(task.seed),
            _ => expected.copy_within(from..from + count, to),
        }
        let mut returned = machine.call(&task.encode(1));
        returned.resize(BUFFER, 0);
        let differs = (0..BUFFER).find(|at| returned[*at] != expected[*at]);
        assert_eq!(differs, None, "first byte that differs after {task:?}");

        let buffer = task.buffer();
        let (a, b) = (&buffer[to..to + count], &buffer[from..from + count]);
        let mut returned = machine.call(&task.encode(2));
        returned.resize(2, 0);
        assert_eq!(returned, [a.cmp(b) as u8, u8::from(a == b)], "{task:?}");
    }
}

#[test]
fn what_the_program_does_not_know_is_refused() {
    let mut machine = Machine::start();
    for data in [&[][..], &[9], &[0, 1, 2], &[1, 0]] {
        let refused = machine.try_call(data).expect_err("a refusal").err;
        let refused = refused.to_string();
        assert!(
            refused.contains("invalid instruction data"),
            "{data:?}: {refused}"
        );
    }
}
