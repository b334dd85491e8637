//! What can be voted.

use super::GovernanceError;

/// A proposal has at most this many options.
pub const MAX_OPTIONS: usize = 8;

/// Some of a proposal's options: bit `i` stands for option `i`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(transparent)]
pub struct Options(u8);

impl Options {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// From a bit for each option.
    #[inline]
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// A bit for each option.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// How many.
    #[inline]
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether an option is among them.
    #[inline]
    #[must_use]
    pub const fn has(self, option: usize) -> bool {
        option < MAX_OPTIONS && self.0 >> option & 1 == 1
    }

    /// One more; an option that cannot be changes nothing.
    #[inline]
    #[must_use]
    pub const fn with(self, option: usize) -> Self {
        if option < MAX_OPTIONS {
            Self(self.0 | 1 << option)
        } else {
            self
        }
    }
}

/// How many options there are, and how many of them a ballot may choose.
///
/// With one choice at most one option wins; with more every option that passes does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Choices {
    options: u8,
    most: u8,
}

impl Choices {
    /// Yes or no.
    pub const ONE: Self = Self {
        options: 1,
        most: 1,
    };

    /// So many options, of which a ballot chooses up to `most`.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidOptions`].
    pub const fn try_new(options: u8, most: u8) -> Result<Self, GovernanceError> {
        if options == 0 || options as usize > MAX_OPTIONS || most == 0 || most > options {
            return Err(GovernanceError::InvalidOptions);
        }
        Ok(Self { options, most })
    }

    /// The number of options.
    #[inline]
    #[must_use]
    pub const fn options(self) -> usize {
        self.options as usize
    }

    /// How many a ballot may choose.
    #[inline]
    #[must_use]
    pub const fn most(self) -> u32 {
        self.most as u32
    }

    /// Whether a ballot may choose these.
    #[inline]
    #[must_use]
    pub const fn allow(self, chosen: Options) -> bool {
        chosen.0 != 0 && chosen.0 >> (self.options - 1) >> 1 == 0 && chosen.count() <= self.most()
    }
}

/// A vote. A community's position casts any; a council's only abstains or vetoes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ballot {
    /// For some options, with the whole weight for each of them.
    Yes(Options),
    /// Against all options.
    No,
    /// Neither; counts for the quorum.
    Abstain,
    /// Against all options, and against the proposal being made.
    Veto,
}

/// Who votes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Body {
    /// Stakers of the governance token.
    Community,
    /// Stakers of the membership token.
    Council,
}

/// On whose behalf a position votes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Voter {
    /// The position's owner.
    Owner,
    /// Whom the owner has named.
    Delegate,
}
