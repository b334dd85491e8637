//! Epochs and positions.

use super::*;

#[tokio::test]
async fn what_epochs_paid_is_kept_and_taken_back() {
    let opened = opened().await;
    let store = &opened.store;
    let (farm, position, owner) = (
        Pubkey::new_unique(),
        Pubkey::new_unique(),
        Pubkey::new_unique(),
    );
    let closed = |epoch: u32| ClosedEpoch {
        farm,
        epoch,
        signature: format!("of {epoch}"),
        slot: epoch.into(),
        time: 100 + i64::from(epoch),
        points: u128::MAX - 1,
        weight: 1 << 70,
        rewards: [u64::MAX, 0, 3, 0, 5],
    };
    let transactions = (1..=3).map(|epoch| Recorded {
        signature: format!("of {epoch}"),
        slot: epoch.into(),
        positions: vec![PositionRow {
            position,
            farm,
            owner,
        }],
        epochs: vec![closed(epoch)],
        activities: vec![Activity {
            owner,
            kind: "claim".into(),
            signature: format!("of {epoch}"),
            mint: Some(farm),
            ..Activity::default()
        }],
        ..Recorded::default()
    });
    store.commit(batch(transactions.collect())).await.unwrap();
    assert_eq!(
        store.epochs(&farm, None, 2).await.unwrap(),
        [closed(3), closed(2)]
    );
    assert_eq!(store.epochs(&farm, Some(2), 9).await.unwrap(), [closed(1)]);
    assert!(store.epochs(&owner, None, 9).await.unwrap().is_empty());
    let positions = store.positions().await.unwrap();
    assert_eq!(positions[&position], (farm, owner));
    let latest = &store.activities(&owner, None, 1).await.unwrap()[0];
    assert_eq!(latest.mint, Some(farm));
    let skipped = Batch {
        taken_back: vec!["of 3".into()],
        ..Batch::default()
    };
    store.commit(skipped).await.unwrap();
    assert_eq!(store.epochs(&farm, None, 1).await.unwrap(), [closed(2)]);
}
