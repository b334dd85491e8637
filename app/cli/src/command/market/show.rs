//! `market show`: one market.

use super::MarketArgument;
use crate::{failure::Result, session::Session, view::MarketView};

pub(super) async fn run(session: &mut Session, arguments: &MarketArgument) -> Result<()> {
    let view = {
        let _spinner = session.output.working("Fetching the market");
        let venue = session.load_market(&arguments.market).await?;
        MarketView::now(session, &venue)
    };
    session.output.report(&view);
    Ok(())
}
