//! Orders that wait for a price.

use super::{
    key::Key,
    order::NIL,
    radix::{Keyed, RadixTree},
    slab::{Linked, Slab},
};
use crate::{
    command::{SelfTrade, TimeInForce},
    units::{OrderId, OwnerId, Price, Quantity, Side},
};

/// A waiting order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stop {
    pub(crate) id: OrderId,
    pub(crate) owner: OwnerId,
    /// Zero once it waits no more.
    pub(crate) quantity: Quantity,
    pub(crate) side: Side,
    pub(crate) trigger: Price,
    /// Worst price and what does not trade at once, or a market order.
    pub(crate) limit: Option<(Price, TimeInForce)>,
    pub(crate) self_trade: SelfTrade,
}

impl Stop {
    /// The trigger's rank: the stop is reached once the last price's rank is this or higher.
    pub(crate) const fn key(&self) -> Key {
        reach(self.side, self.trigger)
    }
}

/// Bids wait for a price that rises to their trigger, asks for one that falls: as prices rank on
/// the other side of the book.
const fn reach(side: Side, price: Price) -> Key {
    Key::of(side.opposite(), price)
}

/// A waiting order in its queue.
#[derive(Clone, Copy)]
struct Waiting {
    stop: Stop,
    previous: u32,
    next: u32,
}

/// The stops at one trigger, first come first.
#[derive(Clone, Copy)]
struct Queue {
    key: Key,
    first: u32,
    last: u32,
}

impl Linked for Waiting {
    fn link(&self) -> u32 {
        self.next
    }

    fn set_link(&mut self, place: u32) {
        self.next = place;
    }
}

impl Linked for Queue {
    fn link(&self) -> u32 {
        self.first
    }

    fn set_link(&mut self, place: u32) {
        self.first = place;
    }
}

impl Keyed for Queue {
    fn key(&self) -> Key {
        self.key
    }
}

/// All that wait, and those that have been reached and enter one after the other.
pub(crate) struct Stops {
    waiting: Slab<Waiting>,
    queues: [RadixTree<Queue>; 2],
    /// The lowest key of each side, or [`Key::NONE`].
    first: [Key; 2],
    /// Reached, in the order in which they enter; empty between commands.
    reached: (u32, u32),
}

impl Stops {
    pub(crate) fn new(capacity: u32) -> Self {
        Self {
            waiting: Slab::new(capacity),
            queues: [RadixTree::new(capacity), RadixTree::new(capacity)],
            first: [Key::NONE; 2],
            reached: (NIL, NIL),
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> u32 {
        self.waiting.len()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.waiting.is_full()
    }

    pub(crate) fn get(&self, place: u32) -> &Stop {
        &self.waiting[place].stop
    }

    /// Every stop that waits, in no order.
    pub(crate) fn unordered(&self) -> impl Iterator<Item = &Stop> {
        let places = self.waiting.places().iter().map(|waiting| &waiting.stop);
        places.filter(|stop| !stop.quantity.is_zero())
    }

    /// The stops of a side: those reached first come first.
    pub(crate) fn iter(&self, side: Side) -> impl Iterator<Item = &Stop> {
        self.queues[side as usize].iter().flat_map(|queue| {
            let first = (queue.first != NIL).then_some(queue.first);
            std::iter::successors(first, |&place| {
                let next = self.waiting[place].next;
                (next != NIL).then_some(next)
            })
            .map(|place| self.get(place))
        })
    }

    /// Adds a stop behind all others at its trigger. There must be room.
    pub(crate) fn insert(&mut self, stop: Stop) -> u32 {
        let (key, side) = (stop.key(), stop.side as usize);
        let place = self.waiting.insert(Waiting {
            stop,
            previous: NIL,
            next: NIL,
        });
        let queue = self.queues[side].get_or_insert(Queue {
            key,
            first: place,
            last: NIL,
        });
        let last = std::mem::replace(&mut queue.last, place);
        if last == NIL {
            self.first[side] = self.first[side].min(key);
        } else {
            self.waiting[last].next = place;
            self.waiting[place].previous = last;
        }
        place
    }

    /// Takes a waiting stop away.
    pub(crate) fn remove(&mut self, place: u32) -> Stop {
        let Waiting {
            stop,
            previous,
            next,
        } = self.waiting[place];
        let (key, side) = (stop.key(), stop.side as usize);
        let queue = self.queues[side]
            .get_mut(key)
            .expect("stops wait at this trigger");
        if previous == NIL {
            queue.first = next;
        }
        if next == NIL {
            queue.last = previous;
        }
        if queue.first == NIL {
            self.remove_queue(side, key);
        }
        if previous != NIL {
            self.waiting[previous].next = next;
        }
        if next != NIL {
            self.waiting[next].previous = previous;
        }
        self.free(place);
        stop
    }

    /// Lowers a waiting stop's quantity in its place.
    pub(crate) fn shrink(&mut self, place: u32, quantity: Quantity) {
        self.waiting[place].stop.quantity = quantity;
    }

    fn remove_queue(&mut self, side: usize, key: Key) -> Option<Queue> {
        let queue = self.queues[side].remove(key);
        self.first[side] = self.queues[side]
            .first()
            .map_or(Key::NONE, |queue| queue.key);
        queue
    }

    fn free(&mut self, place: u32) {
        self.waiting[place].stop.quantity = Quantity::ZERO;
        self.waiting.remove(place);
    }

    /// Whether a stop of this side and trigger is reached by `last`.
    pub(crate) fn is_reached(side: Side, trigger: Price, last: Price) -> bool {
        reach(side, trigger) <= reach(side, last)
    }

    /// Whether `last` reaches a stop.
    #[inline]
    pub(crate) fn reaches_any(&self, last: Price) -> bool {
        self.first[Side::Bid as usize] <= reach(Side::Bid, last)
            || self.first[Side::Ask as usize] <= reach(Side::Ask, last)
    }

    /// Queues what `last` reaches to enter: bids before asks, nearest triggers first, then first
    /// come first.
    pub(crate) fn reach(&mut self, last: Price) {
        for side in Side::BOTH {
            while self.first[side as usize] <= reach(side, last) {
                let key = self.first[side as usize];
                let Some(queue) = self.remove_queue(side as usize, key) else {
                    break;
                };
                if self.reached.1 == NIL {
                    self.reached.0 = queue.first;
                } else {
                    self.waiting[self.reached.1].next = queue.first;
                }
                self.reached.1 = queue.last;
            }
        }
    }

    /// The next stop to enter, and where it lay.
    pub(crate) fn next_reached(&mut self) -> Option<(u32, Stop)> {
        let place = self.reached.0;
        if place == NIL {
            return None;
        }
        let Waiting { stop, next, .. } = self.waiting[place];
        self.reached.0 = next;
        if next == NIL {
            self.reached.1 = NIL;
        }
        self.free(place);
        Some((place, stop))
    }
}
