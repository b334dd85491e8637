//! A process that is killed while it appends, on a real file system.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use sealane_journal::{
    Config, FileStorage, Machine, Recovered, Sequence, SyncPolicy, filesystem::OpenError, recover,
};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Names the journal's directory to the process that appends: this binary, run again.
const DIRECTORY: &str = "SEALANE_JOURNAL_KILL_DIRECTORY";
const BATCH: u64 = 20;

/// A hash of all records.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Tape {
    records: u64,
    hash: u64,
}

impl Machine for Tape {
    type Error = std::array::TryFromSliceError;

    fn apply(&mut self, _: Sequence, record: &[u8]) -> Result<(), Self::Error> {
        self.records += 1;
        self.hash = xxh3_64_with_seed(record, self.hash);
        Ok(())
    }

    fn state_hash(&self) -> u64 {
        self.hash
    }

    fn snapshot(&self, into: &mut Vec<u8>) {
        into.extend(self.records.to_le_bytes());
        into.extend(self.hash.to_le_bytes());
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.records = u64::from_le_bytes(bytes[..8].try_into()?);
        self.hash = u64::from_le_bytes(bytes[8..].try_into()?);
        Ok(())
    }
}

fn record(sequence: u64) -> Vec<u8> {
    let length = 8 + sequence % 200;
    (0..length).map(|index| (sequence ^ index) as u8).collect()
}

fn open(directory: &Path) -> Recovered<FileStorage, Tape> {
    let config = Config {
        policy: SyncPolicy::EveryBatch,
        segment_bytes: 32 << 10,
        max_record_bytes: 256,
        buffer_bytes: 1 << 10,
        ..Config::default()
    };
    let storage = FileStorage::open(directory).expect("a directory of our own");
    recover(storage, config, Tape::default).expect("a journal that can be recovered")
}

/// Appends without end, and says after each batch up to where records are durable.
fn append_for_ever(directory: &Path) -> ! {
    let Recovered {
        mut machine,
        mut journal,
        ..
    } = open(directory);
    let mut out = std::io::stderr().lock();
    loop {
        for _ in 0..BATCH {
            let record = record(journal.last().0 + 1);
            let sequence = journal.append(&record).expect("a sound disk");
            machine.apply(sequence, &record).expect("a record");
        }
        let durable = journal.commit().expect("a sound disk");
        writeln!(out, "durable {durable}").expect("a pipe");
        if journal.last().0 % (BATCH * 64) == 0 {
            journal.snapshot(&machine).expect("a sound disk");
        }
    }
}

/// Nothing by itself: the process that [`killed_while_appending`] starts and kills.
#[test]
#[ignore = "never ends: killed_while_appending starts it and kills it"]
fn child() {
    if let Some(directory) = env::var_os(DIRECTORY) {
        append_for_ever(Path::new(&directory));
    }
}

fn start_child(directory: &Path) -> Child {
    Command::new(env::current_exe().expect("a path"))
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this binary runs")
}

#[test]
fn killed_while_appending() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut before = 0;
    for life in 0..8_u64 {
        let mut child = start_child(directory.path());
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let mut durable = 0;
        let mut read = |line: Option<std::io::Result<String>>| {
            let line = line?.ok()?;
            let number = line.strip_prefix("durable ")?;
            // The last line may be cut short by the kill, which makes it a smaller number.
            durable = number.parse().unwrap_or(durable).max(durable);
            Some(())
        };
        // Different places in batches, segments and between snapshots.
        for _ in 0..3 + life * 37 {
            read(lines.next()).expect("the child is alive and appends");
        }
        child.kill().expect("the child is alive");
        while read(lines.next()).is_some() {}
        child.wait().expect("the child is dead");

        let Recovered {
            machine,
            mut journal,
            report,
        } = open(directory.path());
        let last = report.last.0;
        assert!(last >= durable, "{last} < {durable}");
        assert!(durable >= before + BATCH);
        let mut expected = Tape::default();
        for sequence in 1..=last {
            let applied = expected.apply(Sequence(sequence), &record(sequence));
            applied.expect("a record");
        }
        assert_eq!(machine, expected);
        assert!(matches!(
            FileStorage::open(directory.path()),
            Err(OpenError::InUse { .. })
        ));
        // Whole batches again, so that the next life's snapshots fall where they should.
        while journal.last().0 % BATCH != 0 {
            let next = record(journal.last().0 + 1);
            journal.append(&next).expect("a sound disk");
        }
        journal.commit().expect("a sound disk");
        before = journal.last().0;
    }
    let names = std::fs::read_dir(directory.path()).expect("a directory");
    assert!(names.count() < 40, "segments are pruned");
}
