//! A million commands: not a measurement, but slow enough to notice if something waits that should
//! not.

use std::thread;

use super::*;

#[test]
fn a_million_commands_through_two_workers() {
    const MARKETS: u32 = 8;
    let stream = stream(11, MARKETS, 1_000_000);
    let config = RuntimeConfig {
        journal: Config {
            segment_bytes: 8 << 20,
            ..Config::default()
        },
        snapshot_every: NonZeroU64::new(200_000),
        ..RuntimeConfig::default()
    };
    let disks = disks(2);
    let Started { runtime, .. } = start(&disks, &config, MARKETS).expect("empty disks");
    let consumer = runtime
        .subscribe(&reports(1 << 14, SlowConsumer::Wait))
        .expect("sound workers");
    let begun = Instant::now();
    let reports = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reports = 0_u64;
            while let Ok(Some(_)) = consumer.recv_timeout(PATIENCE) {
                reports += 1;
            }
            reports
        });
        submit_all(&runtime, &stream);
        let hashes = hashes(&runtime);
        let elapsed = begun.elapsed();
        println!("{} commands in {elapsed:?}", stream.len());
        assert_eq!(hashes, Model::of(MARKETS, &stream).hashes());
        let outcomes = runtime.shutdown(PATIENCE);
        assert!(outcomes.iter().all(Result::is_ok));
        reader.join().expect("no panic")
    });
    assert!(reports >= stream.len() as u64);
}
