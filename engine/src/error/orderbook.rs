//! The order books' program's errors: names, what was wrong, what to do next.

use sealane_orderbook::errors::OrderbookError;

use super::describe::{FIRST_CODE, describe, with_code};

describe! {
    /// What people need to know about an error of the order books' program.
    trait OrderbookErrorExt for OrderbookError;

    ZeroAmount: "the amount is zero",
        "give an amount above zero";
    DeadlinePassed: "the deadline passed before the transaction was executed",
        "quote again and send with a later deadline";
    SlippageExceeded: "the outcome is worse than the slippage bound allows",
        "quote again, or allow more slippage";
    Paused: "the market's authority has paused this action",
        "use another market, or wait until it is resumed; orders can still be cancelled and funds withdrawn";
    InvalidPauseBits: "the pause bits name actions that do not exist",
        "combine the constants of `orderbook::state::pause`";
    InvalidChoice: "a number that stands for a side, an order type or a policy is unknown",
        "build the instruction with `plan`";
    InvalidFee: "a fee is out of bounds, or the rebate is above the taker's fee",
        "use a taker fee of at most 1%, a maker fee of at most 0.5%, a rebate within the taker's fee";
    InvalidSizes: "lot size and tick size must be above zero",
        "choose a lot and a tick of at least one unit";
    InvalidCapacity: "the capacity is out of bounds or not above the present one",
        "choose between 8 and 512 orders a side; large lanes grow in several instructions";
    TooManyVaultShards: "the market already has the maximal number of vault shards",
        "use the 32 vault shards that exist";
    WrongMarket: "the lane or the vault shard belongs to another market",
        "name lanes and vault shards of the market only";
    WrongVault: "the vaults are not this vault shard's",
        "use the vaults named in the vault shard";
    WrongMint: "the mint is not one of this market's, or stands on the wrong side",
        "use the mints named in the market";
    WrongTokenProgram: "the token program is not the one that owns the mint",
        "use the mint account's owner: SPL Token or Token-2022";
    WrongAuthority: "the signer is not an authority that may do this",
        "sign with the lane's owner or delegate, or with the market's authority";
    WrongOwner: "the signer does not own the lane",
        "sign with the lane's owner; a delegate can trade but not withdraw";
    WrongReferrer: "the referrer is not another owner's lane of this market, or not the lane's",
        "name the referrer's lane that the lane was opened with";
    WrongAddress: "an account is not at the address derived for it",
        "derive addresses with the functions of `address`";
    MalformedLane: "the account is no lane of this program",
        "check the lane's address; a closed lane is to be left out";
    DuplicateLane: "a lane is named twice, or the taker's own among the makers",
        "name each lane once";
    WrongLaneCount: "too many lanes are named, or none",
        "name 1 to 32 lanes; if there is nobody to trade with, try again later";
    InvalidTokenAccount: "the account is not a token account",
        "check the token account's address";
    InvalidMint: "the account is not an initialized mint",
        "check the mint's address";
    SameMint: "base and quote are the same token",
        "choose two different mints";
    CannotCreate: "the account could not be created",
        "choose another id or index, or use what is there";
    TransferHookRefused: "the mint has a transfer hook, which could block the vaults",
        "use a mint without a transfer hook";
    PermanentDelegateRefused: "the mint has a permanent delegate, who could empty the vaults",
        "use a mint without a permanent delegate";
    DefaultAccountStateRefused: "accounts of the mint start frozen, so vaults could not move",
        "use a mint without a default account state";
    NonTransferableRefused: "the mint's tokens cannot be transferred",
        "use a transferable mint";
    PausableRefused: "the mint can be paused, which would lock the vaults",
        "use a mint that is not pausable";
    MintCloseAuthorityRefused: "the mint can be closed and come back with other decimals",
        "use a mint without a close authority";
    ConfidentialTransferRefused: "the mint has confidential transfers, which vaults cannot account for",
        "use a mint without confidential transfers";
    UnknownExtensionRefused: "the mint has an extension that the program does not know",
        "use a mint with known extensions only";
    InsufficientVault: "the vault holds too little",
        "use another vault shard, or balance the vaults first";
    TransferMismatch: "the token program moved another amount than the mint's fee says",
        "try again; if it stays, do not use this mint";
    TransferFeeTooHigh: "the mint's transfer fee takes the whole amount, or more than can be sent",
        "use another amount, or another token";
    BalanceWithTransferFee: "moving a token with a transfer fee between vaults would lose the fee",
        "withdraw from several vault shards instead";
    NothingToCollect: "there are no fees to collect",
        "there is nothing to do";
    NoPendingAuthority: "no successor was proposed",
        "let the present authority propose one first";
    LaneNotEmpty: "the lane still has orders or balances",
        "cancel all orders and withdraw everything first";
    ZeroLots: "the size is zero lots",
        "give at least one lot";
    ZeroPrice: "the price is zero ticks",
        "give at least one tick";
    Overflow: "a number does not fit",
        "use smaller amounts";
    InsufficientFunds: "the lane's free balance is too small",
        "deposit, or cancel orders that lock it";
    LaneFull: "the lane has no room for another order on this side",
        "cancel an order or grow the lane";
    OrderNotFound: "the lane has no such order",
        "it was filled, cancelled or expired; look at the lane again";
    CrossesOwnOrder: "the order would trade with the lane's own orders",
        "cancel those or change the price";
    WouldTake: "the post-only order would trade with an order that it was shown",
        "change its price, or let it slide";
    NotFilled: "the lanes named cannot fill the whole order",
        "ask for less, name more lanes, or accept a part";
    SelfTrade: "the take met an order of its own owner",
        "leave your own lanes out, or choose another policy about own orders";
    NotCrossed: "the lanes' best prices do not cross, or not by enough",
        "there is nothing to do";
    UnsortedLevels: "levels must come best first, each price once",
        "sort the levels and add up those of one price";
    MalformedLevels: "the message of levels has the wrong length or unknown flags",
        "encode it with `book::Ladder`";
    WrongOrderCount: "no order is given, or more than one instruction places",
        "place 1 to 64 orders at a time";
    NothingFilled: "nothing could be traded within the limits given",
        "quote again, or allow a worse price";
}

/// The order books' program's error with this code, if there is one.
///
/// ```
/// use sealane_engine::{error::{OrderbookErrorExt, orderbook_error_from_code}, orderbook::errors::OrderbookError};
///
/// let error = orderbook_error_from_code(6043).unwrap();
/// assert_eq!(error, OrderbookError::InsufficientFunds);
/// assert_eq!(error.hint(), "deposit, or cancel orders that lock it");
/// ```
#[must_use]
pub fn orderbook_error_from_code(code: u32) -> Option<OrderbookError> {
    with_code(ALL, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_that_the_program_returns() {
        for (index, error) in ALL.iter().enumerate() {
            assert_eq!(*error as usize, index, "{error:?} is out of order");
            assert_eq!(
                anchor_lang::Error::from(*error),
                anchor_lang::Error::Custom(error.code())
            );
            assert_eq!(orderbook_error_from_code(error.code()), Some(*error));
            assert_eq!(error.name(), format!("{error:?}"));
        }
        assert_eq!(orderbook_error_from_code(5_999), None);
        let behind = FIRST_CODE + ALL.len() as u32;
        assert_eq!(orderbook_error_from_code(behind), None);
    }
}
