//! On SQLite, and on PostgreSQL where `SEALANE_TEST_POSTGRES` is the URL of an empty database.

use rust_decimal::Decimal;
use solana_pubkey::Pubkey;
use tempfile::TempDir;

use super::*;

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
        lanes: Vec::new(),
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
    assert!(store.has("a").await.unwrap() && !store.has("c").await.unwrap());
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
    each_once(&store).await;
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
