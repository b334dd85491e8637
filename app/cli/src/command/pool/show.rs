//! `pool show`: one pool with its shards.

use super::PoolArgument;
use crate::{failure::Result, session::Session, view::PoolView};

pub(super) async fn run(session: &mut Session, arguments: &PoolArgument) -> Result<()> {
    let view = {
        let _spinner = session.output.working("Fetching the pool");
        let pool = session.load_pool(&arguments.pool).await?;
        PoolView::of(session, &pool)?
    };
    session.output.report(&view);
    Ok(())
}
