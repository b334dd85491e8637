//! What happened on the order books, read from transaction logs: events that the program logged,
//! and records of orders that it returned.
//!
//! Only lines that the program itself caused count. Another program in the same transaction can log
//! the same bytes, and a caller that returns nothing of its own repeats this program's record under
//! its own address; neither is taken for the program's word.

use anchor_lang::Discriminator;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytemuck::{AnyBitPattern, Pod};
use sealane_orderbook::events::{
    AuthorityChanged, AuthorityProposed, CROSS_MAKERS, Crossed, DelegateSet, Deposited,
    FeesChanged, FeesSwept, FillRecord, LaneClosed, LaneGrown, LaneOpened, MarketCreated,
    MoreFills, OrderRecord, PauseChanged, PlacedManyRecord, ProtocolFeesCollected, RemovedRecord,
    ReplacedRecord, SWAP_TAKE_MAKERS, SwapTaken, TAKE_MAKERS, Taken, VaultShardAdded,
    VaultsBalanced, Withdrawn, tag,
};

use solana_pubkey::Pubkey;

use super::runtime_line;
use crate::orderbook;

/// Something that happened on an order book.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BookEvent {
    /// A market was created.
    MarketCreated(MarketCreated),
    /// A vault shard was added.
    VaultShardAdded(VaultShardAdded),
    /// A market's fees changed.
    FeesChanged(FeesChanged),
    /// Actions were paused or resumed.
    PauseChanged(PauseChanged),
    /// A successor was proposed.
    AuthorityProposed(AuthorityProposed),
    /// The proposed authority took over.
    AuthorityChanged(AuthorityChanged),
    /// Tokens were moved between vaults.
    VaultsBalanced(VaultsBalanced),
    /// Protocol fees were paid out.
    ProtocolFeesCollected(ProtocolFeesCollected),
    /// A lane was opened.
    LaneOpened(LaneOpened),
    /// A lane got room for more orders.
    LaneGrown(LaneGrown),
    /// A lane was closed.
    LaneClosed(LaneClosed),
    /// Somebody may trade with a lane, or nobody.
    DelegateSet(DelegateSet),
    /// Tokens were credited to a lane.
    Deposited(Deposited),
    /// Tokens were paid out to a lane's owner.
    Withdrawn(Withdrawn),
    /// A lane's fees went where they belong.
    FeesSwept(FeesSwept),
    /// A lane took.
    Taken(Taken, Vec<FillRecord>),
    /// A wallet took.
    SwapTaken(SwapTaken, Vec<FillRecord>),
    /// Two lanes whose prices crossed have traded.
    Crossed(Crossed, Vec<FillRecord>),
    /// An order was placed.
    Placed(OrderRecord),
    /// An order was cancelled.
    Cancelled(OrderRecord),
    /// An order was made smaller.
    Reduced(OrderRecord),
    /// Several orders were placed, at these prices in ticks.
    PlacedMany(PlacedManyRecord, Vec<u32>),
    /// One side or both were replaced.
    Replaced(ReplacedRecord),
    /// Orders were removed: which, the record's tag says.
    Removed(RemovedRecord),
}

impl BookEvent {
    /// The resting orders that a trade met; none if this is no trade.
    #[must_use]
    pub fn fills(&self) -> &[FillRecord] {
        match self {
            Self::Taken(_, fills) | Self::SwapTaken(_, fills) | Self::Crossed(_, fills) => fills,
            _ => &[],
        }
    }

    /// The lanes by which a trade's fills count, out of its instruction's accounts: a fill's order
    /// rests in lane number [`FillRecord::lane`] of them. None if this is no trade.
    #[must_use]
    pub fn makers<'a>(&self, accounts: &'a [Pubkey]) -> &'a [Pubkey] {
        let first = match self {
            Self::Taken(..) => TAKE_MAKERS,
            Self::SwapTaken(taken, _) => {
                SWAP_TAKE_MAKERS + usize::from(taken.referrer != Pubkey::default())
            }
            Self::Crossed(..) => CROSS_MAKERS,
            _ => accounts.len(),
        };
        accounts.get(first..).unwrap_or_default()
    }
}

/// One entry of log data.
enum Entry {
    Event(BookEvent),
    /// A trade, with the fills of its last entry, and how many it has in all.
    Trade(BookEvent, u16),
    MoreFills(Vec<FillRecord>),
}

macro_rules! plain_events {
    ($data:ident: $($name:ident),* $(,)?) => {
        $(
            if let Some(fields) = $data.strip_prefix($name::DISCRIMINATOR) {
                let event = bytemuck::try_pod_read_unaligned::<$name>(fields).ok()?;
                return Some(Entry::Event(BookEvent::$name(event)));
            }
        )*
    };
}

macro_rules! trades {
    ($data:ident: $($name:ident),* $(,)?) => {
        $(
            if let Some(fields) = $data.strip_prefix($name::DISCRIMINATOR) {
                let (event, fills) = with_fills::<$name>(fields)?;
                let orders = event.orders;
                return Some(Entry::Trade(BookEvent::$name(event, fills), orders));
            }
        )*
    };
}

/// Decodes log data. `None` if it is none of the program's.
fn decode_logged(data: &[u8]) -> Option<Entry> {
    trades!(data: Taken, SwapTaken, Crossed);
    if let Some(fields) = data.strip_prefix(MoreFills::DISCRIMINATOR) {
        return with_fills::<MoreFills>(fields).map(|(_, fills)| Entry::MoreFills(fills));
    }
    plain_events!(
        data: Deposited, Withdrawn, LaneOpened, LaneClosed, LaneGrown, DelegateSet, FeesSwept,
        MarketCreated, VaultShardAdded, FeesChanged, PauseChanged, AuthorityProposed,
        AuthorityChanged, VaultsBalanced, ProtocolFeesCollected,
    );
    None
}

/// An event and the records behind it.
fn with_fills<T: AnyBitPattern>(fields: &[u8]) -> Option<(T, Vec<FillRecord>)> {
    let (event, records) = fields.split_at_checked(size_of::<T>())?;
    let event = bytemuck::try_pod_read_unaligned(event).ok()?;
    Some((event, pods(records)?))
}

fn pods<T: Pod>(bytes: &[u8]) -> Option<Vec<T>> {
    let chunks = bytes.chunks_exact(size_of::<T>());
    if !chunks.remainder().is_empty() {
        return None;
    }
    Some(chunks.map(bytemuck::pod_read_unaligned).collect())
}

/// Decodes what an order instruction returned. `None` if it is no record of the program.
///
/// ```
/// use sealane_sdk::{events::orderbook::{BookEvent, decode_returned}, orderbook::events::{OrderRecord, tag}};
///
/// let record = OrderRecord {
///     tag: tag::PLACED,
///     reserved: [0; 3],
///     price: 100,
///     id: 2,
///     lots: 5,
///     client_id: 7,
///     lane: [9; 32],
/// };
/// let returned = bytemuck::bytes_of(&record);
/// assert_eq!(decode_returned(returned), Some(BookEvent::Placed(record)));
/// assert_eq!(decode_returned(&returned[1..]), None);
/// ```
#[must_use]
pub fn decode_returned(data: &[u8]) -> Option<BookEvent> {
    fn read<T: Pod>(data: &[u8]) -> Option<T> {
        bytemuck::try_pod_read_unaligned(data).ok()
    }
    Some(match *data.first()? {
        tag::PLACED => BookEvent::Placed(read(data)?),
        tag::CANCELLED => BookEvent::Cancelled(read(data)?),
        tag::REDUCED => BookEvent::Reduced(read(data)?),
        tag::PLACED_MANY => {
            let (record, prices) = data.split_at_checked(size_of::<PlacedManyRecord>())?;
            let record: PlacedManyRecord = read(record)?;
            let prices: Vec<u32> = pods(prices)?;
            if prices.len() != usize::from(record.orders) {
                return None;
            }
            BookEvent::PlacedMany(record, prices)
        }
        tag::REPLACED => BookEvent::Replaced(read(data)?),
        tag::CANCELLED_CLIENT | tag::CANCELLED_UP_TO | tag::CANCELLED_ALL | tag::REAPED => {
            BookEvent::Removed(read(data)?)
        }
        _ => return None,
    })
}

/// The events in a successful transaction's logs, in order.
#[must_use]
pub fn from_logs<S: AsRef<str>>(logs: &[S]) -> Vec<BookEvent> {
    by_instruction(logs).into_iter().flatten().collect()
}

/// Whether the node cut the logs short, so that events may be missing.
#[must_use]
pub fn is_truncated<S: AsRef<str>>(logs: &[S]) -> bool {
    logs.iter().any(|line| line.as_ref() == "Log truncated")
}

/// The events of each of the program's instructions in a successful transaction, in the order of
/// execution: also of those that other programs called.
#[must_use]
pub fn by_instruction<S: AsRef<str>>(logs: &[S]) -> Vec<Vec<BookEvent>> {
    let own = orderbook::ID.to_string();
    let mut running: Vec<&str> = Vec::new();
    let mut instructions: Vec<Vec<BookEvent>> = Vec::new();
    // The program calls itself nowhere, so that its last instruction is the one that runs.
    let mut earlier_fills: Vec<FillRecord> = Vec::new();
    for line in logs {
        let line = line.as_ref();
        let is_running = running.last() == Some(&own.as_str());
        if let Some(data) = line.strip_prefix("Program data: ") {
            let events = instructions.last_mut().filter(|_| is_running);
            let entry = BASE64_STANDARD.decode(data).ok();
            let entry = entry.and_then(|data| decode_logged(&data));
            if let (Some(events), Some(entry)) = (events, entry) {
                events.extend(collect(entry, &mut earlier_fills));
            }
        } else if let Some(returned) = line.strip_prefix("Program return: ") {
            let data = returned.split_once(' ').filter(|(by, _)| *by == own);
            let data = data.and_then(|(_, data)| BASE64_STANDARD.decode(data).ok());
            let event = data.and_then(|data| decode_returned(&data));
            if let Some(events) = instructions.last_mut().filter(|_| is_running) {
                events.extend(event);
            }
        } else if let Some((program, what)) = runtime_line(line) {
            if what.starts_with("invoke [") {
                running.push(program);
                if program == own {
                    instructions.push(Vec::new());
                    earlier_fills.clear();
                }
            } else if what == "success" || what.starts_with("failed") {
                running.pop();
            }
        }
    }
    instructions
}

/// An event once it is whole: a trade gets the fills that were logged before it. One whose fills
/// are not all there is left out, rather than told wrongly.
fn collect(entry: Entry, earlier: &mut Vec<FillRecord>) -> Option<BookEvent> {
    match entry {
        Entry::Event(event) => Some(event),
        Entry::MoreFills(fills) => {
            earlier.extend(fills);
            None
        }
        Entry::Trade(mut event, orders) => {
            let (BookEvent::Taken(_, fills)
            | BookEvent::SwapTaken(_, fills)
            | BookEvent::Crossed(_, fills)) = &mut event
            else {
                return None;
            };
            let mut all = std::mem::take(earlier);
            all.append(fills);
            *fills = all;
            (fills.len() == usize::from(orders)).then_some(event)
        }
    }
}

#[cfg(test)]
mod tests {
    use anchor_lang::Event as _;
    use bytemuck::Zeroable;

    use super::*;

    fn logged(data: &[u8]) -> String {
        format!("Program data: {}", BASE64_STANDARD.encode(data))
    }

    fn returned(program: &Pubkey, data: &[u8]) -> String {
        format!("Program return: {program} {}", BASE64_STANDARD.encode(data))
    }

    fn fill(id: u64) -> FillRecord {
        FillRecord {
            id,
            lots: 3,
            left: 0,
            price: 100,
            met: 0,
            lane: 1,
            reserved: [0; 2],
        }
    }

    fn taken(orders: u16) -> Taken {
        Taken {
            lane: Pubkey::new_unique(),
            orders,
            ..Taken::zeroed()
        }
    }

    fn placed(id: u64) -> OrderRecord {
        OrderRecord {
            tag: tag::PLACED,
            id,
            lots: 5,
            price: 100,
            ..OrderRecord::zeroed()
        }
    }

    #[test]
    fn fills_of_several_entries_belong_to_one_trade() {
        let own = orderbook::ID;
        let fills = [fill(2), fill(4), fill(6)];
        let more = MoreFills {
            market: Pubkey::new_unique(),
        };
        let trade = taken(3);
        let bytes = |fills: &[FillRecord]| bytemuck::cast_slice::<_, u8>(fills).to_vec();
        let logs = [
            format!("Program {own} invoke [1]"),
            logged(&[more.data(), bytes(&fills[..2])].concat()),
            logged(&[trade.data(), bytes(&fills[2..])].concat()),
            format!("Program {own} success"),
        ];
        let events = from_logs(&logs);
        assert_eq!(events, [BookEvent::Taken(trade, fills.to_vec())]);
        assert_eq!(events[0].fills().len(), 3);
        let accounts = [(); 5].map(|()| Pubkey::new_unique());
        assert_eq!(events[0].makers(&accounts), &accounts[3..]);
        assert!(events[0].makers(&accounts[..2]).is_empty());
        // With an entry missing, the trade is not told as if it were whole.
        assert!(from_logs(&[&logs[0], &logs[2], &logs[3]]).is_empty());
        // Nor with records cut short.
        let cut = [trade.data(), bytes(&fills)[1..].to_vec()].concat();
        assert!(from_logs(&[&logs[0], &logged(&cut), &logs[3]]).is_empty());
    }

    #[test]
    fn only_the_program_itself_is_believed() {
        let own = orderbook::ID;
        let stranger = Pubkey::new_unique();
        let (real, forged) = (placed(2), placed(4));
        let (real, forged) = (bytemuck::bytes_of(&real), bytemuck::bytes_of(&forged));
        let logs = [
            format!("Program {stranger} invoke [1]"),
            // A stranger that returns, or logs, what looks like the program's.
            returned(&own, forged),
            returned(&stranger, forged),
            logged(&taken(0).data()),
            format!("Program log: Program {own} invoke [2]"),
            returned(&own, forged),
            format!("Program {own} invoke [2]"),
            "Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA invoke [3]".into(),
            returned(&own, forged),
            logged(&taken(0).data()),
            "Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA success".into(),
            format!("Program {own} consumed 700 of 200000 compute units"),
            returned(&stranger, forged),
            returned(&own, real),
            format!("Program {own} success"),
            // The caller repeats what it got, under its own address.
            returned(&stranger, real),
            format!("Program {stranger} success"),
        ];
        assert_eq!(from_logs(&logs), [BookEvent::Placed(placed(2))]);
        assert_eq!(by_instruction(&logs).len(), 1);
    }

    #[test]
    fn instructions_are_told_apart() {
        let own = orderbook::ID;
        let invoke = format!("Program {own} invoke [1]");
        let success = format!("Program {own} success");
        let record = |id| returned(&own, bytemuck::bytes_of(&placed(id)));
        let (one, two) = (record(2), record(4));
        let logs = [
            &invoke, &one, &success, &invoke, &success, &invoke, &two, &success,
        ];
        assert_eq!(
            by_instruction(&logs),
            [
                vec![BookEvent::Placed(placed(2))],
                vec![],
                vec![BookEvent::Placed(placed(4))]
            ]
        );
        assert!(!is_truncated(&logs));
        assert!(is_truncated(&["Log truncated"]));
    }

    #[test]
    fn records_of_any_length_are_no_trouble() {
        for first in 0..=255u8 {
            for len in 0..120 {
                let mut data = vec![7u8; len];
                if let Some(start) = data.first_mut() {
                    *start = first;
                }
                if let Some(BookEvent::PlacedMany(record, prices)) = decode_returned(&data) {
                    assert_eq!(usize::from(record.orders), prices.len());
                }
                let _ = decode_logged(&data);
            }
        }
    }
}
