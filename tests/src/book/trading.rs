//! The instructions that trade.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytemuck::AnyBitPattern;
use sealane_core::book::{BookSide, Level, RequoteHead};
use sealane_orderbook::{
    PlaceParams, SwapTakeParams, TakeParams, TimeInForce, accounts, events::FillRecord, instruction,
};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::market::TestMarket;
use crate::{Executed, NO_DEADLINE};

/// An order that looks at no other lane, never expires and has no client id.
#[must_use]
pub const fn order(side: BookSide, price: u32, lots: u64) -> PlaceParams {
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

/// A take of lots at a limit, without other limits; what is left over is dropped.
#[must_use]
pub const fn taking(side: BookSide, limit: u32, lots: u64) -> TakeParams {
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

/// A wallet's take of lots at a limit, without other limits.
#[must_use]
pub const fn swapping(side: BookSide, limit: u32, lots: u64) -> SwapTakeParams {
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

/// The message of `replace_all` for levels of both sides, best first: (ticks from the level before,
/// size in multiples).
#[must_use]
pub fn ladder(head: RequoteHead, bids: &[(u16, u32)], asks: &[(u16, u32)]) -> Vec<u8> {
    let head = RequoteHead {
        bids: bids.len() as u8,
        asks: asks.len() as u8,
        ..head
    };
    let mut bytes = head.to_bytes().to_vec();
    for &(distance, size) in bids.iter().chain(asks) {
        bytes.extend(Level { distance, size }.to_bytes());
    }
    bytes
}

/// With lanes behind the declared accounts.
#[must_use]
pub fn with_lanes(mut instruction: Instruction, lanes: &[Pubkey], writable: bool) -> Instruction {
    let metas = lanes.iter().map(|&lane| {
        if writable {
            AccountMeta::new(lane, false)
        } else {
            AccountMeta::new_readonly(lane, false)
        }
    });
    instruction.accounts.extend(metas);
    instruction
}

impl TestMarket {
    fn place_accounts(&self, lane: Pubkey, authority: Pubkey) -> accounts::Place {
        accounts::Place {
            market: self.address,
            lane,
            authority,
        }
    }

    /// `place`.
    #[must_use]
    pub fn place(&self, lane: Pubkey, authority: Pubkey, order: PlaceParams) -> Instruction {
        instruction::Place { order }.to_instruction(self.place_accounts(lane, authority))
    }

    /// `place`, showing lanes.
    #[must_use]
    pub fn place_shown(
        &self,
        lane: Pubkey,
        authority: Pubkey,
        order: PlaceParams,
        shown: &[Pubkey],
    ) -> Instruction {
        with_lanes(self.place(lane, authority, order), shown, false)
    }

    /// `place_many`.
    #[must_use]
    pub fn place_many(
        &self,
        lane: Pubkey,
        authority: Pubkey,
        orders: Vec<PlaceParams>,
    ) -> Instruction {
        instruction::PlaceMany { orders }.to_instruction(self.place_accounts(lane, authority))
    }

    /// `replace_all` with a message that [`ladder`] makes.
    #[must_use]
    pub fn replace_all(&self, lane: Pubkey, authority: Pubkey, levels: Vec<u8>) -> Instruction {
        instruction::ReplaceAll { levels }.to_instruction(self.place_accounts(lane, authority))
    }

    /// `cancel`.
    #[must_use]
    pub fn cancel(&self, lane: Pubkey, authority: Pubkey, id: u64) -> Instruction {
        instruction::Cancel { id }.to_instruction(accounts::Cancel { lane, authority })
    }

    /// `cancel_client`.
    #[must_use]
    pub fn cancel_client(&self, lane: Pubkey, authority: Pubkey, client_id: u64) -> Instruction {
        instruction::CancelClient { client_id }.to_instruction(accounts::Cancel { lane, authority })
    }

    /// `cancel_up_to`.
    #[must_use]
    pub fn cancel_up_to(
        &self,
        lane: Pubkey,
        authority: Pubkey,
        side: BookSide,
        limit: u32,
        most: u16,
    ) -> Instruction {
        instruction::CancelUpTo {
            side: side as u8,
            limit,
            most,
        }
        .to_instruction(accounts::Cancel { lane, authority })
    }

    /// `cancel_all` of a side by its number; 2 is both.
    #[must_use]
    pub fn cancel_all(&self, lane: Pubkey, authority: Pubkey, side: u8) -> Instruction {
        instruction::CancelAll { side }.to_instruction(accounts::Cancel { lane, authority })
    }

    /// `reduce`.
    #[must_use]
    pub fn reduce(&self, lane: Pubkey, authority: Pubkey, id: u64, lots: u64) -> Instruction {
        instruction::Reduce { id, lots }.to_instruction(accounts::Cancel { lane, authority })
    }

    /// `reap`.
    #[must_use]
    pub fn reap(&self, lane: Pubkey) -> Instruction {
        instruction::Reap {}.to_instruction(accounts::Reap { lane })
    }

    /// `take` from maker lanes.
    #[must_use]
    pub fn take(
        &self,
        lane: Pubkey,
        authority: Pubkey,
        order: TakeParams,
        makers: &[Pubkey],
    ) -> Instruction {
        let accounts = accounts::Take {
            market: self.address,
            lane,
            authority,
        };
        with_lanes(
            instruction::Take { order }.to_instruction(accounts),
            makers,
            true,
        )
    }

    /// `swap_take` from maker lanes, by way of a vault shard. A referrer's lane comes first.
    #[must_use]
    pub fn swap_take(
        &self,
        vault: usize,
        trader: Pubkey,
        order: SwapTakeParams,
        lanes: &[Pubkey],
    ) -> Instruction {
        let vaults = self.vaults[vault];
        let accounts = accounts::SwapTake {
            market: self.address,
            vault_shard: vaults.address,
            trader,
            trader_base: self.base.account_of(&trader),
            trader_quote: self.quote.account_of(&trader),
            base_vault: vaults.base,
            quote_vault: vaults.quote,
            base_mint: self.base.address,
            quote_mint: self.quote.address,
            base_token_program: self.base.program,
            quote_token_program: self.quote.program,
        };
        with_lanes(
            instruction::SwapTake { order }.to_instruction(accounts),
            lanes,
            true,
        )
    }

    /// `cross` of a lane's bids with another's asks, rewarding the caller's lane.
    #[must_use]
    pub fn cross(
        &self,
        lane: Pubkey,
        authority: Pubkey,
        (bids, asks): (Pubkey, Pubkey),
        most: u16,
    ) -> Instruction {
        instruction::Cross { most }.to_instruction(accounts::Cross {
            market: self.address,
            lane,
            authority,
            bids,
            asks,
        })
    }
}

/// The record that the last order instruction returned.
///
/// # Panics
/// If it returned something else.
#[must_use]
pub fn record<T: AnyBitPattern>(executed: &Executed) -> T {
    bytemuck::try_pod_read_unaligned(&executed.return_data)
        .unwrap_or_else(|error| panic!("{error}: returned are {:?}", executed.return_data))
}

/// Every trade event of one kind that was logged, with the fills behind it. Fills of entries that
/// came before are put before its own.
#[must_use]
pub fn trades<T: anchor_lang::Discriminator + AnyBitPattern>(
    executed: &Executed,
) -> Vec<(T, Vec<FillRecord>)> {
    use anchor_lang::Discriminator as _;
    use sealane_orderbook::events::MoreFills;

    let (mut trades, mut earlier) = (Vec::new(), Vec::new());
    let entries = executed
        .logs
        .iter()
        .filter_map(|line| line.strip_prefix("Program data: "))
        .filter_map(|data| BASE64_STANDARD.decode(data).ok());
    for entry in entries {
        if let Some(fields) = entry.strip_prefix(MoreFills::DISCRIMINATOR) {
            earlier.extend(fills(&fields[size_of::<MoreFills>()..]));
        } else if let Some(fields) = entry.strip_prefix(T::DISCRIMINATOR) {
            let (event, records) = fields.split_at(size_of::<T>());
            let mut all = std::mem::take(&mut earlier);
            all.extend(fills(records));
            trades.push((bytemuck::pod_read_unaligned(event), all));
        }
    }
    trades
}

fn fills(bytes: &[u8]) -> Vec<FillRecord> {
    let (records, rest) = bytes.as_chunks::<{ size_of::<FillRecord>() }>();
    assert!(rest.is_empty(), "whole records");
    records
        .iter()
        .map(|record| bytemuck::pod_read_unaligned(record))
        .collect()
}
