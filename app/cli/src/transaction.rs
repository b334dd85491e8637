//! What a transaction did, from its record: signature, compute units, and what really moved.

use sealane_sdk::{address::associated_token, client::Client, plan::Caller, tx::Confirmed};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_rpc_client_api::config::RpcTransactionConfig;
use solana_transaction_status_client_types::{
    UiTransactionEncoding, UiTransactionStatusMeta, UiTransactionTokenBalance,
    option_serializer::OptionSerializer,
};

use crate::{
    output::Facts,
    token::{Token, Units},
    view::text,
};

/// A wallet's gain or loss of a token. Without the decimals of the record, which not every local
/// chain gets right; who knows the token knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Moved {
    /// The token's mint.
    #[serde(serialize_with = "text")]
    pub(crate) mint: Pubkey,
    /// Base units gained, or lost if negative.
    pub(crate) change: i128,
}

/// What a transaction did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Receipt {
    pub(crate) signature: String,
    pub(crate) slot: u64,
    /// None if the node does not serve the record.
    pub(crate) compute_units: Option<u64>,
    /// Likewise.
    pub(crate) fee_lamports: Option<u64>,
    /// Lamports that became the rent of new accounts; likewise.
    pub(crate) rent_lamports: Option<u64>,
    /// What the wallet gained and lost; likewise.
    pub(crate) moved: Option<Vec<Moved>>,
}

impl Receipt {
    /// Asks the node for the record of a transaction that the wallet paid for. The transaction is
    /// confirmed: a node without records only means knowing less.
    pub(crate) async fn of(client: &Client, confirmed: &Confirmed, wallet: &Pubkey) -> Self {
        let config = RpcTransactionConfig {
            encoding: Some(UiTransactionEncoding::Base64),
            commitment: Some(client.transactor().config().commitment),
            max_supported_transaction_version: Some(0),
        };
        let fetched = client
            .rpc()
            .get_transaction_with_config(&confirmed.signature, config)
            .await;
        let meta = match fetched {
            Ok(record) => record.transaction.meta,
            Err(error) => {
                tracing::warn!(%error, "the node does not serve the transaction's record");
                None
            }
        };
        let paid = meta.as_ref().and_then(lamports_paid);
        Self {
            signature: confirmed.signature.to_string(),
            slot: confirmed.slot,
            compute_units: confirmed.compute_units,
            fee_lamports: confirmed.fee,
            rent_lamports: paid
                .zip(confirmed.fee)
                .map(|(paid, fee)| paid.saturating_sub(fee)),
            moved: meta.as_ref().and_then(|meta| moved(meta, wallet)),
        }
    }

    /// The change of one token; `None` if it is not known.
    pub(crate) fn change(&self, mint: &Pubkey) -> Option<i128> {
        let moved = self.moved.as_ref()?;
        let change = moved.iter().find(|moved| moved.mint == *mint);
        Some(change.map_or(0, |moved| moved.change))
    }

    /// What is the same after every transaction.
    pub(crate) fn add_to(&self, facts: &mut Facts, units: Units) {
        facts
            .add("Signature", &self.signature)
            .add_some(
                "Compute units",
                self.compute_units.map(|units| units.to_string()),
            )
            .add_some("Network fee", self.fee_lamports.map(|fee| units.sol(fee)));
        if let Some(rent) = self.rent_lamports.filter(|rent| *rent > 0) {
            facts.add("Rent", format!("{} for new accounts", units.sol(rent)));
        }
    }

    /// What the wallet gained and lost of these tokens, as lines.
    pub(crate) fn add_moved(&self, facts: &mut Facts, units: Units, tokens: &[&Token]) {
        for moved in self.moved.iter().flatten() {
            let Some(token) = tokens.iter().find(|token| token.mint == moved.mint) else {
                continue;
            };
            let name = if moved.change < 0 { "Sent" } else { "Received" };
            let size = u64::try_from(moved.change.unsigned_abs()).unwrap_or(u64::MAX);
            facts.add(name, token.amount(units, size));
        }
    }
}

/// A wallet that pays for itself. Its accounts of the tokens that it is to receive (mint and token
/// program) are created by the transaction only if one is missing: creating costs compute even
/// where there is nothing to do.
pub(crate) async fn caller(
    client: &Client,
    owner: Pubkey,
    receives: &[(Pubkey, Pubkey)],
) -> Caller {
    let accounts: Vec<Pubkey> = receives
        .iter()
        .map(|(mint, program)| associated_token(&owner, mint, program))
        .collect();
    let caller = Caller::new(owner);
    match client.rpc().get_multiple_accounts(&accounts).await {
        Ok(found) if found.iter().all(Option::is_some) => caller.without_account_creation(),
        // Also where the node does not tell.
        _ => caller,
    }
}

/// What the payer, who is always the first account, paid in all.
fn lamports_paid(meta: &UiTransactionStatusMeta) -> Option<u64> {
    let (before, after) = (meta.pre_balances.first()?, meta.post_balances.first()?);
    Some(before.saturating_sub(*after))
}

/// What the wallet's token accounts gained and lost; `None` if the record does not tell.
fn moved(meta: &UiTransactionStatusMeta, wallet: &Pubkey) -> Option<Vec<Moved>> {
    let (OptionSerializer::Some(before), OptionSerializer::Some(after)) =
        (&meta.pre_token_balances, &meta.post_token_balances)
    else {
        return None;
    };
    let wallet = wallet.to_string();
    let mut moved: Vec<Moved> = Vec::new();
    let signed = before
        .iter()
        .map(|one| (one, -1))
        .chain(after.iter().map(|one| (one, 1)));
    for (balance, sign) in signed {
        let Some((mint, amount)) = held_by(balance, &wallet) else {
            continue;
        };
        let change = sign * i128::from(amount);
        match moved.iter_mut().find(|known| known.mint == mint) {
            Some(known) => known.change += change,
            None => moved.push(Moved { mint, change }),
        }
    }
    moved.retain(|moved| moved.change != 0);
    // What was sent before what was received.
    moved.sort_by_key(|moved| (moved.change > 0, moved.mint));
    Some(moved)
}

fn held_by(balance: &UiTransactionTokenBalance, wallet: &str) -> Option<(Pubkey, u64)> {
    let OptionSerializer::Some(owner) = &balance.owner else {
        return None;
    };
    if owner != wallet {
        return None;
    }
    let amount = balance.ui_token_amount.amount.parse().ok()?;
    Some((balance.mint.parse().ok()?, amount))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn meta(
        before: &[(&str, &Pubkey, u64)],
        after: &[(&str, &Pubkey, u64)],
    ) -> UiTransactionStatusMeta {
        let balances = |list: &[(&str, &Pubkey, u64)]| {
            list.iter()
                .map(|(owner, mint, amount)| {
                    json!({
                        "accountIndex": 1, "mint": mint.to_string(), "owner": owner,
                        "programId": "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
                        "uiTokenAmount": {
                            "amount": amount.to_string(), "decimals": 6,
                            "uiAmount": null, "uiAmountString": "",
                        },
                    })
                })
                .collect::<Vec<_>>()
        };
        serde_json::from_value(json!({
            "err": null, "status": {"Ok": null}, "fee": 5000,
            "preBalances": [10_000_000], "postBalances": [7_955_720],
            "preTokenBalances": balances(before), "postTokenBalances": balances(after),
        }))
        .unwrap()
    }

    #[test]
    fn only_the_wallets_own_accounts_count_and_what_was_sent_comes_first() {
        let wallet = Pubkey::new_unique();
        let own = wallet.to_string();
        let [sold, bought, kept] = [(); 3].map(|()| Pubkey::new_unique());
        let meta = meta(
            &[
                (&own, &sold, 100),
                ("vault", &bought, 500),
                (&own, &kept, 7),
            ],
            // The account that receives is new: it has no balance before.
            &[
                (&own, &bought, 150),
                (&own, &sold, 40),
                ("vault", &bought, 350),
                (&own, &kept, 7),
            ],
        );
        let moved = moved(&meta, &wallet).unwrap();
        let changes: Vec<_> = moved.iter().map(|one| (one.mint, one.change)).collect();
        assert_eq!(changes, [(sold, -60), (bought, 150)]);
        assert_eq!(lamports_paid(&meta), Some(2_044_280));
    }
}
