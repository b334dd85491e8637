//! A token.

use sealane_sdk::{accounts::MintInfo, address::TOKEN_2022_PROGRAM};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Amount};

/// A token that is traded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenView {
    /// Its mint.
    pub mint: Address,
    /// A short name: of the gateway's list, or the start of the address.
    pub symbol: String,
    /// A long name.
    pub name: String,
    /// Where a picture is, if the list says.
    pub icon: Option<String>,
    /// Digits after the point of a whole token.
    pub decimals: u8,
    /// Which token program it belongs to.
    pub program: &'static str,
    /// What the token program takes of every transfer now.
    pub transfer_fee_bps: u16,
    /// The most that it takes of one transfer; absent where it takes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_transfer_fee: Option<Amount>,
    /// Base units in existence, as of when the gateway looked last.
    pub supply: Amount,
    /// Whether the names come from the gateway's list.
    pub listed: bool,
}

/// The name of a mint's program.
pub(crate) fn program_name(mint: &MintInfo) -> &'static str {
    match mint.token_program == TOKEN_2022_PROGRAM {
        true => "token_2022",
        false => "spl_token",
    }
}
