//! Wallets and tokens.

use std::time::Duration;

use serde::Serialize;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_rpc_client_api::request::TokenAccountsFilter;
use solana_signature::Signature;
use solana_signer::Signer;
use tokio::time::Instant;

use super::{Client, ClientError};
use crate::{
    accounts::{self, TokenAccountInfo},
    address::{self, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    serialize,
    token::{
        TokenKind, create_associated_token_instruction, create_mint_instructions,
        mint_to_instruction,
    },
    tx::{Confirmed, retried},
};

/// Accounts that a node returns in one call.
const MAX_ACCOUNTS: usize = 100;
/// How long SOL asked of the faucet may take.
const AIRDROP_WAIT: Duration = Duration::from_secs(60);

/// What a wallet holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Balances {
    /// SOL, in lamports.
    pub lamports: u64,
    /// Its token accounts, by mint.
    pub tokens: Vec<TokenBalance>,
}

/// What a wallet holds of one token in one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TokenBalance {
    /// The token's mint.
    #[serde(serialize_with = "serialize::display")]
    pub mint: Pubkey,
    /// The account.
    #[serde(serialize_with = "serialize::display")]
    pub account: Pubkey,
    /// SPL Token or Token-2022.
    #[serde(serialize_with = "serialize::display")]
    pub token_program: Pubkey,
    /// How much, in base units.
    pub amount: u64,
    /// The token's decimals.
    pub decimals: u8,
}

impl Client {
    /// All that a wallet holds.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    pub async fn balances(&self, owner: &Pubkey) -> Result<Balances, ClientError> {
        let lamports = self.lamports(owner).await?;
        let mut held: Vec<(Pubkey, TokenAccountInfo)> = Vec::new();
        for program in [TOKEN_PROGRAM, TOKEN_2022_PROGRAM] {
            let addresses = self.token_accounts(owner, program).await?;
            for chunk in addresses.chunks(MAX_ACCOUNTS) {
                let (_, fetched) = self.accounts(chunk).await?;
                held.extend(chunk.iter().zip(fetched).filter_map(|(address, account)| {
                    let account = account?;
                    let info = accounts::decode_token_account(&account.owner, &account.data);
                    info.ok().map(|info| (*address, info))
                }));
            }
        }
        let mut mints: Vec<Pubkey> = held.iter().map(|(_, info)| info.mint).collect();
        mints.sort_unstable();
        mints.dedup();
        let decimals = self.decimals(&mints).await?;
        let mut tokens: Vec<TokenBalance> = held
            .into_iter()
            .filter_map(|(account, info)| {
                let index = mints.binary_search(&info.mint).ok()?;
                Some(TokenBalance {
                    mint: info.mint,
                    account,
                    token_program: info.token_program,
                    amount: info.amount,
                    decimals: decimals[index],
                })
            })
            .collect();
        tokens.sort_unstable_by_key(|balance| (balance.mint, balance.account));
        Ok(Balances { lamports, tokens })
    }

    /// What a wallet's associated account of a mint holds; nothing if it does not exist.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] if there is no such mint, [`ClientError::Rpc`] if the node does
    /// not answer.
    pub async fn token_balance(&self, owner: &Pubkey, mint: &Pubkey) -> Result<u64, ClientError> {
        let program = self.mint(mint).await?.token_program;
        let account = address::associated_token(owner, mint, &program);
        let (_, fetched) = self.accounts(std::slice::from_ref(&account)).await?;
        match fetched.into_iter().next().flatten() {
            None => Ok(0),
            Some(held) => accounts::decode_token_account(&held.owner, &held.data)
                .map(|info| info.amount)
                .map_err(|source| ClientError::Decode {
                    address: account,
                    source,
                }),
        }
    }

    /// What a wallet holds of SOL, in lamports.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    pub async fn lamports(&self, owner: &Pubkey) -> Result<u64, ClientError> {
        let commitment = self.transactor.config().commitment;
        let response = retried(|| self.rpc.get_balance_with_commitment(owner, commitment)).await;
        Ok(response.map_err(ClientError::rpc("getBalance"))?.value)
    }

    /// Creates a token. `payer` pays and may mint.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn create_mint(
        &self,
        payer: &Keypair,
        decimals: u8,
        kind: TokenKind,
    ) -> Result<Pubkey, ClientError> {
        let mint = Keypair::new();
        self.create_mint_at(payer, &mint, decimals, kind).await?;
        Ok(mint.pubkey())
    }

    /// As [`Client::create_mint`], at the address of a keypair at hand.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn create_mint_at(
        &self,
        payer: &Keypair,
        mint: &Keypair,
        decimals: u8,
        kind: TokenKind,
    ) -> Result<Confirmed, ClientError> {
        let len = kind.mint_len();
        let lamports = retried(|| self.rpc.get_minimum_balance_for_rent_exemption(len))
            .await
            .map_err(ClientError::rpc("getMinimumBalanceForRentExemption"))?;
        let (owner, address) = (payer.pubkey(), mint.pubkey());
        let instructions =
            create_mint_instructions(&owner, &address, &owner, decimals, kind, lamports);
        Ok(self
            .transactor
            .send(&instructions, &owner, &[payer, mint])
            .await?)
    }

    /// Mints tokens to a wallet's associated account, which is created if it does not exist.
    /// `authority` pays.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn mint_to(
        &self,
        authority: &Keypair,
        mint: &Pubkey,
        owner: &Pubkey,
        amount: u64,
    ) -> Result<Confirmed, ClientError> {
        let program = self.mint(mint).await?.token_program;
        let account = address::associated_token(owner, mint, &program);
        let payer = authority.pubkey();
        let instructions = [
            create_associated_token_instruction(&payer, owner, mint, &program),
            mint_to_instruction(&program, mint, &account, &payer, amount),
        ];
        self.send(&instructions, authority).await
    }

    /// Asks the chain's faucet for SOL and waits until it has arrived. Only local and test chains
    /// have one.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node refuses, [`ClientError::NoAirdrop`] if nothing arrives.
    pub async fn airdrop(&self, owner: &Pubkey, lamports: u64) -> Result<Signature, ClientError> {
        let before = self.lamports(owner).await?;
        let signature = retried(|| self.rpc.request_airdrop(owner, lamports))
            .await
            .map_err(ClientError::rpc("requestAirdrop"))?;
        let started = Instant::now();
        // By balance and not by signature: not every local chain records its faucet's transfers.
        while self.lamports(owner).await? < before.saturating_add(lamports) {
            if started.elapsed() > AIRDROP_WAIT {
                return Err(ClientError::NoAirdrop {
                    address: *owner,
                    lamports,
                });
            }
            tokio::time::sleep(self.transactor.config().poll_interval).await;
        }
        Ok(signature)
    }

    /// Addresses of a wallet's accounts under one token program.
    async fn token_accounts(
        &self,
        owner: &Pubkey,
        program: Pubkey,
    ) -> Result<Vec<Pubkey>, ClientError> {
        let commitment = self.transactor.config().commitment;
        let found = retried(|| {
            let filter = TokenAccountsFilter::ProgramId(program);
            self.rpc
                .get_token_accounts_by_owner_with_commitment(owner, filter, commitment)
        })
        .await
        .map_err(ClientError::rpc("getTokenAccountsByOwner"))?;
        Ok(found
            .value
            .iter()
            .filter_map(|keyed| keyed.pubkey.parse().ok())
            .collect())
    }

    /// Decimals of mints; 0 for what is not one.
    async fn decimals(&self, mints: &[Pubkey]) -> Result<Vec<u8>, ClientError> {
        let mut decimals = Vec::with_capacity(mints.len());
        for chunk in mints.chunks(MAX_ACCOUNTS) {
            let (_, fetched) = self.accounts(chunk).await?;
            decimals.extend(fetched.into_iter().map(|account| {
                let mint = account
                    .and_then(|account| accounts::decode_mint(&account.owner, &account.data).ok());
                mint.map_or(0, |mint| mint.decimals)
            }));
        }
        Ok(decimals)
    }
}
