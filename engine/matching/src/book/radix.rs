//! Sorted items without a bound on their distance.

use super::{
    key::Key,
    slab::{Linked, Slab},
};

/// An item that knows its key.
pub(crate) trait Keyed: Copy + Linked {
    fn key(&self) -> Key;
}

/// A binary radix tree over 32-bit keys: an inner node for each bit at which the items below it
/// differ first. Its shape depends on the items alone, it has one inner node fewer than items, and
/// no path is longer than 32; nothing is rebalanced.
pub(crate) struct RadixTree<T> {
    leaves: Slab<T>,
    inner: Slab<Inner>,
    root: Node,
}

#[derive(Clone, Copy)]
struct Inner {
    /// The bit that tells the children apart.
    bit: u32,
    children: [Node; 2],
}

/// A place in `leaves` if the top bit is set, else in `inner`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Node(u32);

impl Node {
    const NONE: Self = Self(u32::MAX);
    const LEAF: u32 = 1 << 31;

    const fn leaf(place: u32) -> Self {
        Self(place | Self::LEAF)
    }

    /// The leaf's place.
    #[inline]
    const fn as_leaf(self) -> Option<u32> {
        if self.0 & Self::LEAF == 0 {
            None
        } else {
            Some(self.0 & !Self::LEAF)
        }
    }
}

impl Linked for Inner {
    fn link(&self) -> u32 {
        self.bit
    }

    fn set_link(&mut self, place: u32) {
        self.bit = place;
    }
}

impl Inner {
    #[inline]
    const fn direction(&self, key: Key) -> usize {
        (key.0 >> self.bit & 1) as usize
    }
}

impl<T: Keyed> RadixTree<T> {
    /// For up to `capacity` items.
    pub(crate) fn new(capacity: u32) -> Self {
        Self {
            leaves: Slab::new(capacity),
            inner: Slab::new(capacity),
            root: Node::NONE,
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.root == Node::NONE
    }

    /// The leaf on the path of `key`; the tree must not be empty.
    #[inline]
    fn nearest(&self, key: Key) -> u32 {
        let mut node = self.root;
        loop {
            match node.as_leaf() {
                Some(place) => return place,
                None => {
                    let inner = &self.inner[node.0];
                    node = inner.children[inner.direction(key)];
                }
            }
        }
    }

    /// The item with this key.
    #[inline]
    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        if self.is_empty() {
            return None;
        }
        let place = self.nearest(key);
        let item = &mut self.leaves[place];
        (item.key() == key).then_some(item)
    }

    /// The item with the lowest key.
    pub(crate) fn first(&self) -> Option<&T> {
        if self.is_empty() {
            return None;
        }
        Some(&self.leaves[self.nearest(Key(0))])
    }

    /// The item with the key of `item`, which is added if there is none. There must be room.
    pub(crate) fn get_or_insert(&mut self, item: T) -> &mut T {
        let key = item.key();
        if self.is_empty() {
            let place = self.leaves.insert(item);
            self.root = Node::leaf(place);
            return &mut self.leaves[place];
        }
        let nearest = self.nearest(key);
        let differing = self.leaves[nearest].key().0 ^ key.0;
        if differing == 0 {
            return &mut self.leaves[nearest];
        }
        let place = self.leaves.insert(item);
        self.link(Node::leaf(place), key, differing.ilog2());
        &mut self.leaves[place]
    }

    /// Hangs in a leaf whose key differs from its nearest at `bit` first: the new inner node goes
    /// above the first one that tells by a lower bit.
    fn link(&mut self, leaf: Node, key: Key, bit: u32) {
        let (mut parent, mut node) = (None, self.root);
        while node.as_leaf().is_none() && self.inner[node.0].bit > bit {
            let inner = &self.inner[node.0];
            let direction = inner.direction(key);
            parent = Some((node.0, direction));
            node = inner.children[direction];
        }
        let mut inner = Inner {
            bit,
            children: [node; 2],
        };
        inner.children[inner.direction(key)] = leaf;
        let added = Node(self.inner.insert(inner));
        *self.child(parent) = added;
    }

    /// Takes the item with this key out.
    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let (mut grandparent, mut parent, mut node) = (None, None, self.root);
        while node.as_leaf().is_none() {
            let inner = &self.inner[node.0];
            let direction = inner.direction(key);
            grandparent = parent;
            parent = Some((node.0, direction));
            node = inner.children[direction];
        }
        let place = node.0 & !Node::LEAF;
        let item = self.leaves[place];
        if item.key() != key {
            return None;
        }
        self.leaves.remove(place);
        match parent {
            None => self.root = Node::NONE,
            Some((above, direction)) => {
                let sibling = self.inner[above].children[1 - direction];
                *self.child(grandparent) = sibling;
                self.inner.remove(above);
            }
        }
        Some(item)
    }

    /// The link at a node's side, or the root.
    #[inline]
    fn child(&mut self, parent: Option<(u32, usize)>) -> &mut Node {
        match parent {
            None => &mut self.root,
            Some((place, direction)) => &mut self.inner[place].children[direction],
        }
    }

    /// All items, lowest key first.
    pub(crate) fn iter(&self) -> Iter<'_, T> {
        let mut iter = Iter {
            tree: self,
            pending: [Node::NONE; 32],
            depth: 0,
            next: self.root,
        };
        iter.descend();
        iter
    }
}

/// Walks a tree in order without allocating: no path is longer than 32.
pub(crate) struct Iter<'a, T> {
    tree: &'a RadixTree<T>,
    /// The upper children yet to visit.
    pending: [Node; 32],
    depth: usize,
    /// The next leaf, or none.
    next: Node,
}

impl<T> Iter<'_, T> {
    /// From `next` to the lowest leaf below it.
    fn descend(&mut self) {
        while self.next != Node::NONE && self.next.as_leaf().is_none() {
            let [lower, upper] = self.tree.inner[self.next.0].children;
            self.pending[self.depth] = upper;
            self.depth += 1;
            self.next = lower;
        }
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        if self.next == Node::NONE {
            return None;
        }
        let item = &self.tree.leaves[self.next.0 & !Node::LEAF];
        self.next = match self.depth {
            0 => Node::NONE,
            _ => {
                self.depth -= 1;
                self.pending[self.depth]
            }
        };
        self.descend();
        Some(item)
    }
}
