//! Keeping streams up to date: what has changed is told every few milliseconds, all at once.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use solana_pubkey::Pubkey;
use tokio::{
    sync::{Semaphore, broadcast, watch},
    time::{MissedTickBehavior, interval},
};

use super::{
    changes::Changes,
    content::{self, Content},
    hub::{Hub, KEPT, Stream},
    message::Channel,
};
use crate::{http::farms_of, state::App, told_to_stop};

/// How often books are looked at for orders that have expired.
const EXPIRY: Duration = Duration::from_secs(1);
/// How often wallets are asked for what happened to them elsewhere.
const WALLETS: Duration = Duration::from_secs(10);
/// How often quotes are made anew at most.
const QUOTES: Duration = Duration::from_millis(200);
/// Addresses that the node is asked about at a time.
const REFRESHES: usize = 4;

/// Publishes until it is told to stop.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let hub = app.hub.clone();
    let mut news = app.index.news();
    let every = Duration::from_millis(hub.0.config.publish_interval_ms);
    let mut tick = interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let quotes = tokio::spawn(quotes(app.clone(), stop.clone()));
    let refreshes = Arc::new(Semaphore::new(REFRESHES));
    let (mut expired, mut wallets) = (Instant::now(), Instant::now());
    loop {
        tokio::select! {
            () = told_to_stop(&mut stop) => break,
            received = news.recv() => match received {
                Ok(committed) => {
                    hub.note_news(&committed);
                    if !committed.unmade.is_empty() {
                        begin_again(&app, |venue| committed.unmade.contains(venue)).await;
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => begin_again(&app, |_| true).await,
                Err(broadcast::error::RecvError::Closed) => break,
            },
            _ = tick.tick() => {
                let changes = hub.0.gathering.take();
                let is_expiry = expired.elapsed() >= EXPIRY;
                let is_wallets = wallets.elapsed() >= WALLETS;
                publish(&app, &changes, is_expiry, is_wallets, &refreshes);
                if is_expiry {
                    expired = Instant::now();
                    forget_idle(&hub);
                }
                if is_wallets {
                    wallets = Instant::now();
                }
            }
        }
    }
    let _ = quotes.await;
}

fn all(hub: &Hub) -> Vec<Arc<Stream>> {
    hub.streams().values().cloned().collect()
}

/// Tells what has changed. What is in use right now is told the next time.
fn publish(
    app: &App,
    changes: &Changes,
    is_expiry: bool,
    is_wallets: bool,
    refreshes: &Arc<Semaphore>,
) {
    for stream in all(&app.hub) {
        match &stream.channel {
            Channel::Book { market, .. } => {
                if is_expiry || changes.is_resynced || changes.markets.contains(&market.0) {
                    stream.is_dirty.store(true, Ordering::Relaxed);
                }
                publish_book(app, &stream);
            }
            Channel::Trades { .. } | Channel::Candles { .. } => publish_news(&stream),
            Channel::Quotes(_) => {
                if changes.is_more_than_time {
                    stream.is_dirty.store(true, Ordering::Relaxed);
                }
            }
            Channel::Account { owner } => {
                if is_wallets || changes.is_resynced || changes.owners.contains(&owner.0) {
                    stream.is_dirty.store(true, Ordering::Relaxed);
                }
                refresh_account(app, &stream, refreshes);
            }
            Channel::Accounts { .. } | Channel::Positions { .. } => {
                publish_accounts(&stream, changes);
            }
            // Epochs and votes end, and what rewards are worth changes with prices.
            Channel::Farms {} | Channel::Proposals { .. } if is_expiry => {
                publish_views(app, &stream);
            }
            Channel::Farms {} | Channel::Proposals { .. } => {}
        }
    }
}

fn publish_book(app: &App, stream: &Stream) {
    let Channel::Book {
        market,
        depth,
        group,
    } = &stream.channel
    else {
        return;
    };
    if !stream.is_dirty.load(Ordering::Relaxed) {
        return;
    }
    let Ok(mut body) = stream.body.try_lock() else {
        return;
    };
    stream.is_dirty.store(false, Ordering::Relaxed);
    // Without a world or a clock there is nothing new to tell.
    let book = app.world().ok();
    let book = book.and_then(|world| content::book(&world, *market, *depth, *group).ok());
    let diff = book.and_then(|book| body.content.as_mut()?.put_book(book));
    if let Some(diff) = diff {
        body.log.publish(diff);
    }
}

fn publish_news(stream: &Stream) {
    let Ok(mut body) = stream.body.try_lock() else {
        return;
    };
    let (trades, candles) = {
        let mut pending = stream.pending();
        let trades = std::mem::take(&mut pending.trades);
        (trades, std::mem::take(&mut pending.candles))
    };
    let Some(content) = body.content.as_mut() else {
        // What is stored already will be loaded.
        return;
    };
    let diff = match trades.is_empty() {
        false => content.put_trades(trades),
        true => content.put_candles(candles),
    };
    if let Some(diff) = diff {
        body.log.publish(diff);
    }
}

fn publish_accounts(stream: &Stream, changes: &Changes) {
    let concerned = changes.accounts.iter();
    let last = &changes.last_records;
    let concerned = concerned.filter(|(_, raw)| content::concerns(&stream.channel, raw, last));
    let mut pending = stream.pending();
    pending
        .accounts
        .extend(concerned.map(|(address, raw)| (raw.place(*address), Arc::clone(&raw.text))));
    if pending.accounts.is_empty() {
        return;
    }
    let Ok(mut body) = stream.body.try_lock() else {
        return;
    };
    let accounts = std::mem::take(&mut pending.accounts);
    body.log
        .publish(content::listed(accounts.values().map(|text| &**text)));
}

fn publish_views(app: &App, stream: &Stream) {
    let (Ok(world), Ok(mut body)) = (app.world(), stream.body.try_lock()) else {
        return;
    };
    if !body.log.is_followed() {
        // Whoever comes back gets what has changed then.
        return;
    }
    let diff = body.content.as_mut().and_then(|it| match &stream.channel {
        Channel::Proposals { realm } => it.put_proposals(content::proposals(app, &world, realm)),
        _ => it.put_farms(farms_of(app, &world)),
    });
    if let Some(diff) = diff {
        body.log.publish(diff);
    }
}

/// Asks the node what an address has, if that may have changed.
fn refresh_account(app: &App, stream: &Arc<Stream>, refreshes: &Arc<Semaphore>) {
    let Channel::Account { owner } = stream.channel else {
        return;
    };
    if !stream.is_dirty.load(Ordering::Relaxed) || stream.is_refreshing.load(Ordering::Relaxed) {
        return;
    }
    let Ok(permit) = Arc::clone(refreshes).try_acquire_owned() else {
        return;
    };
    stream.is_refreshing.store(true, Ordering::Relaxed);
    stream.is_dirty.store(false, Ordering::Relaxed);
    let (app, stream) = (app.clone(), Arc::clone(stream));
    tokio::spawn(async move {
        let _permit = permit;
        match content::account(&app, &owner).await {
            Ok(now) => {
                let mut body = stream.body.lock().await;
                let diff = body.content.as_mut().and_then(|it| it.put_account(now));
                if let Some(diff) = diff {
                    body.log.publish(diff);
                }
            }
            // The node is away. It is asked again.
            Err(_) => stream.is_dirty.store(true, Ordering::Relaxed),
        }
        stream.is_refreshing.store(false, Ordering::Relaxed);
    });
}

/// Makes quotes anew that may have changed, one after the other: they take the time that they take.
async fn quotes(app: App, mut stop: watch::Receiver<bool>) {
    let mut tick = interval(QUOTES);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = told_to_stop(&mut stop) => break,
            _ = tick.tick() => {}
        }
        let Ok(world) = app.world() else { continue };
        for stream in all(&app.hub) {
            if !stream.is_dirty.load(Ordering::Relaxed)
                || !matches!(stream.channel, Channel::Quotes(_))
            {
                continue;
            }
            let mut body = stream.body.lock().await;
            if !body.log.is_followed() {
                continue;
            }
            stream.is_dirty.store(false, Ordering::Relaxed);
            let now = content::quote(&world, &stream.channel).and_then(Result::ok);
            let diff = now.and_then(|now| body.content.as_mut()?.put_quote(now));
            if let Some(diff) = diff {
                body.log.publish(diff);
            }
            drop(body);
            tokio::task::yield_now().await;
        }
    }
}

/// Tells trades and candles anew, out of the database: some were taken back, or were stored faster
/// than they could be told.
async fn begin_again(app: &App, is_concerned: impl Fn(&Pubkey) -> bool) {
    for stream in all(&app.hub) {
        let (Channel::Trades { venue } | Channel::Candles { venue, .. }) = &stream.channel else {
            continue;
        };
        if !is_concerned(&venue.0) {
            continue;
        }
        let mut body = stream.body.lock().await;
        {
            // The database has it all.
            let mut pending = stream.pending();
            pending.trades.clear();
            pending.candles.clear();
        }
        if body.content.is_none() {
            continue;
        }
        match Content::load(&stream.channel, app).await {
            Ok(loaded) => {
                body.log.begin_again(&loaded.snapshot());
                body.content = Some(loaded);
            }
            Err(error) => tracing::warn!(code = %error.code, "a stream could not begin again"),
        }
    }
}

fn forget_idle(hub: &Hub) {
    for stream in all(hub) {
        let Ok(body) = stream.body.try_lock() else {
            continue;
        };
        if body.log.is_idle(KEPT) {
            hub.forget(&stream);
        }
    }
}
