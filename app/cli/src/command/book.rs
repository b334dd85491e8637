//! `book`: a market's order book, once or as it changes.

use std::time::Duration;

use clap::Args;
use console::style;
use sealane_sdk::{
    client::ClientError,
    subscribe::{self, AccountEvent, Subscription, SubscriptionConfig},
};
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

use crate::{
    failure::Result,
    output::Output,
    screen::{Screen, interrupted},
    session::Session,
    venue::Venue,
    view::{DepthView, Shown},
};

const EXAMPLES: &str = "\
Examples:
  sealane book tSOL/tUSDC                           the ten best levels of both sides
  sealane book tSOL/tUSDC --group 0.5 --levels 20   levels of half a tUSDC
  sealane book tSOL/tUSDC --watch                   as it changes, until Ctrl-C";

/// How often a watched book is asked for where the node tells of no changes by itself.
const POLL_INTERVAL: Duration = Duration::from_millis(800);
/// How often all lanes are looked at again besides, should the node have kept something back.
const REFRESH: Duration = Duration::from_secs(10);
/// The same of a local chain, where it costs nothing. The embedded one gives all its notifications
/// the slot of the subscription, so that they come too late for anything known from later.
const LOCAL_REFRESH: Duration = Duration::from_secs(1);
/// For how long it is not worth mentioning that the node tells nothing.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a drawing stands at least.
const FRAME: Duration = Duration::from_millis(100);
/// How long it stands at most: the terminal may have another size.
const MAX_STILLNESS: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Levels of each side
    #[arg(long, short, value_name = "COUNT", default_value_t = 10,
          value_parser = clap::value_parser!(u16).range(1..))]
    levels: u16,

    /// Add up prices within steps of this size [default: a tick]
    #[arg(long, short, value_name = "PRICE")]
    group: Option<String>,

    /// Draw it again whenever it changes; with JSON, a line for each change
    #[arg(long, short)]
    watch: bool,
}

/// What to show of which market.
struct Scene {
    venue: Venue,
    group: u32,
    levels: usize,
    own: Option<Pubkey>,
}

impl Scene {
    async fn open(session: &mut Session, arguments: &Arguments) -> Result<Self> {
        let venue = session.load_market(&arguments.market).await?;
        let group = match &arguments.group {
            Some(step) => venue.parse_step(step)?,
            None => 1,
        };
        Ok(Self {
            venue,
            group,
            levels: arguments.levels.into(),
            // Looking at a book needs no wallet.
            own: session.wallet().ok().map(|wallet| wallet.pubkey()),
        })
    }

    fn view(&self, session: &Session) -> DepthView {
        let shown = Shown {
            group: self.group,
            levels: self.levels,
            own: self.own.as_ref(),
        };
        let book = session.order_book(&self.venue.address);
        DepthView::of(&self.venue, &book, session.moment(), &shown)
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let scene = {
        let _spinner = session.output.working("Fetching the book");
        Scene::open(session, arguments).await?
    };
    if arguments.watch {
        return watch(session, &scene).await;
    }
    session.output.report(&scene.view(session));
    Ok(())
}

/// Shows the book whenever it changes, until somebody interrupts. That is how watching ends, and
/// no failure.
async fn watch(session: &mut Session, scene: &Scene) -> Result<()> {
    tokio::select! {
        outcome = follow(session, scene) => outcome,
        () = interrupted() => Ok(()),
    }
}

async fn follow(session: &mut Session, scene: &Scene) -> Result<()> {
    let mut feed = Feed::open(session, &scene.venue.address);
    let mut canvas = Canvas::new(session.output);
    loop {
        canvas.show(scene.view(session), feed.trouble());
        feed.wait(session).await?;
    }
}

/// Where the changes come from: the node tells them, and where it does not, it is asked.
struct Feed {
    market: Pubkey,
    lanes: Subscription,
    /// Since when the node tells nothing, and why.
    silent: Option<(Instant, String)>,
}

impl Feed {
    fn open(session: &Session, market: &Pubkey) -> Self {
        let refresh_interval = if session.is_local() {
            LOCAL_REFRESH
        } else {
            REFRESH
        };
        let config = SubscriptionConfig {
            refresh_interval,
            ..SubscriptionConfig::lanes(session.ws_url(), *market)
        };
        Self {
            market: *market,
            lanes: subscribe::follow(config, session.client.rpc().clone()),
            silent: Some((Instant::now(), "it is not connected".to_owned())),
        }
    }

    /// Why what is shown may be old, if that has gone on for more than a moment.
    fn trouble(&self) -> Option<&str> {
        let (since, reason) = self.silent.as_ref()?;
        (since.elapsed() > PATIENCE).then_some(reason)
    }

    fn fell_silent(&mut self, reason: String) {
        let since = self
            .silent
            .take()
            .map_or_else(Instant::now, |(since, _)| since);
        self.silent = Some((since, reason));
    }

    /// Waits for a change, and brings the cache up to date.
    async fn wait(&mut self, session: &mut Session) -> Result<()> {
        let patience = match self.silent {
            Some(_) => POLL_INTERVAL,
            None => MAX_STILLNESS,
        };
        match timeout(patience, self.lanes.next()).await {
            Ok(Some(event)) => {
                self.take_in(session, &event)?;
                self.take_in_the_rest(session).await
            }
            Ok(None) => {
                self.fell_silent("the subscription has ended".to_owned());
                sleep(POLL_INTERVAL).await;
                self.ask(session).await
            }
            Err(_) if self.silent.is_some() => self.ask(session).await,
            // Nothing to tell is no trouble: the subscription itself notices when it is cut off.
            Err(_) => Ok(()),
        }
    }

    /// What else changes within the time of a frame is shown with it.
    async fn take_in_the_rest(&mut self, session: &mut Session) -> Result<()> {
        let end = Instant::now() + FRAME;
        while let Ok(Some(event)) = timeout_at(end, self.lanes.next()).await {
            self.take_in(session, &event)?;
        }
        sleep_until(end).await;
        Ok(())
    }

    fn take_in(&mut self, session: &mut Session, event: &AccountEvent) -> Result<()> {
        match event {
            AccountEvent::Stale(reason) => self.fell_silent(reason.to_string()),
            AccountEvent::Snapshot(_) | AccountEvent::Resynced(_) => self.silent = None,
            AccountEvent::Update(_) | AccountEvent::Closed { .. } => {}
        }
        Ok(event.apply_to(session.client.markets_mut())?)
    }

    /// While nobody answers, what was known last stays: a chain may come back.
    async fn ask(&mut self, session: &mut Session) -> Result<()> {
        match session.client.fetch_market(&self.market).await {
            Ok(()) => Ok(()),
            Err(ClientError::Rpc { call, .. }) => {
                self.fell_silent(format!("the node does not answer {call}"));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Where the book is shown: in place on a terminal, and otherwise one after the other.
struct Canvas {
    output: Output,
    screen: Option<Screen>,
    shown: Option<DepthView>,
    warned: bool,
}

impl Canvas {
    fn new(output: Output) -> Self {
        Self {
            output,
            screen: output.draws().then(Screen::take).flatten(),
            shown: None,
            warned: false,
        }
    }

    fn show(&mut self, view: DepthView, trouble: Option<&str>) {
        if let Some(screen) = &self.screen {
            let (rows, columns) = screen.size();
            let drawn = view.fitting(rows).draw(columns);
            let footer = match trouble {
                None => style("live · Ctrl-C ends".to_owned()).dim(),
                Some(trouble) => style(format!("may be old: {trouble} · Ctrl-C ends")).yellow(),
            };
            screen.draw(&format!("{drawn}\n\n{footer}"));
            return;
        }
        if let Some(trouble) = trouble.filter(|_| !self.warned) {
            self.output
                .warn(&format!("changes are not told but asked for: {trouble}"));
        }
        self.warned = trouble.is_some();
        let shown = self.shown.as_ref();
        if shown.is_none_or(|shown| !shown.shows_the_same(&view)) {
            self.output.report_line(&view);
            self.shown = Some(view);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn a_book_has_some_levels() {
        assert!(parse(&["book", "m", "--levels", "1", "--group", "0.5", "--watch"]).is_ok());
        assert!(parse(&["book", "m", "--levels", "0"]).is_err());
        assert!(parse(&["book"]).is_err());
    }
}
