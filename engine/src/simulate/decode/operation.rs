//! Instructions, decoded by the programs' own discriminators and types.

use anchor_lang::{
    BORSH_CONFIG, Discriminator, InstructionData,
    wincode::{SchemaReadOwned, config::deserialize},
};
use sealane_amm::instruction as amm_instruction;
use sealane_orderbook::{PlaceParams, SwapTakeParams, TakeParams, instruction as book_instruction};
use solana_pubkey::Pubkey;
use spl_associated_token_account_interface as associated;

use super::{
    super::{
        amm::{liquidity::Deposit, swap::Exact},
        book::cancel::Which,
        error::Unsupported,
        state::TokenProgram,
    },
    layout::{self, Field},
};
use crate::{address::ASSOCIATED_TOKEN_PROGRAM, amm, orderbook};

/// What an instruction does.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    /// Nothing that is simulated: compute budgets.
    Nothing,
    /// Creates an associated token account unless it exists.
    CreateAssociated,
    /// Always refused: the program has no such instruction.
    NoInstruction,
    /// Refused behind the checks of accounts: the data do not decode.
    Undecodable,
    /// Left to the exact mode.
    Unsupported(Unsupported),
    Swap {
        exact: Exact,
        deadline: i64,
    },
    AddLiquidity(Deposit),
    RemoveLiquidity {
        shares: u64,
        minima: (u64, u64),
        deadline: i64,
    },
    AddSingleSided {
        amount_in: u64,
        minimum_shares: u64,
        deadline: i64,
    },
    RemoveSingleSided {
        shares: u64,
        minimum_out: u64,
        deadline: i64,
    },
    Rebalance,
    SetDelegate([u8; 32]),
    Deposit {
        base: u64,
        quote: u64,
    },
    Withdraw {
        base: u64,
        quote: u64,
    },
    Place(PlaceParams),
    PlaceMany(Box<[PlaceParams]>),
    Cancel(Which),
    ReplaceAll(Box<[u8]>),
    Take(TakeParams),
    SwapTake(SwapTakeParams),
    Cross {
        most: u16,
    },
    Reap,
    Transfer {
        program: TokenProgram,
        amount: u64,
        decimals: Option<u8>,
    },
    #[cfg(test)]
    Panic,
}

/// An instruction's operation, and the accounts that its program declares.
pub(super) struct Decoded {
    pub(super) operation: Operation,
    pub(super) layout: &'static [Field],
}

impl Decoded {
    fn plain(operation: Operation) -> Self {
        Self {
            operation,
            layout: &[],
        }
    }

    /// Whatever the data decode to, or not.
    fn of<T: SchemaReadOwned<anchor_lang::BorshConfig, Dst = T>>(
        layout: &'static [Field],
        data: &[u8],
        operation: impl FnOnce(T) -> Operation,
    ) -> Self {
        let operation = match deserialize(data, BORSH_CONFIG) {
            Ok(arguments) => operation(arguments),
            Err(_) => Operation::Undecodable,
        };
        Self { operation, layout }
    }
}

/// An instruction whose data are a list, as long as it says first. The program makes room for so
/// many before it reads them.
fn list<T: SchemaReadOwned<anchor_lang::BorshConfig, Dst = T>>(
    data: &[u8],
    operation: impl FnOnce(Box<[T]>) -> Operation,
) -> Decoded {
    /// Well below the memory of a program that asked for no more.
    const MEMORY: usize = 16 * 1024;
    let promised = data
        .first_chunk()
        .map_or(0, |count| u32::from_le_bytes(*count) as usize);
    if promised.saturating_mul(size_of::<T>()) > MEMORY {
        return Decoded::plain(Operation::Unsupported(Unsupported::Memory));
    }
    Decoded::of(layout::TRADE, data, |list: Vec<T>| operation(list.into()))
}

/// Decodes an instruction.
pub(super) fn decode(program: &Pubkey, data: &[u8]) -> Decoded {
    if *program == amm::ID {
        decode_amm(data)
    } else if *program == orderbook::ID {
        decode_book(data)
    } else if let Some(program) = TokenProgram::of(program) {
        Decoded::plain(decode_token(program, data))
    } else if *program == COMPUTE_BUDGET {
        Decoded::plain(decode_compute_budget(data))
    } else if *program == ASSOCIATED_TOKEN_PROGRAM {
        Decoded::plain(decode_associated(data))
    } else {
        Decoded::plain(Operation::Unsupported(Unsupported::Program))
    }
}

const COMPUTE_BUDGET: Pubkey =
    Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");

/// Whether an instruction is a `T`, by its discriminator.
fn is<T: Discriminator + InstructionData>(number: u8) -> bool {
    T::DISCRIMINATOR == [number]
}

fn decode_amm(data: &[u8]) -> Decoded {
    use amm_instruction::*;
    /// The highest discriminator.
    const LAST: u8 = Observe::DISCRIMINATOR[0];
    let Some((&number, data)) = data.split_first() else {
        return Decoded::plain(Operation::NoInstruction);
    };
    match number {
        n if is::<SwapExactIn>(n) => {
            Decoded::of(layout::SWAP, data, |(amount, minimum, deadline)| {
                Operation::Swap {
                    exact: Exact::In { amount, minimum },
                    deadline,
                }
            })
        }
        n if is::<SwapExactOut>(n) => {
            Decoded::of(layout::SWAP, data, |(amount, maximum, deadline)| {
                Operation::Swap {
                    exact: Exact::Out { amount, maximum },
                    deadline,
                }
            })
        }
        n if is::<AddLiquidity>(n) => Decoded::of(layout::LIQUIDITY, data, |fields| {
            let (maximum_base, maximum_quote, minimum_shares, deadline) = fields;
            Operation::AddLiquidity(Deposit {
                maximum_base,
                maximum_quote,
                minimum_shares,
                deadline,
            })
        }),
        n if is::<RemoveLiquidity>(n) => Decoded::of(layout::LIQUIDITY, data, |fields| {
            let (shares, base, quote, deadline) = fields;
            Operation::RemoveLiquidity {
                shares,
                minima: (base, quote),
                deadline,
            }
        }),
        n if is::<AddLiquiditySingleSided>(n) => Decoded::of(
            layout::SINGLE_SIDED,
            data,
            |(amount_in, minimum_shares, deadline)| Operation::AddSingleSided {
                amount_in,
                minimum_shares,
                deadline,
            },
        ),
        n if is::<RemoveLiquiditySingleSided>(n) => Decoded::of(
            layout::SINGLE_SIDED,
            data,
            |(shares, minimum_out, deadline)| Operation::RemoveSingleSided {
                shares,
                minimum_out,
                deadline,
            },
        ),
        n if is::<Rebalance>(n) => Decoded {
            operation: Operation::Rebalance,
            layout: layout::REBALANCE,
        },
        n if n <= LAST => Decoded::plain(Operation::Unsupported(Unsupported::Instruction)),
        _ => Decoded::plain(Operation::NoInstruction),
    }
}

fn decode_book(data: &[u8]) -> Decoded {
    use book_instruction::*;
    const LAST: u8 = BalanceVaults::DISCRIMINATOR[0];
    let Some((&number, data)) = data.split_first() else {
        return Decoded::plain(Operation::NoInstruction);
    };
    match number {
        n if is::<SetDelegate>(n) => {
            Decoded::of(layout::SET_DELEGATE, data, Operation::SetDelegate)
        }
        n if is::<Deposit>(n) => Decoded::of(layout::FUNDS, data, |(base, quote)| {
            Operation::Deposit { base, quote }
        }),
        n if is::<Withdraw>(n) => Decoded::of(layout::FUNDS, data, |(base, quote)| {
            Operation::Withdraw { base, quote }
        }),
        n if is::<Place>(n) => Decoded::of(layout::TRADE, data, Operation::Place),
        n if is::<PlaceMany>(n) => list(data, Operation::PlaceMany),
        n if is::<ReplaceAll>(n) => list(data, Operation::ReplaceAll),
        n if is::<Take>(n) => Decoded::of(layout::TRADE, data, Operation::Take),
        n if is::<SwapTake>(n) => Decoded::of(layout::SWAP_TAKE, data, Operation::SwapTake),
        n if is::<Cross>(n) => Decoded::of(layout::CROSS, data, |most| Operation::Cross { most }),
        n if is::<Reap>(n) => Decoded {
            operation: Operation::Reap,
            layout: layout::REAP,
        },
        n => decode_cancel(n, data).unwrap_or_else(|| {
            Decoded::plain(if n <= LAST {
                Operation::Unsupported(Unsupported::Instruction)
            } else {
                Operation::NoInstruction
            })
        }),
    }
}

fn decode_cancel(number: u8, data: &[u8]) -> Option<Decoded> {
    use book_instruction::*;
    let decoded = match number {
        n if is::<Cancel>(n) => {
            Decoded::of(layout::CANCEL, data, |id| Operation::Cancel(Which::One(id)))
        }
        n if is::<CancelClient>(n) => Decoded::of(layout::CANCEL, data, |client_id| {
            Operation::Cancel(Which::Client(client_id))
        }),
        n if is::<CancelUpTo>(n) => Decoded::of(layout::CANCEL, data, |(side, limit, most)| {
            Operation::Cancel(Which::UpTo { side, limit, most })
        }),
        n if is::<CancelAll>(n) => Decoded::of(layout::CANCEL, data, |side| {
            Operation::Cancel(Which::All { side })
        }),
        n if is::<Reduce>(n) => Decoded::of(layout::CANCEL, data, |(id, lots)| {
            Operation::Cancel(Which::Part { id, lots })
        }),
        _ => return None,
    };
    Some(decoded)
}

/// `Transfer` and `TransferChecked` have the same form in both token programs.
fn decode_token(program: TokenProgram, data: &[u8]) -> Operation {
    const TRANSFER: u8 = 3;
    const TRANSFER_CHECKED: u8 = 12;
    let transfer = |amount: &[u8; 8], decimals| Operation::Transfer {
        program,
        amount: u64::from_le_bytes(*amount),
        decimals,
    };
    match data {
        [TRANSFER, amount @ ..] if let Some((amount, [])) = amount.split_first_chunk() => {
            transfer(amount, None)
        }
        [TRANSFER_CHECKED, amount @ ..]
            if let Some((amount, [decimals])) = amount.split_first_chunk() =>
        {
            transfer(amount, Some(*decimals))
        }
        _ => Operation::Unsupported(Unsupported::Instruction),
    }
}

/// The four instructions that there are: a number, then 4 bytes, or 8 for the price.
fn decode_compute_budget(data: &[u8]) -> Operation {
    const PRICE: u8 = 3;
    match data {
        [1 | 2 | 4, _, _, _, _] => Operation::Nothing,
        [PRICE, rest @ ..] if rest.len() == 8 => Operation::Nothing,
        _ => Operation::Unsupported(Unsupported::Instruction),
    }
}

fn decode_associated(data: &[u8]) -> Operation {
    use associated::instruction::AssociatedTokenAccountInstruction::CreateIdempotent;
    const CREATE_IDEMPOTENT: u8 = CreateIdempotent as u8;
    match data {
        [CREATE_IDEMPOTENT] => Operation::CreateAssociated,
        _ => Operation::Unsupported(Unsupported::Instruction),
    }
}
