//! Waiting for the chain's time, or passing it.

use std::time::Duration;

use sealane_sdk::client::Client;
use serde_json::{Value, json};
use solana_rpc_client_api::request::RpcRequest;

use super::{Chain, ChainError, Node};

/// How often the chain's clock is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

impl Chain {
    /// Returns when the chain's clock has come to a Unix second. On the embedded chain the time between
    /// passes at once; on a validator it has to be waited for.
    ///
    /// # Errors
    ///
    /// [`ChainError::Time`] when the chain does not tell its time, or refuses to change it.
    pub async fn wait_until(&self, unix_seconds: i64) -> Result<(), ChainError> {
        let client = Client::new(self.rpc_url());
        let now = || async {
            let now = client.now().await;
            now.map_err(|error| ChainError::Time {
                reason: error.to_string(),
            })
        };
        if now().await? >= unix_seconds {
            return Ok(());
        }
        if let Node::Embedded(_) = self.node {
            let milliseconds = unix_seconds.saturating_mul(1_000);
            let request = RpcRequest::Custom {
                method: "surfnet_timeTravel",
            };
            let target = json!([{ "absoluteTimestamp": milliseconds }]);
            let passed = self.rpc.send::<Value>(request, target).await;
            passed.map_err(|error| ChainError::Time {
                reason: error.to_string(),
            })?;
        }
        while now().await? < unix_seconds {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}
