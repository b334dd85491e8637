//! `table`: lookup tables, with which transactions name more accounts than they could hold.

use clap::{Args, Subcommand};
use sealane_sdk::client::LookupTable;
use serde::Serialize;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use crate::{
    failure::{Failure, Result},
    output::{Facts, Grid, Report},
    session::Session,
};

const CREATE_EXAMPLES: &str = "\
Examples:
  sealane table create --market tSOL/tUSDC                      of all that trades there name
  sealane table create --pool tSOL/tUSDC --pool tUSDC/tUSDX
  sealane swap 50 tSOL tUSDC --lookup-table ADDRESS             trades with it";

const EXTEND_EXAMPLES: &str = "\
Examples:
  sealane table extend TABLE --market tSOL/tUSDC   also with lanes that were opened since
  sealane table extend TABLE --address ADDRESS";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create tables of what trades with pools and markets name
    Create(CreateArguments),
    /// Put more into a table of the wallet's
    Extend(ExtendArguments),
    /// What a table holds
    Show(ShowArguments),
}

/// What is to be in a table.
#[derive(Debug, Args)]
#[group(id = "contents", required = true, multiple = true)]
struct Contents {
    /// A pool: its mints, shards and vaults; can be given several times
    #[arg(long, value_name = "POOL", group = "contents")]
    pool: Vec<String>,

    /// A market: its mints, vaults and lanes; can be given several times
    #[arg(long, value_name = "MARKET", group = "contents")]
    market: Vec<String>,

    /// Any other account; can be given several times
    #[arg(long, value_name = "ADDRESS", group = "contents")]
    address: Vec<Pubkey>,
}

#[derive(Debug, Args)]
#[command(after_help = CREATE_EXAMPLES)]
pub(crate) struct CreateArguments {
    #[command(flatten)]
    contents: Contents,
}

#[derive(Debug, Args)]
#[command(after_help = EXTEND_EXAMPLES)]
pub(crate) struct ExtendArguments {
    /// Which table
    #[arg(value_name = "TABLE")]
    table: Pubkey,

    #[command(flatten)]
    contents: Contents,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// Which table
    #[arg(value_name = "TABLE")]
    table: Pubkey,
}

impl Contents {
    /// The addresses, each once.
    async fn addresses(&self, session: &mut Session) -> Result<Vec<Pubkey>> {
        let mut places = Vec::new();
        for pool in &self.pool {
            places.push(session.load_pool(pool).await?);
        }
        for market in &self.market {
            places.push(session.load_market(market).await?.address);
        }
        let mut addresses = match places.is_empty() {
            true => Vec::new(),
            false => session.client.addresses_to_look_up(&places),
        };
        for address in &self.address {
            if !addresses.contains(address) {
                addresses.push(*address);
            }
        }
        Ok(addresses)
    }
}

/// A table as it is.
#[derive(Serialize)]
struct TableView {
    address: String,
    /// Null if nobody may extend it.
    authority: Option<String>,
    is_closing: bool,
    addresses: Vec<String>,
}

impl From<&LookupTable> for TableView {
    fn from(table: &LookupTable) -> Self {
        Self {
            address: table.address.to_string(),
            authority: table.authority.map(|authority| authority.to_string()),
            is_closing: table.is_closing,
            addresses: table.addresses.iter().map(Pubkey::to_string).collect(),
        }
    }
}

impl Report for TableView {
    fn text(&self) -> String {
        let mut facts = Facts::under("Lookup table");
        let authority = self.authority.as_deref();
        facts
            .add("Address", &self.address)
            .add("Extended by", authority.unwrap_or("nobody: it is frozen"))
            .add("Addresses", self.addresses.len().to_string());
        if self.is_closing {
            facts.add("State", "being closed: transactions cannot use it");
        }
        let mut grid = Grid::new(&["#Index", "Address"]);
        for (index, address) in self.addresses.iter().enumerate() {
            grid.row([index.to_string(), address.clone()]);
        }
        format!("{facts}\n\n{grid}")
    }
}

/// Tables that were created.
#[derive(Serialize)]
struct Created {
    tables: Vec<TableView>,
}

impl Report for Created {
    fn text(&self) -> String {
        let mut facts = Facts::under("Created");
        for table in &self.tables {
            let count = table.addresses.len();
            let line = format!("{} of {count} addresses", table.address);
            facts.add("Table", line);
        }
        facts.to_string()
    }
}

/// A table that has more in it.
#[derive(Serialize)]
struct Extended {
    added: Vec<String>,
    table: TableView,
}

impl Report for Extended {
    fn text(&self) -> String {
        let mut facts = Facts::under("Extended");
        let added = match self.added.len() {
            0 => "nothing: all of it was there".to_owned(),
            count => format!("{count} addresses"),
        };
        facts
            .add("Table", &self.table.address)
            .add("Added", added)
            .add("Addresses", self.table.addresses.len().to_string());
        facts.to_string()
    }
}

pub(super) async fn run(session: &mut Session, command: Command) -> Result<()> {
    match command {
        Command::Create(arguments) => create(session, &arguments).await,
        Command::Extend(arguments) => extend(session, &arguments).await,
        Command::Show(arguments) => show(session, &arguments).await,
    }
}

async fn create(session: &mut Session, arguments: &CreateArguments) -> Result<()> {
    let wallet = session.wallet()?;
    let tables = {
        let spinner = session.output.working("Looking up what belongs into it");
        let addresses = arguments.contents.addresses(session).await?;
        spinner.say("Creating the table, which takes several transactions");
        let client = &mut session.client;
        let created = client.create_lookup_tables(&addresses, &wallet).await?;
        let mut tables = Vec::new();
        for table in &created {
            tables.push(TableView::from(&client.lookup_table(table).await?));
        }
        tables
    };
    session.output.report(&Created { tables });
    Ok(())
}

async fn extend(session: &mut Session, arguments: &ExtendArguments) -> Result<()> {
    let wallet = session.wallet()?;
    let extended = {
        let spinner = session.output.working("Looking up what belongs into it");
        let table = arguments.table;
        let before = session.client.lookup_table(&table).await?;
        require_authority(&before, &wallet)?;
        let addresses = arguments.contents.addresses(session).await?;
        spinner.say("Extending the table");
        let client = &mut session.client;
        client
            .extend_lookup_table(&table, &addresses, &wallet)
            .await?;
        let after = client.lookup_table(&table).await?;
        let added = after.addresses.get(before.addresses.len()..);
        let added = added.unwrap_or_default().iter().map(Pubkey::to_string);
        Extended {
            added: added.collect(),
            table: TableView::from(&after),
        }
    };
    session.output.report(&extended);
    Ok(())
}

async fn show(session: &mut Session, arguments: &ShowArguments) -> Result<()> {
    let table = {
        let _spinner = session.output.working("Fetching the table");
        session.client.lookup_table(&arguments.table).await?
    };
    session.output.report(&TableView::from(&table));
    Ok(())
}

/// Sooner than the chain would say it.
fn require_authority(table: &LookupTable, wallet: &Keypair) -> Result<()> {
    let who = match table.authority {
        Some(authority) if authority == wallet.pubkey() => return Ok(()),
        Some(authority) => format!("only {authority} may extend the table"),
        None => "the table is frozen: nobody may extend it".to_owned(),
    };
    Err(Failure::new("NotAuthority", who)
        .hint("name that wallet's file with --keypair, or create a table of your own"))
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn a_table_is_of_something() {
        let key = "11111111111111111111111111111111";
        assert!(parse(&["table", "create"]).is_err());
        assert!(parse(&["table", "create", "--pool", "a", "--pool", "b"]).is_ok());
        assert!(parse(&["table", "create", "--market", "a", "--address", key]).is_ok());
        assert!(parse(&["table", "create", "--address", "nowhere"]).is_err());
        assert!(parse(&["table", "extend", "--pool", "a"]).is_err());
        assert!(parse(&["table", "extend", key]).is_err());
        assert!(parse(&["table", "extend", key, "--pool", "a"]).is_ok());
        assert!(parse(&["table", "show", key]).is_ok());
    }
}
