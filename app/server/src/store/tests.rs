//! On SQLite, and on PostgreSQL where `SEALANE_TEST_POSTGRES` is the URL of an empty database.

use rust_decimal::Decimal;
use solana_pubkey::Pubkey;
use tempfile::TempDir;

use super::*;

mod stakes;

struct Opened {
    store: Store,
    _folder: TempDir,
}

async fn opened() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/{{genesis}}.db", folder.path().display());
    let store = Store::open(&url, "one-chain").await.unwrap();
    Opened {
        store,
        _folder: folder,
    }
}

fn trade(venue: Pubkey, signature: &str, time: i64, price: i64) -> Trade {
    Trade {
        id: 0,
        signature: signature.to_owned(),
        position: 0,
        fill: 0,
        venue,
        slot: time as u64 * 2,
        time,
        is_buy: true,
        price: Decimal::from(price),
        base: u64::MAX,
        quote: 7,
        fee: 3,
        earned: 2,
        fee_in_base: false,
        taker: Pubkey::new_unique(),
        maker: None,
        counterparty: Pubkey::new_unique(),
    }
}

fn recorded(signature: &str, trades: Vec<Trade>) -> Recorded {
    let activities = trades.iter().map(|trade| Activity {
        owner: trade.taker,
        kind: "swap".into(),
        signature: signature.to_owned(),
        slot: trade.slot,
        time: trade.time,
        base: Some(trade.base),
        ..Activity::default()
    });
    Recorded {
        signature: signature.to_owned(),
        slot: trades[0].slot,
        time: trades[0].time,
        events: vec![EventRow {
            position: 0,
            program: Pubkey::new_unique(),
            kind: "Swapped",
            account: Pubkey::new_unique(),
        }],
        activities: activities.collect(),
        trades,
        ..Recorded::default()
    }
}

fn batch(transactions: Vec<Recorded>) -> Batch {
    let last = transactions.last().unwrap();
    let cursor = Cursor {
        program: Pubkey::new_from_array([1; 32]),
        signature: last.signature.clone(),
        slot: last.slot,
    };
    Batch {
        cursors: vec![cursor],
        transactions,
        ..Batch::default()
    }
}

async fn candles(store: &Store, venue: &Pubkey) -> Vec<Vec<Candle>> {
    let mut all = Vec::new();
    for interval in Interval::ALL {
        let any_time = (i64::MIN, i64::MAX);
        let candles = store.candles(venue, interval, any_time, 1_000).await;
        all.push(candles.unwrap());
    }
    all
}

async fn each_once(store: &Store) {
    let venue = Pubkey::new_unique();
    let (first, second) = (trade(venue, "a", 100, 5), trade(venue, "b", 130, 9));
    let once = batch(vec![recorded("a", vec![first.clone()])]);
    let committed = store.commit(once.clone()).await.unwrap();
    assert_eq!((committed.transactions, committed.events), (1, 1));
    assert_eq!(committed.candles.len(), Interval::ALL.len());
    // The same again, and together with something new.
    assert_eq!(store.commit(once).await.unwrap().transactions, 0);
    let both = batch(vec![
        recorded("a", vec![first.clone()]),
        recorded("b", vec![second.clone()]),
    ]);
    let committed = store.commit(both).await.unwrap();
    assert_eq!((committed.transactions, committed.trades.len()), (1, 1));
    assert_eq!(store.counts().await.unwrap(), [2, 2, 2]);
    assert_eq!(store.slot_of("a").await.unwrap(), Some(200));
    assert_eq!(store.slot_of("c").await.unwrap(), None);
    let cursors = store.cursors().await.unwrap();
    assert_eq!((cursors.len(), cursors[0].signature.as_str()), (1, "b"));

    let kept = store.trades(&venue, None, 10).await.unwrap();
    let expected = [
        Trade {
            id: 2,
            ..second.clone()
        },
        Trade { id: 1, ..first },
    ];
    assert_eq!(kept, expected);
    assert_eq!(
        store.trades(&venue, Some(2), 10).await.unwrap(),
        expected[1..]
    );
    let did = store.activities(&second.taker, None, 10).await.unwrap();
    assert_eq!(
        (did.len(), did[0].base, did[0].order),
        (1, Some(u64::MAX), None)
    );
}

#[tokio::test]
async fn each_transaction_counts_once() {
    let opened = opened().await;
    each_once(&opened.store).await;
}

#[tokio::test]
async fn on_postgres_as_well() {
    let Ok(url) = std::env::var("SEALANE_TEST_POSTGRES") else {
        return;
    };
    let store = Store::open(&url, "one-chain").await.unwrap();
    let claim = store.claim().await.unwrap();
    let other = Store::open(&url, "one-chain").await.unwrap();
    let refused = other.claim().await.unwrap_err();
    assert!(
        matches!(refused, StoreError::InUse { .. }),
        "{refused}: another connection has it"
    );
    each_once(&store).await;
    taken_back(&store).await;
    worked_off(&store).await;
    drop(claim);
    // The server notices in its own time that the connection has gone.
    for attempt in 0.. {
        match other.claim().await {
            Ok(_) => break,
            Err(error) => assert!(attempt < 100, "{error}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// A block is skipped: what it had is gone, as if it had never been there.
async fn taken_back(store: &Store) {
    let venue = Pubkey::new_unique();
    let one = |signature: &str, time, price| {
        recorded(signature, vec![trade(venue, signature, time, price)])
    };
    let confirmed = |transactions| Batch {
        cursors: Vec::new(),
        ..batch(transactions)
    };
    let settled = Batch {
        is_final: true,
        ..batch(vec![one("stays", 60, 5)])
    };
    store.commit(settled).await.unwrap();
    let before = candles(store, &venue).await;
    let counts = store.counts().await.unwrap();
    // Within the same minute, and alone in the next.
    for (signature, time, price) in [("skipped", 70, 9), ("alone", 125, 1)] {
        let fork = confirmed(vec![one(signature, time, price)]);
        store.commit(fork).await.unwrap();
    }
    let pending_at = async |signature: &str| {
        let pending = store.pending().await.unwrap();
        pending.get(signature).copied()
    };
    assert_eq!(pending_at("alone").await, Some(250));
    assert_eq!(pending_at("skipped").await, Some(140));
    assert_eq!(pending_at("stays").await, None);
    assert_ne!(candles(store, &venue).await, before);
    let trader = store.trades(&venue, None, 1).await.unwrap()[0].taker;
    let skip = Batch {
        taken_back: vec!["skipped".into(), "alone".into(), "unknown".into()],
        ..Batch::default()
    };
    let committed = store.commit(skip).await.unwrap();
    assert_eq!(committed.unmade, [venue].into());
    assert!(committed.owners.contains(&trader));
    // Of the second minute nothing is left to tell.
    assert!(committed.candles.iter().all(|(_, _, one)| one.trades == 1));
    assert_eq!(candles(store, &venue).await, before);
    assert_eq!(store.counts().await.unwrap(), counts);
    assert_eq!(pending_at("skipped").await, None);
    assert!(store.activities(&trader, None, 9).await.unwrap().is_empty());

    // In another block it did something else, later.
    store
        .commit(confirmed(vec![one("moved", 80, 7)]))
        .await
        .unwrap();
    let moved = Batch {
        taken_back: vec!["moved".into()],
        is_final: true,
        ..confirmed(vec![one("moved", 90, 8), one("new", 91, 6)])
    };
    let committed = store.commit(moved).await.unwrap();
    assert_eq!((committed.transactions, committed.trades.len()), (2, 2));
    let kept = store.trades(&venue, None, 10).await.unwrap();
    let prices: Vec<Decimal> = kept.iter().map(|trade| trade.price).collect();
    assert_eq!(prices, [6, 8, 5].map(Decimal::from));
    assert_eq!(pending_at("moved").await, None);
    let grown = candles(store, &venue).await;
    assert_eq!((grown[1][0].high, grown[1][0].trades), (8.into(), 3));
    store.rebuild_candles().await.unwrap();
    assert_eq!(candles(store, &venue).await, grown);
}

#[tokio::test]
async fn a_skipped_block_leaves_no_trace() {
    let opened = opened().await;
    taken_back(&opened.store).await;
}

#[tokio::test]
async fn what_has_become_final_is_pending_no_more() {
    let opened = opened().await;
    let store = &opened.store;
    let venue = Pubkey::new_unique();
    let one = recorded("a", vec![trade(venue, "a", 100, 5)]);
    store.commit(batch(vec![one])).await.unwrap();
    assert_eq!(store.pending().await.unwrap().len(), 1);
    let settled = Batch {
        settled: vec!["a".into()],
        ..Batch::default()
    };
    let committed = store.commit(settled).await.unwrap();
    assert_eq!((committed.transactions, committed.unmade.len()), (0, 0));
    assert!(store.pending().await.unwrap().is_empty());
    assert_eq!(store.trades(&venue, None, 9).await.unwrap().len(), 1);
}

/// Lists that are read from their latest page on, worked off from their oldest slot on.
async fn worked_off(store: &Store) {
    let [pools, books] = [1, 2].map(|byte| Pubkey::new_from_array([byte; 32]));
    let page = |slots: &[u64]| {
        let entries = slots.iter().map(|slot| Entry {
            signature: format!("s{slot}"),
            slot: *slot,
            time: (slot % 2 == 0).then_some(7),
            has_failed: *slot == 3,
        });
        entries.collect::<Vec<Entry>>()
    };
    let walk = |oldest: &str, is_complete| Walk {
        oldest: oldest.into(),
        is_complete,
    };
    assert_eq!(store.oldest(3).await.unwrap(), None);
    let first = [
        (pools, page(&[9, 8, 8]), walk("s8", false)),
        (books, page(&[8, 2]), walk("s2", true)),
    ];
    store.keep_pages(&first).await.unwrap();
    let walks = store.walks().await.unwrap();
    assert_eq!(walks[&pools], walk("s8", false));
    let second = [(pools, page(&[4, 3, 1]), walk("s1", true))];
    store.keep_pages(&second).await.unwrap();
    assert!(store.walks().await.unwrap().values().all(|w| w.is_complete));
    // Three, and then four, because a slot is not divided.
    let mut slots = Vec::new();
    let mut failed = 0;
    while let Some((through, lists)) = store.oldest(3).await.unwrap() {
        let of = |program| {
            let list: Option<&Vec<Entry>> = lists.get(program);
            let list = list.map_or(&[][..], Vec::as_slice);
            list.iter().map(|entry| entry.slot).collect::<Vec<_>>()
        };
        slots.push((through, of(&pools), of(&books)));
        failed += lists.values().flatten().filter(|e| e.has_failed).count();
        assert!(
            lists
                .values()
                .flatten()
                .all(|e| e.time.is_some() == (e.slot % 2 == 0))
        );
        let batch = Batch {
            worked_off: Some(through),
            ..Batch::default()
        };
        store.commit(batch).await.unwrap();
    }
    assert_eq!(
        slots,
        [
            (3, vec![1, 3], vec![2]),
            (8, vec![4, 8, 8], vec![8]),
            (9, vec![9], vec![])
        ]
    );
    assert_eq!(failed, 1);
    store.end_walks().await.unwrap();
    assert!(store.walks().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_backlog_is_worked_off_from_its_oldest_slot() {
    let opened = opened().await;
    worked_off(&opened.store).await;
}

/// What rests in lanes, over restarts and forks.
#[tokio::test]
async fn orders_of_followed_lanes_are_kept() {
    let opened = opened().await;
    let store = &opened.store;
    let [one, other, market, owner] = [(); 4].map(|()| Pubkey::new_unique());
    let lane = |lane, is_followed| {
        BookChange::Lane(LaneRow {
            lane,
            market,
            owner,
            is_followed,
        })
    };
    let order = |lane, id, lots| OrderRow {
        lane,
        id,
        price: u32::MAX,
        lots,
        client_id: u64::MAX,
        expires_slot: u64::MAX,
        expires_at: 7,
    };
    let put = |lane, id, lots| BookChange::Order(order(lane, id, lots));
    let commit = async |signature: &str, books: Vec<BookChange>| {
        let activity = |account| Activity {
            owner,
            kind: "place".into(),
            signature: signature.to_owned(),
            account: Some(account),
            ..Activity::default()
        };
        let accounts = books.iter().filter_map(|change| match change {
            BookChange::Order(order) => Some(order.lane),
            BookChange::Lane(_) => None,
        });
        let activities = (0..).zip(accounts).map(|(part, account)| Activity {
            part,
            ..activity(account)
        });
        let transaction = Recorded {
            signature: signature.to_owned(),
            slot: 9,
            activities: activities.collect(),
            books: books.clone(),
            ..Recorded::default()
        };
        store.commit(batch(vec![transaction])).await.unwrap();
    };
    let first = vec![
        lane(one, true),
        lane(other, true),
        put(one, 2, 5),
        put(one, 3, u64::MAX),
    ];
    commit("a", first).await;
    commit("b", vec![put(one, 2, 4), put(one, 3, 0)]).await;
    commit("c", vec![put(other, 6, 1)]).await;
    let resting = store.resting().await.unwrap();
    assert_eq!(resting[&one], (market, vec![order(one, 2, 4)]));
    assert_eq!(resting[&other], (market, vec![order(other, 6, 1)]));
    // What is not known to be complete is not told.
    let skipped = Batch {
        taken_back: vec!["b".into()],
        ..Batch::default()
    };
    store.commit(skipped).await.unwrap();
    let resting = store.resting().await.unwrap();
    assert_eq!(resting.keys().collect::<Vec<_>>(), [&other]);
    commit("d", vec![put(one, 8, 8), lane(one, true), put(one, 9, 9)]).await;
    commit("e", vec![lane(other, false)]).await;
    let resting = store.resting().await.unwrap();
    assert_eq!(resting.len(), 1);
    assert_eq!(resting[&one].1, [order(one, 9, 9)]);
    assert_eq!(store.lanes().await.unwrap()[&other], (market, owner));
}

#[tokio::test]
async fn one_writes_and_anybody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/history.db", folder.path().display());
    let one = Store::open(&url, "one").await.unwrap();
    let claim = one.claim().await.unwrap();
    let other = Store::open(&url, "one").await.unwrap();
    assert_eq!(other.counts().await.unwrap(), [0; 3]);
    let refused = other.claim().await.unwrap_err();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    assert!(refused.to_string().contains("history.db"), "{refused}");
    drop(claim);
    other.claim().await.unwrap();
}

#[tokio::test]
async fn candles_grow_and_can_be_made_anew() {
    let opened = opened().await;
    let store = &opened.store;
    let venue = Pubkey::new_unique();
    // Within a minute, then a minute later, then one that comes late.
    for (at, (time, price)) in [(60, 5), (61, 9), (119, 4), (120, 6), (90, 8)]
        .into_iter()
        .enumerate()
    {
        let signature = at.to_string();
        let one = recorded(&signature, vec![trade(venue, &signature, time, price)]);
        store.commit(batch(vec![one])).await.unwrap();
    }
    let all = candles(store, &venue).await;
    let minutes = &all[1];
    let shape: Vec<_> = minutes
        .iter()
        .map(|c| (c.start, c.open, c.high, c.low, c.close, c.trades))
        .collect();
    let price = Decimal::from;
    assert_eq!(
        shape,
        [
            (60, price(5), price(9), price(4), price(4), 4),
            (120, price(6), price(6), price(6), price(6), 1)
        ]
    );
    assert_eq!(minutes[0].base, 4 * u128::from(u64::MAX));
    assert_eq!((minutes[0].earned_base, minutes[0].earned_quote), (0, 8));
    assert_eq!(store.rebuild_candles().await.unwrap(), 5);
    assert_eq!(candles(store, &venue).await, all);
    // Latest within, earliest first.
    let some = store.candles(&venue, Interval::Second, (61, 119), 2).await;
    let starts: Vec<i64> = some.unwrap().iter().map(|candle| candle.start).collect();
    assert_eq!(starts, [90, 119]);
}

#[tokio::test]
async fn another_chains_history_is_not_mixed_in() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/history.db", folder.path().display());
    Store::open(&url, "one").await.unwrap().close().await;
    Store::open(&url, "one").await.unwrap().close().await;
    let other = Store::open(&url, "other").await;
    assert!(matches!(other, Err(StoreError::OtherChain { .. })));
    let unknown = Store::open("mysql://user:secret@host/db", "one")
        .await
        .unwrap_err();
    assert!(!unknown.to_string().contains("secret"), "{unknown}");
}
