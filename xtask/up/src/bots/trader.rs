//! Trades at random, over whatever serves best.

use std::{sync::Arc, time::Duration};

use rand::{Rng as _, rngs::StdRng, seq::IndexedRandom as _};
use sealane_localnet::{
    World,
    world::{Token, TokenName},
};
use sealane_sdk::{client::Client, quote::SwapKind, route::RouteRequest};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{Bot, BotError, between};
use crate::bank::Bank;

/// Whole tokens of each kind that it begins with, and fills up to.
pub(super) fn whole(token: TokenName) -> u64 {
    match token {
        TokenName::Sol => 200,
        TokenName::Usdc | TokenName::Usdx => 30_000,
        TokenName::Fee => 60_000,
        TokenName::Seal => 100_000,
        TokenName::Council => 0,
    }
}

/// A trade is at most this part of what it begins with; small ones are more frequent.
const LARGEST_PART: f64 = 0.05;
const SMALLEST_PART: f64 = 0.0005;
/// What prices may do meanwhile, in basis points.
const SLIPPAGE_BPS: u16 = 100;

pub(super) struct Trader {
    client: Client,
    wallet: Keypair,
    tokens: Vec<Token>,
    markets: Vec<Pubkey>,
    bank: Arc<Bank>,
    rng: StdRng,
}

impl Trader {
    pub(super) fn new(
        client: Client,
        wallet: Keypair,
        world: &World,
        bank: Arc<Bank>,
        rng: StdRng,
    ) -> Self {
        Self {
            client,
            wallet,
            tokens: world.tokens.clone(),
            markets: world.markets.iter().map(|market| market.address).collect(),
            bank,
            rng,
        }
    }
}

/// Which token for which, and how much of the first. Two of three trades are between tSOL and the
/// dollar.
fn choose(tokens: &[Token], rng: &mut StdRng) -> Option<(Token, Token, u64)> {
    let is_main = |token: &&Token| matches!(token.name, TokenName::Sol | TokenName::Usdc);
    let all: Vec<&Token> = if rng.random_ratio(2, 3) {
        tokens.iter().filter(is_main).collect()
    } else {
        tokens.iter().collect()
    };
    let mut two = all.choose_multiple(rng, 2);
    let (from, to) = (*two.next()?, *two.next()?);
    // Even in the logarithm, as sizes of trades are.
    let part = rng
        .random_range(SMALLEST_PART.ln()..LARGEST_PART.ln())
        .exp();
    let amount = (from.units(whole(from.name)) as f64 * part) as u64;
    Some((from.clone(), to.clone(), amount))
}

impl Bot for Trader {
    fn name(&self) -> String {
        format!("trader {}", self.wallet.pubkey())
    }

    fn pause(&mut self) -> Duration {
        between(
            &mut self.rng,
            Duration::from_millis(1_500),
            Duration::from_secs(5),
        )
    }

    async fn act(&mut self) -> Result<(), BotError> {
        let Some((from, to, amount)) = choose(&self.tokens, &mut self.rng) else {
            return Ok(());
        };
        let owner = self.wallet.pubkey();
        if self.client.token_balance(&owner, &from.mint).await? < amount {
            let given = self.bank.give_tokens(&owner, |token| {
                let is_it = token.mint == from.mint;
                if is_it { whole(token.name) } else { 0 }
            });
            given.await?;
        }
        // Some know pools only, so that pools have traders where the order book is cheaper.
        let excluded: &[Pubkey] = if self.rng.random_ratio(1, 3) {
            &self.markets
        } else {
            &[]
        };
        let request = RouteRequest {
            excluded,
            slippage_tolerance_bps: SLIPPAGE_BPS,
            ..RouteRequest::new(SwapKind::ExactIn, amount, from.mint, to.mint, owner)
        };
        self.client.swap_best(&request, &self.wallet).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    fn token(name: TokenName, decimals: u8) -> Token {
        Token {
            name,
            symbol: "t",
            mint: Pubkey::new_unique(),
            decimals,
            token_program: Pubkey::default(),
            transfer_fee_bps: 0,
            fixed_supply: false,
        }
    }

    #[test]
    fn trades_are_between_two_tokens_and_of_all_sizes() {
        let tokens = [
            token(TokenName::Sol, 9),
            token(TokenName::Usdc, 6),
            token(TokenName::Usdx, 9),
        ];
        let mut rng = StdRng::seed_from_u64(1);
        let parts: Vec<f64> = (0..300)
            .map(|_| {
                let (from, to, amount) = choose(&tokens, &mut rng).expect("three tokens");
                assert_ne!(from.mint, to.mint);
                amount as f64 / from.units(whole(from.name)) as f64
            })
            .collect();
        assert!(parts.iter().all(|part| (0.0004..0.051).contains(part)));
        assert!(parts.iter().any(|part| *part < 0.002));
        assert!(parts.iter().any(|part| *part > 0.03));
    }
}
