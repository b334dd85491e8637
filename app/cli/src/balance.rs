//! Whether a wallet can pay: said before the chain says it, with the numbers.

use solana_pubkey::Pubkey;

use crate::{
    failure::{Failure, Result},
    session::Session,
    token::Token,
};

/// Fails if the wallet's account holds less of a token than is to be sent.
pub(crate) async fn require(
    session: &Session,
    owner: &Pubkey,
    token: &Token,
    amount: u64,
) -> Result<()> {
    let held = session.client.token_balance(owner, &token.mint).await?;
    if held >= amount {
        return Ok(());
    }
    let units = session.units;
    let message = format!(
        "the wallet holds {}, less than the {} to be sent",
        token.amount(units, held),
        token.amount(units, amount)
    );
    Err(Failure::new("InsufficientFunds", message).hint(
        "send less, or get more: swap for it, or on a local chain `sealane faucet token` mints it",
    ))
}
