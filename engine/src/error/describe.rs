//! The form of the programs' tables of errors.

/// The first code of a program's own errors.
pub(super) const FIRST_CODE: u32 = 6000;

/// Describes every error of a program, in the order of the codes.
macro_rules! describe {
    (
        $(#[$doc:meta])*
        trait $trait:ident for $error:ident;

        $($name:ident: $message:literal, $hint:literal;)*
    ) => {
        $(#[$doc])*
        pub trait $trait {
            /// The number in transaction results and logs.
            fn code(self) -> u32;
            /// The error's name, as in the program's interface description.
            fn name(self) -> &'static str;
            /// What was wrong.
            fn message(self) -> &'static str;
            /// What to do next.
            fn hint(self) -> &'static str;
        }

        /// Every error, in the order of the codes.
        const ALL: &[$error] = &[$($error::$name),*];

        impl $trait for $error {
            fn code(self) -> u32 {
                FIRST_CODE + self as u32
            }

            fn name(self) -> &'static str {
                match self { $($error::$name => stringify!($name),)* }
            }

            fn message(self) -> &'static str {
                match self { $($error::$name => $message,)* }
            }

            fn hint(self) -> &'static str {
                match self { $($error::$name => $hint,)* }
            }
        }
    };
}

/// The error with a code, out of all in the order of the codes.
pub(super) fn with_code<E: Copy>(all: &[E], code: u32) -> Option<E> {
    let index = usize::try_from(code.checked_sub(FIRST_CODE)?).ok()?;
    all.get(index).copied()
}

pub(super) use describe;
