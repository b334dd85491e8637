//! What a transaction would do, computed here.

use std::collections::BTreeSet;

use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{Client, ClientError, MAX_ACCOUNTS};
use crate::{
    accounts,
    address::CLOCK_SYSVAR,
    simulate::{Report, State, Trade},
};

impl Client {
    /// What these instructions, as one transaction signed by whoever has to sign it, would do now:
    /// fills, balance changes, fees, compute units. Fetches the accounts that they name and computes
    /// the rest here.
    ///
    /// # Errors
    /// [`ClientError::Simulated`] if the chain would refuse the transaction, or if it does something
    /// that is not simulated here; [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(instructions = instructions.len()))]
    pub async fn simulate(&self, instructions: &[Instruction]) -> Result<Report, ClientError> {
        let trade = Trade::signed(instructions.to_vec());
        let mut state = self.state_of(&trade).await?;
        state.preview(&trade).map_err(ClientError::Simulated)
    }

    /// The accounts that a trade names, and the clock.
    async fn state_of(&self, trade: &Trade) -> Result<State, ClientError> {
        let programs = trade.instructions.iter().map(|each| each.program_id);
        let metas = trade.instructions.iter().flat_map(|each| &each.accounts);
        let mut addresses: BTreeSet<Pubkey> = metas.map(|meta| meta.pubkey).collect();
        addresses.extend(programs);
        addresses.remove(&CLOCK_SYSVAR);
        // The clock comes first: what it says decides how the others are read.
        let addresses: Vec<Pubkey> = std::iter::once(CLOCK_SYSVAR).chain(addresses).collect();
        let mut state = State::default();
        for some in addresses.chunks(MAX_ACCOUNTS) {
            let (_, fetched) = self.accounts(some).await?;
            for (address, account) in some.iter().zip(fetched) {
                let loaded = match &account {
                    Some(account) => {
                        if *address == CLOCK_SYSVAR {
                            let clock = accounts::decode_clock(&account.data);
                            state.set_clock(clock.map_err(|source| ClientError::Decode {
                                address: *address,
                                source,
                            })?);
                        }
                        state.load(address, &account.owner, &account.data)
                    }
                    None => state.load_absent(address),
                };
                // A transaction names few accounts.
                loaded.expect("as many accounts as a transaction names can be numbered");
            }
        }
        Ok(state)
    }
}
