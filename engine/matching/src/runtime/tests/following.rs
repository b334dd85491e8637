//! Copies of the depth, made of what a consumer hears and compared with books that were told the same.

use std::collections::VecDeque;

use super::*;

pub(super) const MARKETS: u32 = 5;
pub(super) const WORKERS: usize = 2;
/// The first records of each journal open its markets.
pub(super) const OPENED: [u64; WORKERS] = [3, 2];

/// Copies of all markets, and the books that they must be equal to, record by record.
pub(super) struct Following {
    streams: Streams,
    /// What the books have not been told, by record.
    parts: BTreeMap<MarketId, VecDeque<(Sequence, Command)>>,
    books: BTreeMap<MarketId, Book>,
    copies: BTreeMap<MarketId, DepthReplica>,
    pub(super) compared: usize,
    pub(super) gaps: usize,
}

impl Following {
    pub(super) fn new(
        runtime: &Runtime<Book>,
        stream: &[(MarketId, Command)],
        streams: Streams,
    ) -> Self {
        let mut parts: BTreeMap<MarketId, VecDeque<_>> = BTreeMap::new();
        let mut sequences = OPENED;
        for (market, command) in stream {
            let worker = runtime.worker_of(*market).expect("an open market");
            sequences[worker] += 1;
            let part = parts.entry(*market).or_default();
            part.push_back((Sequence(sequences[worker]), *command));
        }
        Self {
            streams,
            parts,
            books: markets(MARKETS).into_iter().collect(),
            copies: BTreeMap::new(),
            compared: 0,
            gaps: 0,
        }
    }

    pub(super) fn restore(&mut self, depth: &DepthOf<Book>) {
        let copy = DepthReplica::restore(depth).expect("a sound snapshot");
        assert_eq!(copy.sequence(), depth.sequence);
        self.copies.insert(depth.market, copy);
        self.compare(depth.market);
    }

    pub(super) fn hear(&mut self, event: &Published<EventOf<Book>>) {
        let copy = self.copies.get_mut(&event.market).expect("a known market");
        let before = copy.sequence();
        copy.apply(event).expect("the changes fit");
        if event.event == Event::Gap {
            assert!(copy.is_lost() || event.sequence <= before);
            self.gaps += 1;
        } else if copy.is_whole() && copy.sequence() == event.sequence {
            assert!(event.is_last || event.sequence <= before);
            self.compare(event.market);
        }
    }

    /// The copy against the book as of the copy's last record.
    fn compare(&mut self, market: MarketId) {
        self.tell(market, self.copies[&market].sequence());
        self.assert_equal(market);
        self.compared += 1;
    }

    /// Tells a book what it was told by the runtime up to a record.
    fn tell(&mut self, market: MarketId, until: Sequence) {
        let book = self.books.get_mut(&market).expect("an open market");
        let part = self.parts.entry(market).or_default();
        while let Some((_, command)) = part.pop_front_if(|(sequence, _)| *sequence <= until) {
            book.apply(&command, &mut Vec::new());
        }
    }

    fn assert_equal(&self, market: MarketId) {
        let (book, copy) = (&self.books[&market], &self.copies[&market]);
        for side in Side::BOTH {
            if self.streams.levels {
                assert!(book.levels(side).eq(copy.levels().levels(side)));
            }
            if self.streams.orders {
                assert!(book.resting(side).eq(copy.orders().resting(side)));
            }
        }
    }

    pub(super) fn lost(&self) -> Vec<MarketId> {
        let copies = self.copies.iter().filter(|(_, copy)| copy.is_lost());
        copies.map(|(market, _)| *market).collect()
    }

    /// After all has been submitted and heard.
    pub(super) fn assert_all_equal(&mut self) {
        assert_eq!(self.lost(), []);
        for market in (0..MARKETS).map(MarketId) {
            self.tell(market, Sequence(u64::MAX));
            self.assert_equal(market);
        }
    }
}
