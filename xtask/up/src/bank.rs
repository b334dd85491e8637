//! SOL and test tokens, as many as anybody wants.

use sealane_localnet::world::{Token, Wallet, World};
use sealane_sdk::{
    address::associated_token,
    client::{Client, ClientError},
    token::{create_associated_token_instruction, mint_to_instruction, transfer_instruction},
};
use serde::Serialize;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

/// What a wallet got of one token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Given {
    pub(crate) symbol: &'static str,
    pub(crate) mint: String,
    /// Base units.
    pub(crate) amount: String,
}

/// Whoever may mint the test tokens, and holds what there is of the one that nobody can mint.
pub(crate) struct Bank {
    client: Client,
    authority: Keypair,
    tokens: Vec<Token>,
}

impl Bank {
    /// The bank of a demo world.
    pub(crate) fn new(client: Client, world: &World) -> Self {
        Self {
            client,
            authority: copy(&world.wallets.maker),
            tokens: world.tokens.clone(),
        }
    }

    /// Gives SOL.
    pub(crate) async fn give_sol(&self, to: &Pubkey, lamports: u64) -> Result<(), ClientError> {
        self.client.airdrop(to, lamports).await.map(drop)
    }

    /// Gives whole tokens: `of` says how many of each. One transaction, all or nothing.
    pub(crate) async fn give_tokens(
        &self,
        to: &Pubkey,
        of: impl Fn(&Token) -> u64,
    ) -> Result<Vec<Given>, ClientError> {
        let payer = self.authority.pubkey();
        let (mut instructions, mut given) = (Vec::new(), Vec::new());
        for token in &self.tokens {
            let Token {
                mint,
                token_program,
                ..
            } = token;
            let amount = token.units(of(token));
            if amount == 0 {
                continue;
            }
            let account = associated_token(to, mint, token_program);
            let create = create_associated_token_instruction(&payer, to, mint, token_program);
            let give = if token.fixed_supply {
                let own = associated_token(&payer, mint, token_program);
                let decimals = token.decimals;
                transfer_instruction(
                    token_program,
                    &own,
                    mint,
                    &account,
                    &payer,
                    amount,
                    decimals,
                )
            } else {
                mint_to_instruction(token_program, mint, &account, &payer, amount)
            };
            instructions.extend([create, give]);
            given.push(Given {
                symbol: token.symbol,
                mint: mint.to_string(),
                amount: amount.to_string(),
            });
        }
        self.client.send(&instructions, &self.authority).await?;
        Ok(given)
    }
}

/// A demo wallet's key, for a task of its own.
pub(crate) fn copy(wallet: &Wallet) -> Keypair {
    wallet.keypair.insecure_clone()
}
