//! Values that everything else is made of.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_sdk::{
    Side,
    engine_core::book::{BookSide, Expiry, SelfTrade},
    quote::SwapKind,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use solana_pubkey::Pubkey;
use tsify::Tsify;

/// An address, in base58.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Tsify)]
#[serde(try_from = "String", into = "String")]
#[tsify(type = "string")]
pub struct Address(pub Pubkey);

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parsed = text.parse().map(Self);
        parsed.map_err(|_| format!("`{text}` is not an address: 32 bytes in base58"))
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0.to_string()
    }
}

impl From<Pubkey> for Address {
    fn from(address: Pubkey) -> Self {
        Self(address)
    }
}

/// Addresses as the SDK takes them.
pub(crate) fn pubkeys(addresses: &[Address]) -> Vec<Pubkey> {
    addresses.iter().map(|address| address.0).collect()
}

/// Addresses as they leave.
pub(crate) fn addresses(pubkeys: &[Pubkey]) -> Vec<Address> {
    pubkeys.iter().copied().map(Address).collect()
}

/// Bytes: leave as `Uint8Array`, come as that or in base64.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a Uint8Array, or bytes in base64")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Bytes, E> {
                let decoded = BASE64_STANDARD.decode(text).map(Bytes);
                decoded.map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }

            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }

        from.deserialize_any(Visitor)
    }
}

/// A pool's or a market's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum TokenSide {
    /// The token that is priced.
    Base,
    /// The token that it is priced in.
    Quote,
}

impl From<Side> for TokenSide {
    fn from(side: Side) -> Self {
        match side {
            Side::Base => Self::Base,
            Side::Quote => Self::Quote,
        }
    }
}

impl From<TokenSide> for Side {
    fn from(side: TokenSide) -> Self {
        match side {
            TokenSide::Base => Self::Base,
            TokenSide::Quote => Self::Quote,
        }
    }
}

/// A side of an order book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum OrderSide {
    /// Buys base for quote.
    Bid,
    /// Sells base for quote.
    Ask,
}

impl From<BookSide> for OrderSide {
    fn from(side: BookSide) -> Self {
        match side {
            BookSide::Bid => Self::Bid,
            BookSide::Ask => Self::Ask,
        }
    }
}

impl From<OrderSide> for BookSide {
    fn from(side: OrderSide) -> Self {
        match side {
            OrderSide::Bid => Self::Bid,
            OrderSide::Ask => Self::Ask,
        }
    }
}

/// Which of the two amounts of a trade is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum TradeKind {
    /// The amount sent is given.
    ExactIn,
    /// The amount received is given.
    ExactOut,
}

impl From<SwapKind> for TradeKind {
    fn from(kind: SwapKind) -> Self {
        match kind {
            SwapKind::ExactIn => Self::ExactIn,
            SwapKind::ExactOut => Self::ExactOut,
        }
    }
}

impl From<TradeKind> for SwapKind {
    fn from(kind: TradeKind) -> Self {
        match kind {
            TradeKind::ExactIn => Self::ExactIn,
            TradeKind::ExactOut => Self::ExactOut,
        }
    }
}

/// What a take does about orders of the same owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum OwnOrders {
    /// Makes both smaller by what they would have traded; nothing is traded.
    #[default]
    Decrement,
    /// Cancels the resting order and goes on.
    CancelProvide,
    /// Fails.
    Abort,
}

impl From<SelfTrade> for OwnOrders {
    fn from(rule: SelfTrade) -> Self {
        match rule {
            SelfTrade::Decrement => Self::Decrement,
            SelfTrade::CancelProvide => Self::CancelProvide,
            SelfTrade::Abort => Self::Abort,
        }
    }
}

impl From<OwnOrders> for SelfTrade {
    fn from(rule: OwnOrders) -> Self {
        match rule {
            OwnOrders::Decrement => Self::Decrement,
            OwnOrders::CancelProvide => Self::CancelProvide,
            OwnOrders::Abort => Self::Abort,
        }
    }
}

/// Until when an order can trade. Zero, or left out: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
#[tsify(large_number_types_as_bigints)]
pub struct OrderExpiry {
    /// The last slot in which it can.
    pub slot: u64,
    /// The last Unix second in which it can.
    pub time: u32,
}

impl From<Expiry> for OrderExpiry {
    fn from(expiry: Expiry) -> Self {
        Self {
            slot: expiry.slot,
            time: expiry.time,
        }
    }
}

impl From<OrderExpiry> for Expiry {
    fn from(expiry: OrderExpiry) -> Self {
        Self {
            slot: expiry.slot,
            time: expiry.time,
        }
    }
}
