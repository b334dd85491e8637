//! Closes epochs of farms when they have ended, and counts the volume of makers before they do.
//! Anyone may do either.

use std::time::Duration;

use sealane_localnet::world::WorldFarm;
use sealane_sdk::{
    address,
    client::Client,
    plan::staking::{close_epochs_instructions, count_volume_instruction},
    staking::errors::StakingError,
};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{Bot, BotError};

/// Often enough that an epoch of a minute is not closed late.
const EVERY: Duration = Duration::from_secs(10);

pub(super) struct Crank {
    client: Client,
    wallet: Keypair,
    farm: WorldFarm,
    /// Whose lanes are counted.
    makers: Vec<Pubkey>,
}

impl Crank {
    pub(super) fn new(
        client: Client,
        wallet: Keypair,
        farm: &WorldFarm,
        makers: Vec<Pubkey>,
    ) -> Self {
        Self {
            client,
            wallet,
            farm: farm.clone(),
            makers,
        }
    }

    async fn close(&mut self) -> Result<(), BotError> {
        self.client.fetch_farm(&self.farm.address).await?;
        let (farm, payer) = (&self.farm.address, self.wallet.pubkey());
        let due = close_epochs_instructions(self.client.farms(), farm, &payer)?;
        self.client
            .execute_sequence(due, &self.wallet, |_, _| {})
            .await?;
        Ok(())
    }

    async fn count(&mut self, maker: &Pubkey) -> Result<(), BotError> {
        let (position, _) = address::position(&self.farm.address, maker, 0);
        self.client.fetch_position(&position).await?;
        let count = [count_volume_instruction(self.client.farms(), &position)?];
        match self.client.send(&count, &self.wallet).await {
            // Nobody has traded with the maker since.
            Err(error) if error.staking_error() == Some(StakingError::NothingToCount) => Ok(()),
            sent => Ok(sent.map(drop)?),
        }
    }
}

impl Bot for Crank {
    fn name(&self) -> String {
        format!("crank of {}", self.farm.name)
    }

    fn pause(&mut self) -> Duration {
        EVERY
    }

    async fn act(&mut self) -> Result<(), BotError> {
        self.close().await?;
        if self.farm.market.is_some() {
            for maker in self.makers.clone() {
                self.count(&maker).await?;
            }
        }
        Ok(())
    }
}
