//! Why something in here was refused.

/// Reasons that every program has an error of its own for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OnchainError {
    /// Not the derived address.
    WrongAddress,
    /// An account could not be allocated.
    CannotCreate,
    /// Neither SPL Token nor Token-2022, or not the program that owns the mint.
    WrongTokenProgram,
    /// Not an initialized mint, or one with malformed extension records.
    InvalidMint,
    /// Mints with a transfer hook are refused.
    TransferHookRefused,
    /// Mints with a permanent delegate are refused: the delegate could empty the vaults.
    PermanentDelegateRefused,
    /// Mints whose accounts start frozen are refused.
    DefaultAccountStateRefused,
    /// Non-transferable mints are refused.
    NonTransferableRefused,
    /// Pausable mints are refused: their authority could lock the vaults.
    PausableRefused,
    /// Closable mints are refused: the mint could come back with other decimals.
    MintCloseAuthorityRefused,
    /// Mints with confidential transfers are refused.
    ConfidentialTransferRefused,
    /// Mints with an unknown extension are refused.
    UnknownExtensionRefused,
    /// Not a token account.
    InvalidTokenAccount,
    /// The token program moved another amount than it should have.
    TransferMismatch,
}
