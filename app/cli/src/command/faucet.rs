//! `faucet`: SOL and tokens for nothing, where the chain gives them.

use clap::{Args, Subcommand};
use sealane_sdk::client::ClientError;
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use crate::{
    book::Kind,
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    token::{SOL_DECIMALS, Token, Units, require_mint_authority},
    transaction::Receipt,
    view::text,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// SOL from the chain's own faucet
    Sol(SolArguments),
    /// Tokens, minted by their mint authority: the wallet has to be that
    Token(TokenArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SolArguments {
    /// How much
    #[arg(value_name = "AMOUNT")]
    amount: String,

    #[command(flatten)]
    to: Receiver,
}

#[derive(Debug, Args)]
pub(crate) struct TokenArguments {
    /// Which token
    #[arg(value_name = "TOKEN")]
    mint: String,

    /// How much
    #[arg(value_name = "AMOUNT")]
    amount: String,

    #[command(flatten)]
    to: Receiver,
}

#[derive(Debug, Args)]
struct Receiver {
    /// For whom [default: the wallet itself]
    #[arg(long, value_name = "OWNER")]
    to: Option<String>,
}

impl Receiver {
    fn address(&self, session: &Session) -> Result<Pubkey> {
        match &self.to {
            Some(text) => session.book.address(Kind::Wallet, text),
            None => Ok(session.wallet()?.pubkey()),
        }
    }
}

pub(super) async fn run(session: &Session, command: Command) -> Result<()> {
    match command {
        Command::Sol(arguments) => sol(session, &arguments).await,
        Command::Token(arguments) => token(session, &arguments).await,
    }
}

#[derive(Serialize)]
struct GivenSol {
    #[serde(serialize_with = "text")]
    owner: Pubkey,
    lamports: u64,
    /// What the owner holds now.
    balance: u64,
    signature: String,
    #[serde(skip)]
    units: Units,
}

impl Report for GivenSol {
    fn text(&self) -> String {
        let mut facts = Facts::under(format!("{} arrived", self.units.sol(self.lamports)));
        facts
            .add("Owner", self.owner.to_string())
            .add("Balance", self.units.sol(self.balance))
            .add("Signature", &self.signature);
        facts.to_string()
    }
}

async fn sol(session: &Session, arguments: &SolArguments) -> Result<()> {
    let owner = arguments.to.address(session)?;
    let lamports = session.units.parse(&arguments.amount, SOL_DECIMALS)?;
    require_some(lamports)?;
    let (signature, balance) = {
        let _spinner = session.output.working("Asking the faucet");
        let signature = session.client.airdrop(&owner, lamports).await;
        let signature = signature.map_err(|error| no_faucet(session, error, &owner))?;
        (signature, session.client.lamports(&owner).await?)
    };
    session.output.report(&GivenSol {
        owner,
        lamports,
        balance,
        signature: signature.to_string(),
        units: session.units,
    });
    Ok(())
}

/// A chain that answers but does not give.
fn no_faucet(session: &Session, error: ClientError, owner: &Pubkey) -> Failure {
    match error {
        ClientError::Rpc {
            call: "requestAirdrop",
            source,
        } => Failure::new(
            "NoFaucet",
            format!("the chain at {} gives no SOL away: {source}", session.url()),
        )
        .hint(format!(
            "ask for less if it has a limit; only local and test chains give any, elsewhere send \
             SOL to {owner}"
        )),
        error => error.into(),
    }
}

/// Tokens that were minted. Amounts are base units.
#[derive(Serialize)]
struct GivenTokens {
    #[serde(serialize_with = "text")]
    owner: Pubkey,
    #[serde(flatten)]
    token: Token,
    amount: u64,
    /// What the owner holds now.
    balance: u64,
    transaction: Receipt,
    #[serde(skip)]
    units: Units,
}

impl Report for GivenTokens {
    fn text(&self) -> String {
        let given = self.token.amount(self.units, self.amount);
        let mut facts = Facts::under(format!("{given} minted"));
        facts
            .add("Owner", self.owner.to_string())
            .add("Balance", self.token.amount(self.units, self.balance));
        self.transaction.add_to(&mut facts, self.units);
        facts.to_string()
    }
}

async fn token(session: &Session, arguments: &TokenArguments) -> Result<()> {
    let (wallet, client) = (session.wallet()?, &session.client);
    let owner = arguments.to.address(session)?;
    let given = {
        let _spinner = session.output.working("Minting");
        let token = session.token(&arguments.mint).await?;
        let amount = token.parse(session.units, &arguments.amount)?;
        require_some(amount)?;
        let info = client.mint(&token.mint).await?;
        require_mint_authority(&token, &info, &wallet.pubkey())?;
        let minted = client.mint_to(&wallet, &token.mint, &owner, amount).await?;
        GivenTokens {
            owner,
            balance: client.token_balance(&owner, &token.mint).await?,
            amount,
            transaction: Receipt::of(client, &minted, &wallet.pubkey()).await,
            token,
            units: session.units,
        }
    };
    session.output.report(&given);
    Ok(())
}

fn require_some(amount: u64) -> Result<()> {
    if amount > 0 {
        return Ok(());
    }
    Err(Failure::usage("ZeroAmount", "the amount is zero").hint("give an amount above zero"))
}
