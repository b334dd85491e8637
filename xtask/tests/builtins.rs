//! The 128-bit arithmetic of the programs' runtime, compiled for the host, against the host's own.

#![allow(missing_docs)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread;

use libloading::Library;

/// Random pairs for each thread, besides the pairs of edge values.
const PAIRS: u64 = 6_000_000;
const THREADS: u64 = 2;

type Unsigned = unsafe extern "C" fn(u128, u128) -> u128;
type Signed = unsafe extern "C" fn(i128, i128) -> i128;

/// The runtime's functions. Their names are changed: the originals are the host's own.
struct Runtime {
    multiply: Unsigned,
    divide: Unsigned,
    remainder: Unsigned,
    divide_signed: Signed,
    remainder_signed: Signed,
    _library: Library,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(Runtime::compile);

const NAMES: [&str; 5] = ["multi3", "udivti3", "umodti3", "divti3", "modti3"];

impl Runtime {
    fn compile() -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("sbf/builtins.c");
        let output = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("builtins.so");
        fs::create_dir_all(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut compile = Command::new(compiler());
        compile
            .args(["-O2", "-Wall", "-Werror", "-fPIC", "-shared", "-o"])
            .arg(&output)
            .args(NAMES.map(|name| format!("-D__{name}=runtime_{name}")))
            .arg(source);
        assert!(
            compile.status().unwrap().success(),
            "builtins.c does not compile"
        );
        // SAFETY: the library has no initialisers, and the signatures are those in the source.
        unsafe {
            let library = Library::new(&output).unwrap();
            Self {
                multiply: *library.get("runtime_multi3").unwrap(),
                divide: *library.get("runtime_udivti3").unwrap(),
                remainder: *library.get("runtime_umodti3").unwrap(),
                divide_signed: *library.get("runtime_divti3").unwrap(),
                remainder_signed: *library.get("runtime_modti3").unwrap(),
                _library: library,
            }
        }
    }

    fn check(&self, a: u128, b: u128) {
        let (x, y) = (a.cast_signed(), b.cast_signed());
        // SAFETY: the functions are pure, and the divisor is not zero where there is one.
        unsafe {
            assert_eq!((self.multiply)(a, b), a.wrapping_mul(b), "{a:#x} * {b:#x}");
            if b == 0 {
                return;
            }
            assert_eq!((self.divide)(a, b), a / b, "{a:#x} / {b:#x}");
            assert_eq!((self.remainder)(a, b), a % b, "{a:#x} % {b:#x}");
            let quotient = (self.divide_signed)(x, y);
            assert_eq!(quotient, x.wrapping_div(y), "{x} / {y}");
            let remainder = (self.remainder_signed)(x, y);
            assert_eq!(remainder, x.wrapping_rem(y), "{x} % {y}");
        }
    }
}

/// The first C compiler there is. Rust links through one, so there is one.
fn compiler() -> String {
    let runs = |name: &String| {
        let version = Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        version.is_ok_and(|status| status.success())
    };
    let named = env::var("CC").ok().into_iter();
    let usual = ["cc", "clang", "gcc"].map(str::to_owned);
    named
        .chain(usual)
        .find(runs)
        .expect("a C compiler: install clang or gcc, or set CC")
}

/// SplitMix64: enough for test data, and every run has the same.
struct Random(u64);

impl Random {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.word()) << 64 | u128::from(self.word())
    }

    /// A pair in one of the shapes that the algorithms treat differently.
    fn pair(&mut self) -> (u128, u128) {
        let shape = self.word();
        let (a, b) = (self.operand(shape), self.operand(shape >> 8));
        match shape >> 16 & 7 {
            // Equal high halves: the quotient is 0 or 1.
            0 => (a, a & !u128::from(u64::MAX) | u128::from(self.word())),
            // A multiple of the divisor, give or take one: the estimates of a digit are off.
            1 if b != 0 => {
                let multiple = b.wrapping_mul(u128::from(self.word() >> (shape >> 24 & 63)));
                (
                    multiple
                        .wrapping_add(u128::from(shape >> 32 & 3))
                        .wrapping_sub(1),
                    b,
                )
            }
            // High halves that differ in their last bits.
            2 => (a, a ^ (u128::from(shape >> 32 & 7) << 64)),
            _ => (a, b),
        }
    }

    fn operand(&mut self, shape: u64) -> u128 {
        let wide = self.wide();
        let place = u32::from(wide as u8 & 127);
        match shape & 7 {
            0 => wide >> place,
            // Few bits set, or all but few.
            1 => 1 << place | 1 << (wide >> 8 & 127),
            2 => !(1 << place | 1 << (wide >> 8 & 127)),
            3 => (1u128 << place).wrapping_add(wide >> 8 & 3).wrapping_sub(1),
            4 => u128::from(wide as u64),
            5 => wide & !0 << place,
            6 => u128::MAX >> place,
            _ => wide,
        }
    }
}

/// Powers of two and their neighbours, and both ends of every half.
fn edges() -> Vec<u128> {
    let mut edges = vec![0, u128::MAX, i128::MAX.cast_unsigned()];
    for power in 0..128 {
        let value = 1u128 << power;
        edges.extend([value - 1, value, value + 1, value.wrapping_neg(), !value]);
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}

#[test]
fn edge_values_agree() {
    let edges = edges();
    for &a in &edges {
        for &b in &edges {
            RUNTIME.check(a, b);
        }
    }
}

#[test]
fn random_pairs_agree() {
    thread::scope(|scope| {
        for seed in 0..THREADS {
            scope.spawn(move || {
                let mut random = Random(seed);
                for _ in 0..PAIRS {
                    let (a, b) = random.pair();
                    RUNTIME.check(a, b);
                }
            });
        }
    });
}
