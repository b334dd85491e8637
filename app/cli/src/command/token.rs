//! `token create`: a new token, for local and test chains.

use clap::{Args, Subcommand};
use sealane_sdk::{amount, token::TokenKind};
use serde::Serialize;
use solana_keypair::Keypair;
use solana_signer::Signer as _;

use crate::{
    book::short,
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    token::{Token, Units},
    transaction::Receipt,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a token that the wallet may mint
    Create(Arguments),
}

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Digits after the point of a whole token
    #[arg(long, value_name = "DIGITS", default_value_t = 6,
          value_parser = clap::value_parser!(u8).range(0..=18))]
    decimals: u8,

    /// Under Token-2022 instead of SPL Token
    #[arg(long)]
    token_2022: bool,

    /// What every transfer costs, in hundredths of a percent; implies --token-2022
    #[arg(long, value_name = "BPS", value_parser = clap::value_parser!(u16).range(0..=10_000))]
    transfer_fee_bps: Option<u16>,

    /// The most that a transfer can cost [default: no limit]
    #[arg(long, value_name = "AMOUNT", requires = "transfer_fee_bps")]
    max_fee: Option<String>,

    /// How much to mint to the wallet at once
    #[arg(long, value_name = "AMOUNT")]
    supply: Option<String>,
}

impl Arguments {
    fn kind(&self, units: Units) -> Result<TokenKind> {
        let maximum_fee = match &self.max_fee {
            Some(text) => units.parse(text, self.decimals)?,
            None => u64::MAX,
        };
        Ok(match (self.transfer_fee_bps, self.token_2022) {
            (Some(bps), _) => TokenKind::Token2022TransferFee { bps, maximum_fee },
            (None, true) => TokenKind::Token2022,
            (None, false) => TokenKind::Spl,
        })
    }
}

/// A token that was created. Amounts are base units.
#[derive(Serialize)]
struct Created {
    #[serde(flatten)]
    token: Token,
    transfer_fee_bps: u16,
    supply: u64,
    transactions: Vec<Receipt>,
    #[serde(skip)]
    units: Units,
}

impl Report for Created {
    fn text(&self) -> String {
        let mut facts = Facts::under("Token created");
        facts
            .add("Mint", self.token.mint.to_string())
            .add("Decimals", self.token.decimals.to_string());
        if self.transfer_fee_bps > 0 {
            facts.add(
                "Transfer fee",
                amount::percent(self.transfer_fee_bps.into()),
            );
        }
        if self.supply > 0 {
            let supply = self.units.format(self.supply, self.token.decimals);
            facts.add("Minted", format!("{supply} to the wallet"));
        }
        for receipt in &self.transactions {
            facts.add("Signature", &receipt.signature);
        }
        facts.to_string()
    }
}

pub(super) async fn run(session: &Session, arguments: &Arguments) -> Result<()> {
    let (wallet, units) = (session.wallet()?, session.units);
    let kind = arguments.kind(units)?;
    let supply = match &arguments.supply {
        Some(text) => units.parse(text, arguments.decimals)?,
        None => 0,
    };
    let mint = Keypair::new();
    let (client, owner) = (&session.client, wallet.pubkey());
    let mut transactions = Vec::new();
    {
        let spinner = session.output.working("Creating the token");
        let created = client
            .create_mint_at(&wallet, &mint, arguments.decimals, kind)
            .await?;
        transactions.push(Receipt::of(client, &created, &owner).await);
        if supply > 0 {
            spinner.say("Minting");
            let minted = client
                .mint_to(&wallet, &mint.pubkey(), &owner, supply)
                .await
                .map_err(|error| {
                    let done = format!("the token was created: {}", mint.pubkey());
                    Failure::from(error).after(done)
                })?;
            transactions.push(Receipt::of(client, &minted, &owner).await);
        }
    }
    let token = Token {
        mint: mint.pubkey(),
        symbol: short(&mint.pubkey()),
        decimals: arguments.decimals,
        program: kind.program(),
    };
    session.output.report(&Created {
        token,
        transfer_fee_bps: arguments.transfer_fee_bps.unwrap_or(0),
        supply,
        transactions,
        units,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command, parse};

    fn kind(flags: &[&str]) -> Result<TokenKind> {
        let line: Vec<&str> = ["token", "create"].iter().chain(flags).copied().collect();
        match parse(&line).unwrap().1 {
            command::Command::Token(Command::Create(arguments)) => arguments.kind(Units::Whole),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_transfer_fee_makes_it_token_2022() {
        assert_eq!(kind(&[]).unwrap(), TokenKind::Spl);
        assert_eq!(kind(&["--token-2022"]).unwrap(), TokenKind::Token2022);
        let fee = |bps, maximum_fee| TokenKind::Token2022TransferFee { bps, maximum_fee };
        assert_eq!(
            kind(&["--transfer-fee-bps", "100"]).unwrap(),
            fee(100, u64::MAX)
        );
        let limited = kind(&["--transfer-fee-bps", "100", "--max-fee", "2.5"]).unwrap();
        assert_eq!(limited, fee(100, 2_500_000));
    }

    #[test]
    fn a_fee_limit_needs_a_fee() {
        assert!(parse(&["token", "create", "--max-fee", "1"]).is_err());
        assert!(parse(&["token", "create", "--transfer-fee-bps", "10001"]).is_err());
        assert!(parse(&["token", "create", "--decimals", "19"]).is_err());
    }
}
