//! Disjoint sets.

/// Disjoint sets over `0..len`, by size and with path halving.
#[derive(Clone, Debug, Default)]
pub(super) struct UnionFind {
    /// The parent, or at a root the number of members with its bits turned.
    links: Vec<u32>,
}

/// Above this a link is a root's size, turned: sizes and members are below half of the range.
const ROOT: u32 = 1 << 31;

impl UnionFind {
    /// Every one of `0..len` alone. `len` is below 2^31.
    pub(super) fn reset(&mut self, len: usize) {
        self.links.clear();
        self.links.resize(len, !1);
    }

    /// The representative of the set with `node`.
    #[inline]
    pub(super) fn find(&mut self, mut node: u32) -> u32 {
        loop {
            let parent = self.links[node as usize];
            if parent >= ROOT {
                return node;
            }
            let above = self.links[parent as usize];
            if above >= ROOT {
                return parent;
            }
            self.links[node as usize] = above;
            node = above;
        }
    }

    /// Joins the sets of both.
    #[inline]
    pub(super) fn union(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return;
        }
        let (size_a, size_b) = (!self.links[a as usize], !self.links[b as usize]);
        let (root, child) = if size_a >= size_b { (a, b) } else { (b, a) };
        self.links[child as usize] = root;
        self.links[root as usize] = !(size_a + size_b);
    }
}
