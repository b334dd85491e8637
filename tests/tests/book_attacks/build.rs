//! The instructions of traders, as an attacker would put them together.

use sealane_core::book::{BookSide, Expiry, Ticks, requote::Level, requote::RequoteHead};
use sealane_orderbook::{
    PlaceParams, SwapTakeParams, TakeParams, TimeInForce, accounts, instruction,
};
use sealane_testkit::book::market::TestMarket;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

/// A deadline that never passes.
pub(crate) const NO_DEADLINE: i64 = i64::MAX;

/// An order of no other wishes.
pub(crate) fn order(side: BookSide, price: u32, lots: u64) -> PlaceParams {
    PlaceParams {
        side: side as u8,
        post_only: 0,
        price,
        lots,
        client_id: 0,
        expires_slot: 0,
        expires_at: 0,
    }
}

/// A take of no other wishes; what it cannot fill is dropped.
pub(crate) fn taking(side: BookSide, limit: u32, lots: u64) -> TakeParams {
    TakeParams {
        side: side as u8,
        self_trade: 0,
        max_orders: u16::MAX,
        limit,
        lots,
        max_quote: u64::MAX,
        deadline: NO_DEADLINE,
        time_in_force: TimeInForce::ImmediateOrCancel,
    }
}

/// The same from a wallet.
pub(crate) fn swapping(side: BookSide, limit: u32, lots: u64) -> SwapTakeParams {
    SwapTakeParams {
        side: side as u8,
        self_trade: 0,
        flags: 0,
        max_orders: u16::MAX,
        limit,
        lots,
        maximum_sent: u64::MAX,
        minimum_received: 0,
        deadline: NO_DEADLINE,
    }
}

/// The head of a message that replaces what `flags` say.
pub(crate) fn requote_head(reference: u32, bids: u8, asks: u8, flags: u8) -> RequoteHead {
    RequoteHead {
        client_id: 0,
        expiry: Expiry::NEVER,
        reference: Ticks(reference),
        lot_multiple: 1,
        bids,
        asks,
        flags,
    }
}

/// A message with levels of (distance, size) behind its head.
pub(crate) fn message(head: &RequoteHead, levels: &[(u16, u32)]) -> Vec<u8> {
    let mut bytes = head.to_bytes().to_vec();
    for &(distance, size) in levels {
        bytes.extend(Level { distance, size }.to_bytes());
    }
    bytes
}

/// A trader's lane and who signs for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hand {
    pub(crate) lane: Pubkey,
    pub(crate) authority: Pubkey,
}

impl Hand {
    fn place_accounts(self, market: &TestMarket) -> accounts::Place {
        accounts::Place {
            market: market.address,
            lane: self.lane,
            authority: self.authority,
        }
    }

    fn cancel_accounts(self) -> accounts::Cancel {
        accounts::Cancel {
            lane: self.lane,
            authority: self.authority,
        }
    }

    /// `place`, with lanes to look at.
    pub(crate) fn place(
        self,
        market: &TestMarket,
        order: PlaceParams,
        shown: &[Pubkey],
    ) -> Instruction {
        let placed = instruction::Place { order }.to_instruction(self.place_accounts(market));
        showing(placed, shown)
    }

    /// `place_many`.
    pub(crate) fn place_many(
        self,
        market: &TestMarket,
        orders: Vec<PlaceParams>,
        shown: &[Pubkey],
    ) -> Instruction {
        let placed = instruction::PlaceMany { orders }.to_instruction(self.place_accounts(market));
        showing(placed, shown)
    }

    /// `replace_all`.
    pub(crate) fn replace_all(
        self,
        market: &TestMarket,
        levels: &[u8],
        shown: &[Pubkey],
    ) -> Instruction {
        let levels = levels.to_vec();
        let replaced =
            instruction::ReplaceAll { levels }.to_instruction(self.place_accounts(market));
        showing(replaced, shown)
    }

    /// `cancel`.
    pub(crate) fn cancel(self, id: u64) -> Instruction {
        instruction::Cancel { id }.to_instruction(self.cancel_accounts())
    }

    /// `cancel_client`.
    pub(crate) fn cancel_client(self, client_id: u64) -> Instruction {
        instruction::CancelClient { client_id }.to_instruction(self.cancel_accounts())
    }

    /// `cancel_up_to`.
    pub(crate) fn cancel_up_to(self, side: u8, limit: u32, most: u16) -> Instruction {
        instruction::CancelUpTo { side, limit, most }.to_instruction(self.cancel_accounts())
    }

    /// `cancel_all`.
    pub(crate) fn cancel_all(self, side: u8) -> Instruction {
        instruction::CancelAll { side }.to_instruction(self.cancel_accounts())
    }

    /// `reduce`.
    pub(crate) fn reduce(self, id: u64, lots: u64) -> Instruction {
        instruction::Reduce { id, lots }.to_instruction(self.cancel_accounts())
    }

    /// `take`.
    pub(crate) fn take(
        self,
        market: &TestMarket,
        order: TakeParams,
        makers: &[Pubkey],
    ) -> Instruction {
        let accounts = accounts::Take {
            market: market.address,
            lane: self.lane,
            authority: self.authority,
        };
        naming(instruction::Take { order }.to_instruction(accounts), makers)
    }

    /// `cross`, for this lane's reward.
    pub(crate) fn cross(
        self,
        market: &TestMarket,
        bids: Pubkey,
        asks: Pubkey,
        most: u16,
    ) -> Instruction {
        instruction::Cross { most }.to_instruction(accounts::Cross {
            market: market.address,
            lane: self.lane,
            authority: self.authority,
            bids,
            asks,
        })
    }
}

/// `swap_take` by a wallet. With the referrer's flag the first of the lanes is the referrer's.
pub(crate) fn swap_take(
    market: &TestMarket,
    vault: usize,
    trader: Pubkey,
    order: SwapTakeParams,
    lanes: &[Pubkey],
) -> Instruction {
    let vaults = market.vaults[vault];
    let accounts = accounts::SwapTake {
        market: market.address,
        vault_shard: vaults.address,
        trader,
        trader_base: market.base.account_of(&trader),
        trader_quote: market.quote.account_of(&trader),
        base_vault: vaults.base,
        quote_vault: vaults.quote,
        base_mint: market.base.address,
        quote_mint: market.quote.address,
        base_token_program: market.base.program,
        quote_token_program: market.quote.program,
    };
    naming(
        instruction::SwapTake { order }.to_instruction(accounts),
        lanes,
    )
}

/// `reap`.
pub(crate) fn reap(lane: Pubkey) -> Instruction {
    instruction::Reap {}.to_instruction(accounts::Reap { lane })
}

/// With lanes behind the declared accounts that may be written.
pub(crate) fn naming(mut instruction: Instruction, lanes: &[Pubkey]) -> Instruction {
    let metas = lanes.iter().map(|lane| AccountMeta::new(*lane, false));
    instruction.accounts.extend(metas);
    instruction
}

/// With lanes behind the declared accounts that are only looked at.
pub(crate) fn showing(mut instruction: Instruction, lanes: &[Pubkey]) -> Instruction {
    let metas = lanes
        .iter()
        .map(|lane| AccountMeta::new_readonly(*lane, false));
    instruction.accounts.extend(metas);
    instruction
}
