//! What the programs logged.

use anchor_lang::Discriminator;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytemuck::AnyBitPattern;
use sealane_engine::{
    amm::{
        self,
        events::{LiquidityAdded, LiquidityRemoved, ShardsRebalanced, Swapped},
    },
    engine_core::book::{Lots, Met, OrderId, Ticks},
    orderbook::{
        self,
        events::{
            CROSS_MAKERS, Crossed, Deposited, FillRecord, MoreFills, SWAP_TAKE_MAKERS, SwapTaken,
            TAKE_MAKERS, Taken, Withdrawn,
        },
    },
    simulate::{Event, Filled, Trade},
};
use solana_pubkey::Pubkey;

/// The innermost program that failed: the log tells of it first.
pub(crate) fn first_failed(logs: &[String]) -> Option<Pubkey> {
    logs.iter().find_map(|line| {
        let (program, what) = line.strip_prefix("Program ")?.split_once(' ')?;
        what.starts_with("failed").then(|| program.parse().ok())?
    })
}

/// The exchange's events in a log, and the orders that its trades met.
pub(crate) fn read(logs: &[String], trade: &Trade) -> (Vec<Event>, Vec<Filled>) {
    let mut reader = Reader {
        trade,
        programs: Vec::new(),
        instructions: 0,
        records: Vec::new(),
        events: Vec::new(),
        fills: Vec::new(),
    };
    for line in logs {
        reader.line(line);
    }
    (reader.events, reader.fills)
}

struct Reader<'a> {
    trade: &'a Trade,
    /// The programs that run, the innermost last.
    programs: Vec<Pubkey>,
    /// How many of the trade's instructions have begun.
    instructions: usize,
    /// Records of a trade whose event comes later.
    records: Vec<FillRecord>,
    events: Vec<Event>,
    fills: Vec<Filled>,
}

impl Reader<'_> {
    fn line(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("Program ") else {
            return;
        };
        if let Some(data) = rest.strip_prefix("data: ") {
            if let Ok(entry) = BASE64_STANDARD.decode(data) {
                self.entry(&entry);
            }
            return;
        }
        // A program logs what it likes, but behind "Program log: ".
        let Some((Ok(program), what)) = rest
            .split_once(' ')
            .map(|(program, what)| (program.parse::<Pubkey>(), what))
        else {
            return;
        };
        if what.starts_with("invoke [") {
            self.instructions += usize::from(self.programs.is_empty());
            self.programs.push(program);
        } else if what == "success" || what.starts_with("failed") {
            self.programs.pop();
        }
    }

    fn entry(&mut self, entry: &[u8]) {
        match self.programs.last() {
            Some(id) if *id == amm::ID => self.amm(entry),
            Some(id) if *id == orderbook::ID => self.orderbook(entry),
            _ => {}
        }
    }

    fn amm(&mut self, entry: &[u8]) {
        let event = None
            .or_else(|| event::<Swapped>(entry).map(|(event, _)| Event::Swapped(event)))
            .or_else(|| event::<LiquidityAdded>(entry).map(|(e, _)| Event::LiquidityAdded(e)))
            .or_else(|| event::<LiquidityRemoved>(entry).map(|(e, _)| Event::LiquidityRemoved(e)))
            .or_else(|| event::<ShardsRebalanced>(entry).map(|(e, _)| Event::ShardsRebalanced(e)));
        self.events.extend(event);
    }

    fn orderbook(&mut self, entry: &[u8]) {
        if let Some((_, records)) = event::<MoreFills>(entry) {
            self.records.extend(fills(records));
        } else if let Some((event, records)) = event::<Taken>(entry) {
            self.traded(Event::Taken(event), records, TAKE_MAKERS);
        } else if let Some((event, records)) = event::<SwapTaken>(entry) {
            let referrers = usize::from(event.referrer != Pubkey::default());
            self.traded(
                Event::SwapTaken(event),
                records,
                SWAP_TAKE_MAKERS + referrers,
            );
        } else if let Some((event, records)) = event::<Crossed>(entry) {
            self.traded(Event::Crossed(event), records, CROSS_MAKERS);
        } else if let Some((event, _)) = event::<Deposited>(entry) {
            self.events.push(Event::Deposited(event));
        } else if let Some((event, _)) = event::<Withdrawn>(entry) {
            self.events.push(Event::Withdrawn(event));
        }
    }

    /// An event with the last of its records behind it. `makers`: which of the instruction's
    /// accounts is the first lane that it trades with.
    fn traded(&mut self, event: Event, records: &[u8], makers: usize) {
        self.events.push(event);
        let instruction = self
            .trade
            .instructions
            .get(self.instructions.wrapping_sub(1));
        let instruction = instruction.filter(|_| self.programs.len() == 1);
        let records = std::mem::take(&mut self.records)
            .into_iter()
            .chain(fills(records));
        self.fills.extend(records.map(|record| {
            Filled {
                lane: instruction
                    .and_then(|i| i.accounts.get(makers + usize::from(record.lane)))
                    .map_or_else(Pubkey::default, |meta| meta.pubkey),
                id: OrderId(record.id),
                price: Ticks(record.price),
                lots: Lots(record.lots),
                left: Lots(record.left),
                met: match record.met {
                    0 => Met::Filled,
                    1 => Met::Expired,
                    2 => Met::Decremented,
                    _ => Met::Cancelled,
                },
            }
        }));
    }
}

/// An event at the beginning of an entry, and what is behind it.
fn event<T: Discriminator + AnyBitPattern>(entry: &[u8]) -> Option<(T, &[u8])> {
    let fields = entry.strip_prefix(T::DISCRIMINATOR)?;
    let (event, rest) = fields.split_at_checked(size_of::<T>())?;
    Some((bytemuck::pod_read_unaligned(event), rest))
}

fn fills(bytes: &[u8]) -> impl Iterator<Item = FillRecord> {
    let (records, _) = bytes.as_chunks::<{ size_of::<FillRecord>() }>();
    records
        .iter()
        .map(|record| bytemuck::pod_read_unaligned(record))
}
