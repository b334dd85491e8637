//! What the demo world consists of: the numbers, and nothing that acts on them.

use sealane_sdk::governance::state::ConfigParams;
use sealane_sdk::orderbook::{MarketParams, state::FeeParams};
use sealane_sdk::token::TokenKind;

/// Lamports in a SOL.
pub(super) const LAMPORTS_PER_SOL: u64 = 1_000_000_000;

/// Everybody but the liquidity provider gets this part of what it gets: a hundredth.
pub(super) const TRADER_PART: u64 = 100;

/// Wallets besides the liquidity provider's.
pub(super) const OTHERS: u64 = 2 + MAKERS as u64;

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
    /// The governance token. Nobody can mint more of it.
    Seal,
    /// Membership in the council, indivisible.
    Council,
}

/// A token to create.
pub(super) struct TokenSpec {
    pub(super) name: TokenName,
    /// The `t` says that it is a test token: it is worth nothing.
    pub(super) symbol: &'static str,
    pub(super) decimals: u8,
    pub(super) kind: TokenKind,
    /// Whole tokens that the liquidity provider gets, and each of the others [`TRADER_PART`] of it.
    pub(super) maker_gets: u64,
    /// Whether nobody can mint more afterwards: then the others' parts are of what the liquidity
    /// provider would get.
    pub(super) fixed_supply: bool,
}

impl TokenSpec {
    /// Whole tokens for the liquidity provider, and for each of the others.
    pub(super) fn parts(&self) -> (u64, u64) {
        let other = self.maker_gets / TRADER_PART;
        let given = if self.fixed_supply { other * OTHERS } else { 0 };
        (self.maker_gets - given, other)
    }
}

pub(super) const TOKENS: [TokenSpec; 6] = [
    TokenSpec {
        name: TokenName::Sol,
        symbol: "tSOL",
        decimals: 9,
        kind: TokenKind::Spl,
        maker_gets: 100_000,
        fixed_supply: false,
    },
    TokenSpec {
        name: TokenName::Usdc,
        symbol: "tUSDC",
        decimals: 6,
        kind: TokenKind::Spl,
        maker_gets: 10_000_000,
        fixed_supply: false,
    },
    TokenSpec {
        name: TokenName::Usdx,
        symbol: "tUSDX",
        decimals: 9,
        kind: TokenKind::Spl,
        maker_gets: 10_000_000,
        fixed_supply: false,
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
        fixed_supply: false,
    },
    TokenSpec {
        name: TokenName::Seal,
        symbol: "SEAL",
        decimals: 6,
        kind: TokenKind::Spl,
        maker_gets: 1_000_000_000,
        fixed_supply: true,
    },
    TokenSpec {
        name: TokenName::Council,
        symbol: "COUNCIL",
        decimals: 0,
        kind: TokenKind::Spl,
        maker_gets: 300,
        fixed_supply: true,
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

pub(super) const POOLS: [PoolSpec; 4] = [
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
    PoolSpec {
        base: TokenName::Seal,
        quote: TokenName::Usdc,
        curve: CurveSpec::ConstantProduct,
        deposits: &[(1_000_000, 50_000), (3_000_000, 150_000)],
    },
];

/// What is staked in a farm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StakeSpec {
    /// A token.
    Token(TokenName),
    /// The liquidity token of the first shard of the pool with this base token.
    Liquidity(TokenName),
    /// Nothing: the order book's makers earn by their volume.
    MakerVolume,
}

/// A farm to create.
pub(super) struct FarmSpec {
    /// Tells apart farms of one staked mint.
    pub(super) id: u16,
    pub(super) name: &'static str,
    pub(super) stake: StakeSpec,
    pub(super) shards: u8,
    pub(super) cooldown_seconds: u32,
    /// What each epoch of a lock adds, in ten-thousandths, and the longest lock in epochs.
    pub(super) locks: (u16, u8),
    /// Whole tokens that are paid over [`REWARDED_SECONDS`].
    pub(super) rewards: &'static [(TokenName, u64)],
}

/// Short, so that there is something to see.
pub(super) const EPOCH_SECONDS: u32 = 90;
/// For so long farms are funded: thirty days.
pub(super) const REWARDED_SECONDS: i64 = 30 * 86_400;
/// The shortest that a farm can have.
pub(super) const GRACE_SECONDS: u32 = 30 * 86_400;

pub(super) const FARMS: [FarmSpec; 5] = [
    // The stake pool whose stakers govern: up to five times the weight for 200 epochs.
    FarmSpec {
        id: 0,
        name: "SEAL stake pool",
        stake: StakeSpec::Token(TokenName::Seal),
        shards: 4,
        cooldown_seconds: 60,
        locks: (200, 200),
        rewards: &[(TokenName::Seal, 1_000_000)],
    },
    FarmSpec {
        id: 0,
        name: "tSOL/tUSDC liquidity",
        stake: StakeSpec::Liquidity(TokenName::Sol),
        shards: 2,
        cooldown_seconds: 0,
        locks: (0, 0),
        rewards: &[(TokenName::Seal, 600_000), (TokenName::Usdc, 20_000)],
    },
    FarmSpec {
        id: 0,
        name: "tUSDC/tUSDX liquidity",
        stake: StakeSpec::Liquidity(TokenName::Usdc),
        shards: 2,
        cooldown_seconds: 0,
        locks: (0, 0),
        rewards: &[(TokenName::Seal, 400_000)],
    },
    FarmSpec {
        id: 0,
        name: "tSOL/tUSDC makers",
        stake: StakeSpec::MakerVolume,
        shards: 2,
        cooldown_seconds: 0,
        locks: (0, 0),
        rewards: &[(TokenName::Seal, 500_000)],
    },
    // Its members can veto.
    FarmSpec {
        id: 0,
        name: "Council",
        stake: StakeSpec::Token(TokenName::Council),
        shards: 1,
        cooldown_seconds: 0,
        locks: (0, 0),
        rewards: &[],
    },
];

/// Who stakes a token from the beginning: the wallet, whole tokens, and for how many epochs they are
/// locked.
pub(super) const STAKERS: [(TokenName, &str, u64, u8); 4] = [
    (TokenName::Seal, "alice", 4_000_000, 200),
    (TokenName::Seal, "bob", 3_000_000, 100),
    (TokenName::Council, "alice", 1, 0),
    (TokenName::Council, "bob", 1, 0),
];

pub(super) const REALM_NAME: &str = "Sealane";
/// Short, so that a demo does not take days.
pub(super) const REALM_CONFIG: ConfigParams = ConfigParams {
    deposit: LAMPORTS_PER_SOL,
    voting_seconds: 300,
    cool_off_seconds: 60,
    time_lock_seconds: 60,
    execution_seconds: 86_400,
    quorum_bps: 1_000,
    threshold_bps: 2_500,
    community_veto_bps: 4_000,
    council_veto_bps: 10_000,
    early: true,
};
/// What the treasury has from the beginning: whole tokens, and lamports.
pub(super) const TREASURY_SEAL: u64 = 1_000_000;
pub(super) const TREASURY_SOL: u64 = 100 * LAMPORTS_PER_SOL;
/// The pool of which the treasury is to become the authority, by its base token.
pub(super) const GOVERNED_POOL: TokenName = TokenName::Seal;

/// An order book to create.
pub(super) struct MarketSpec {
    pub(super) base: TokenName,
    pub(super) quote: TokenName,
    pub(super) params: MarketParams,
    pub(super) vault_shards: u8,
    /// The price around which makers quote, in ticks.
    pub(super) reference: u32,
    pub(super) makers: &'static [MakerSpec; MAKERS],
}

/// Makers of each market, with wallets of their own.
pub(super) const MAKERS: usize = 3;

/// What a maker quotes, on both sides alike.
pub(super) struct MakerSpec {
    /// The wallet's name.
    pub(super) name: &'static str,
    /// Ticks from the reference to the first level.
    pub(super) distance: u32,
    /// Ticks from level to level.
    pub(super) step: u32,
    pub(super) levels: u32,
    /// Lots of the first level.
    pub(super) lots: u64,
    /// By how many lots each level is larger than the one before it.
    pub(super) growth: u64,
}

impl MakerSpec {
    /// How far each level is from the reference, in ticks, and its lots.
    pub(super) fn ladder(&self) -> impl Iterator<Item = (u32, u64)> {
        (0..self.levels).map(|level| {
            (
                self.distance + level * self.step,
                self.lots + u64::from(level) * self.growth,
            )
        })
    }
}

/// Orders that each side of a lane has room for: more than the demo's makers quote, so that there
/// is room to place others.
pub(super) const LANE_CAPACITY: u16 = 16;

/// Lots of a thousandth of a tSOL at ticks of a hundredth of a tUSDC.
pub(super) const MARKET: MarketSpec = MarketSpec {
    base: TokenName::Sol,
    quote: TokenName::Usdc,
    params: MarketParams {
        base_lot: 1_000_000,
        tick: 10,
        // 0.04% for takers, of which makers get 0.01%.
        fees: FeeParams {
            taker_pips: 400,
            maker_pips: -100,
            referrer_share_bps: 2_000,
            cross_reward_pips: 100,
        },
    },
    vault_shards: 2,
    reference: 15_000,
    // One quotes tightly and little, one widely and much.
    makers: &[
        MakerSpec {
            name: "carol",
            distance: 2,
            step: 2,
            levels: 12,
            lots: 4_000,
            growth: 500,
        },
        MakerSpec {
            name: "dave",
            distance: 3,
            step: 5,
            levels: 10,
            lots: 12_000,
            growth: 2_000,
        },
        MakerSpec {
            name: "erin",
            distance: 10,
            step: 15,
            levels: 8,
            lots: 40_000,
            growth: 5_000,
        },
    ],
};

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
            assert!(needed <= token.parts().0, "{}", token.symbol);
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

    /// Each maker's share pays for both sides of its ladder.
    #[test]
    fn makers_can_pay_for_what_they_quote() {
        let MarketParams { base_lot, tick, .. } = MARKET.params;
        let owned = |name: TokenName| {
            let token = spec(name);
            token.maker_gets / TRADER_PART * 10_u64.pow(token.decimals.into())
        };
        for maker in MARKET.makers {
            let base: u64 = maker.ladder().map(|(_, lots)| lots * base_lot).sum();
            let quote: u64 = maker
                .ladder()
                .map(|(distance, lots)| {
                    let price = MARKET.reference - distance;
                    lots * u64::from(price) * u64::from(tick)
                })
                .sum();
            assert!(base <= owned(MARKET.base), "{}: {base}", maker.name);
            assert!(quote <= owned(MARKET.quote), "{}: {quote}", maker.name);
            assert!(maker.levels <= u32::from(LANE_CAPACITY), "{}", maker.name);
        }
    }

    #[test]
    fn a_price_in_ticks_is_what_it_says_in_tokens() {
        let (base, quote) = (spec(MARKET.base), spec(MARKET.quote));
        let lots_in_token = 10_u64.pow(base.decimals.into()) / MARKET.params.base_lot;
        let price = u64::from(MARKET.reference) * u64::from(MARKET.params.tick) * lots_in_token;
        assert_eq!(price, 150 * 10_u64.pow(quote.decimals.into()));
    }

    #[test]
    fn every_pool_has_two_tokens_and_several_shards() {
        for pool in &POOLS {
            assert_ne!(spec(pool.base).symbol, spec(pool.quote).symbol);
            assert!(pool.deposits.len() > 1);
        }
    }
}
