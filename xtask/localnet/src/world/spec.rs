//! What the demo world consists of: the numbers, and nothing that acts on them.

use sealane_sdk::token::TokenKind;

/// Lamports in a SOL.
pub(super) const LAMPORTS_PER_SOL: u64 = 1_000_000_000;

/// SOL of each demo wallet, for fees and rent.
pub(super) const WALLET_SOL: u64 = 1_000;

/// The tokens of the demo world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenName {
    /// Nine decimals, like SOL.
    Sol,
    /// Six decimals, like USDC.
    Usdc,
    /// Nine decimals, worth as much as the other dollar: it makes stable swap scale its amounts.
    Usdx,
    /// A token-2022 mint that keeps a part of every transfer.
    Fee,
}

/// A token to create.
pub(super) struct TokenSpec {
    pub(super) name: TokenName,
    /// The `t` says that it is a test token: it is worth nothing.
    pub(super) symbol: &'static str,
    pub(super) decimals: u8,
    pub(super) kind: TokenKind,
    /// Whole tokens that the liquidity provider gets, and each trader a hundredth of it.
    pub(super) maker_gets: u64,
}

pub(super) const TOKENS: [TokenSpec; 4] = [
    TokenSpec {
        name: TokenName::Sol,
        symbol: "tSOL",
        decimals: 9,
        kind: TokenKind::Spl,
        maker_gets: 100_000,
    },
    TokenSpec {
        name: TokenName::Usdc,
        symbol: "tUSDC",
        decimals: 6,
        kind: TokenKind::Spl,
        maker_gets: 10_000_000,
    },
    TokenSpec {
        name: TokenName::Usdx,
        symbol: "tUSDX",
        decimals: 9,
        kind: TokenKind::Spl,
        maker_gets: 10_000_000,
    },
    TokenSpec {
        name: TokenName::Fee,
        symbol: "tFEE",
        decimals: 6,
        kind: TokenKind::Token2022TransferFee {
            bps: 100,
            maximum_fee: 5_000_000_000,
        },
        maker_gets: 10_000_000,
    },
];

/// How a pool prices, and what it charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurveSpec {
    /// The product of the reserves stays; the fee falls with the size of the trade in its shard.
    ConstantProduct,
    /// Near parity for tokens of equal worth.
    Stable {
        /// The A of the invariant.
        amplification: u32,
        /// The same fee for every trade, in millionths.
        fee_pips: u32,
    },
}

impl CurveSpec {
    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ConstantProduct => "constant product",
            Self::Stable { .. } => "stable swap",
        }
    }
}

/// A pool to create.
pub(super) struct PoolSpec {
    pub(super) base: TokenName,
    pub(super) quote: TokenName,
    pub(super) curve: CurveSpec,
    /// Whole tokens of both kinds for each shard.
    pub(super) deposits: &'static [(u64, u64)],
}

pub(super) const POOLS: [PoolSpec; 3] = [
    // Shards of different sizes, so that it matters which one a trade goes to.
    PoolSpec {
        base: TokenName::Sol,
        quote: TokenName::Usdc,
        curve: CurveSpec::ConstantProduct,
        deposits: &[
            (500, 75_000),
            (1_000, 150_000),
            (2_000, 300_000),
            (4_000, 600_000),
        ],
    },
    PoolSpec {
        base: TokenName::Usdc,
        quote: TokenName::Usdx,
        curve: CurveSpec::Stable {
            amplification: 100,
            fee_pips: 400,
        },
        deposits: &[(200_000, 200_000), (600_000, 600_000)],
    },
    PoolSpec {
        base: TokenName::Fee,
        quote: TokenName::Usdc,
        curve: CurveSpec::ConstantProduct,
        deposits: &[(50_000, 100_000), (100_000, 200_000)],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: TokenName) -> &'static TokenSpec {
        TOKENS.iter().find(|token| token.name == name).unwrap()
    }

    #[test]
    fn the_liquidity_provider_can_pay_for_all_deposits() {
        for token in &TOKENS {
            let needed: u64 = POOLS
                .iter()
                .flat_map(|pool| {
                    pool.deposits.iter().map(|(base, quote)| {
                        u64::from(pool.base == token.name) * base
                            + u64::from(pool.quote == token.name) * quote
                    })
                })
                .sum();
            // What is minted to it arrives whole: minting is no transfer.
            assert!(needed <= token.maker_gets, "{}", token.symbol);
            let units = token
                .maker_gets
                .checked_mul(10_u64.pow(token.decimals.into()));
            assert!(
                units.is_some_and(|units| units < u64::MAX / 2),
                "{}",
                token.symbol
            );
        }
    }

    #[test]
    fn every_pool_has_two_tokens_and_several_shards() {
        for pool in &POOLS {
            assert_ne!(spec(pool.base).symbol, spec(pool.quote).symbol);
            assert!(pool.deposits.len() > 1);
        }
    }
}
