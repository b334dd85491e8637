//! Tokens and their amounts, as people name and write them.

use sealane_sdk::{
    Side,
    accounts::MintInfo,
    address::TOKEN_PROGRAM,
    amm::state::{LP_DECIMALS, Pool},
    amount,
    orderbook::state::Market,
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use crate::{
    book::Book,
    failure::{Failure, Result},
    view::text,
};

/// Decimals of SOL.
pub(crate) const SOL_DECIMALS: u8 = 9;

/// In which units amounts are given and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Units {
    /// Whole tokens with their decimals.
    Whole,
    /// The smallest unit.
    Base,
}

impl Units {
    pub(crate) fn new(raw: bool) -> Self {
        if raw { Self::Base } else { Self::Whole }
    }

    fn decimals(self, decimals: u8) -> u8 {
        match self {
            Self::Whole => decimals,
            Self::Base => 0,
        }
    }

    /// Reads an amount.
    pub(crate) fn parse(self, written: &str, decimals: u8) -> Result<u64> {
        amount::parse(written, self.decimals(decimals)).map_err(|error| {
            let failure = Failure::usage("InvalidAmount", error.to_string());
            match self {
                Self::Whole => failure.hint("write whole tokens, such as 1.5"),
                Self::Base => failure.hint("with --raw, write a whole number of base units"),
            }
        })
    }

    /// Writes an amount.
    pub(crate) fn format(self, units: u64, decimals: u8) -> String {
        amount::format(units, self.decimals(decimals))
    }

    /// Writes liquidity shares.
    pub(crate) fn shares(self, shares: u64) -> String {
        self.format(shares, LP_DECIMALS)
    }

    /// Writes SOL.
    pub(crate) fn sol(self, lamports: u64) -> String {
        match self {
            Self::Whole => format!("{} SOL", amount::format(lamports, SOL_DECIMALS)),
            Self::Base => format!("{lamports} lamports"),
        }
    }
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Token {
    #[serde(serialize_with = "text")]
    pub(crate) mint: Pubkey,
    pub(crate) symbol: String,
    pub(crate) decimals: u8,
    #[serde(rename = "token_program", serialize_with = "text")]
    pub(crate) program: Pubkey,
}

impl Token {
    /// A shard's liquidity token.
    pub(crate) fn liquidity(mint: Pubkey, pair: &Pair, shard: u8) -> Self {
        Self {
            mint,
            symbol: format!("LP {} #{shard}", pair.name()),
            decimals: LP_DECIMALS,
            program: TOKEN_PROGRAM,
        }
    }

    /// Reads an amount of it.
    pub(crate) fn parse(&self, units: Units, written: &str) -> Result<u64> {
        units.parse(written, self.decimals)
    }

    /// Writes an amount of it, with its name.
    pub(crate) fn amount(&self, units: Units, amount: u64) -> String {
        let number = units.format(amount, self.decimals);
        match units {
            Units::Whole => format!("{number} {}", self.symbol),
            Units::Base => format!("{number} units of {}", self.symbol),
        }
    }
}

/// The two tokens of a pool or a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) base: Token,
    pub(crate) quote: Token,
}

impl Pair {
    pub(crate) fn of(pool: &Pool, book: &Book) -> Self {
        Self {
            base: Token {
                mint: pool.base_mint,
                symbol: book.symbol(&pool.base_mint),
                decimals: pool.base_decimals,
                program: pool.base_token_program,
            },
            quote: Token {
                mint: pool.quote_mint,
                symbol: book.symbol(&pool.quote_mint),
                decimals: pool.quote_decimals,
                program: pool.quote_token_program,
            },
        }
    }

    /// A market's two tokens.
    pub(crate) fn of_market(market: &Market, book: &Book) -> Self {
        Self {
            base: Token {
                mint: market.base_mint,
                symbol: book.symbol(&market.base_mint),
                decimals: market.base_decimals,
                program: market.base_token_program,
            },
            quote: Token {
                mint: market.quote_mint,
                symbol: book.symbol(&market.quote_mint),
                decimals: market.quote_decimals,
                program: market.quote_token_program,
            },
        }
    }

    /// The token on a side.
    pub(crate) fn on(&self, side: Side) -> &Token {
        match side {
            Side::Base => &self.base,
            Side::Quote => &self.quote,
        }
    }

    /// Which side a mint is on, if it is one of the two.
    pub(crate) fn side_of(&self, mint: &Pubkey) -> Option<Side> {
        [Side::Base, Side::Quote]
            .into_iter()
            .find(|side| self.on(*side).mint == *mint)
    }

    /// The pair's name, such as `tSOL/tUSDC`.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.base.symbol, self.quote.symbol)
    }

    /// The unit of its prices.
    pub(crate) fn price_unit(&self) -> String {
        format!("{} per {}", self.quote.symbol, self.base.symbol)
    }
}

/// Whether a mint lets this wallet mint.
pub(crate) fn require_mint_authority(
    token: &Token,
    info: &MintInfo,
    wallet: &Pubkey,
) -> Result<()> {
    let symbol = &token.symbol;
    match info.mint_authority {
        Some(authority) if authority == *wallet => Ok(()),
        Some(authority) => Err(Failure::new(
            "NotMintAuthority",
            format!("only {authority} may mint {symbol}, and the wallet is {wallet}"),
        )
        .hint("sign with that wallet through --keypair, and name the receiver with --to")),
        None => Err(Failure::new(
            "NotMintAuthority",
            format!("nobody may mint {symbol} any more"),
        )
        .hint("swap for it, or let somebody who holds it send you some")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_follow_the_units() {
        assert_eq!(Units::Whole.parse("1.5", 6).unwrap(), 1_500_000);
        assert_eq!(Units::Base.parse("1_500_000", 6).unwrap(), 1_500_000);
        assert_eq!(Units::Whole.format(1_500_000, 6), "1.5");
        assert_eq!(Units::Base.format(1_500_000, 6), "1500000");
        assert_eq!(Units::Whole.sol(5_000), "0.000005 SOL");
        assert_eq!(Units::Base.sol(5_000), "5000 lamports");
    }

    #[test]
    fn a_wrong_amount_is_wrong_usage() {
        for (units, written) in [
            (Units::Base, "1.5"),
            (Units::Whole, "1,5"),
            (Units::Whole, ""),
        ] {
            let failure = units.parse(written, 6).unwrap_err();
            assert_eq!(failure.code(), "InvalidAmount", "{written}");
            assert!(failure.is_usage(), "{written}");
        }
    }
}
