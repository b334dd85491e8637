//! The best that can be done, found by trying everything on a grid, and how a route compares.

use rand::Rng;

use super::sandbox::{Sandbox, seeds};
use crate::{
    quote::{SwapKind, VenueChoice},
    route::{MAX_LEGS, RouteLimits, RouteRequest, graph::Graph, venue::Venue},
};

/// More is better; exact amounts received count what is sent as a loss.
type Value = i128;

/// No limits: the optimum knows none either.
const UNLIMITED: RouteLimits = RouteLimits {
    max_hops: 4,
    max_legs: MAX_LEGS,
    max_accounts: usize::MAX,
    max_bytes: usize::MAX,
    max_compute_units: u64::MAX,
};

#[derive(Default)]
struct Tally {
    equal: usize,
    better: usize,
    within: usize,
    worst_ppm: i128,
    too_bad: Vec<String>,
}

impl Tally {
    /// Compares a route with the best on the grid, of which it may be short by a basis point.
    fn count(&mut self, seed: u64, kind: SwapKind, best: Value, found: Value) {
        let worse_by = best - found;
        match worse_by {
            0 => self.equal += 1,
            ..0 => self.better += 1,
            _ => {
                let ppm = worse_by * 1_000_000 / best.abs().max(1);
                self.worst_ppm = self.worst_ppm.max(ppm);
                self.within += 1;
                if worse_by * 10_000 > best.abs() {
                    self.too_bad.push(format!(
                        "seed {seed}, {kind:?}: {found} instead of {best}, {ppm} ppm worse"
                    ));
                }
            }
        }
    }

    /// Counts an amount for which there is a way but no route.
    fn count_none(&mut self, seed: u64, kind: SwapKind, best: Value) {
        self.too_bad
            .push(format!("seed {seed}, {kind:?}: no route instead of {best}"));
    }

    fn report(&self, name: &str) {
        let all = self.equal + self.better + self.within;
        println!(
            "{name}: {all} routes, {} equal to the best on the grid, {} better than it, {} worse by at most {} ppm",
            self.equal, self.better, self.within, self.worst_ppm
        );
        assert!(self.too_bad.is_empty(), "{:#?}", self.too_bad);
        assert!(all > 0 && (self.equal + self.better) * 10 >= all * 9);
    }
}

fn request(
    sandbox: &Sandbox,
    kind: SwapKind,
    amount: u64,
    from: usize,
    to: usize,
) -> RouteRequest<'static> {
    let (mint_in, mint_out) = (sandbox.mint(from), sandbox.mint(to));
    RouteRequest {
        limits: UNLIMITED,
        slippage_tolerance_bps: 0,
        choice: VenueChoice::BEST,
        ..RouteRequest::new(kind, amount, mint_in, mint_out, sandbox.mint(from))
    }
}

/// What a route found is worth; `None` if there is none.
fn found(sandbox: &Sandbox, request: &RouteRequest<'_>) -> Option<Value> {
    let route = sandbox.route(request).ok()?;
    Some(match request.kind {
        SwapKind::ExactIn => route.received.into(),
        SwapKind::ExactOut => -Value::from(route.sent),
    })
}

/// What a venue does with an amount; nothing costs nothing.
fn value(venue: &Venue, kind: SwapKind, given: u64) -> Option<Value> {
    if given == 0 {
        return Some(0);
    }
    let other = Value::from(venue.other(kind, given)?);
    Some(match kind {
        SwapKind::ExactIn => other,
        SwapKind::ExactOut => -other,
    })
}

/// The best of every amount from 0 to `parts` times `unit`, over any of these venues: venue by
/// venue, each with every amount.
fn best_split(
    venues: &[&Venue],
    kind: SwapKind,
    parts: usize,
    unit: impl Fn(usize) -> u64,
) -> Vec<Option<Value>> {
    let mut best: Vec<Option<Value>> = vec![None; parts + 1];
    best[0] = Some(0);
    for venue in venues {
        let own: Vec<Option<Value>> = (0..=parts).map(|at| value(venue, kind, unit(at))).collect();
        let before = best.clone();
        for (total, best) in best.iter_mut().enumerate() {
            for part in 0..=total {
                if let (Some(own), Some(rest)) = (own[part], before[total - part]) {
                    *best = (*best).max(Some(own + rest));
                }
            }
        }
    }
    best
}

fn edges<'g>(graph: &'g Graph<'_>, tail: usize, head: usize) -> Vec<&'g Venue> {
    let edges = graph.prepared(tail).iter().map(|at| &graph.edges[*at]);
    let mut groups = Vec::new();
    edges
        .filter(|edge| edge.head == head)
        .filter(|edge| {
            let is_new = !groups.contains(&edge.group);
            groups.push(edge.group);
            is_new
        })
        .map(|edge| &edge.venue)
        .collect()
}

/// Every unit of a few hundred, over all venues of a pair: the given token is so dear that a unit of
/// it is worth thousands of the other's, so that a basis point is more than a rounding.
#[test]
fn one_pair_to_the_unit() {
    let mut tally = Tally::default();
    for seed in seeds(150) {
        let mut sandbox = Sandbox::new(seed);
        let (cheap, dear) = (sandbox.token(None), sandbox.token(None));
        for _ in 0..sandbox.rng.random_range(1..=3) {
            let fee = sandbox.random_fee();
            // 30 dear units for a lot of 1,000,000 cheap ones.
            let base = 10_000_000..=2_000_000_000;
            let shards = sandbox.random_shards(1..=3, base, 30);
            let shards: Vec<_> = shards
                .iter()
                .map(|(base, quote)| (base * 1_000, *quote))
                .collect();
            sandbox.pool((cheap, dear), fee, &shards);
        }
        if sandbox.rng.random_bool(0.5) {
            // A lot of 1,000 for 30 and more: worse or better than the pools at random.
            let lanes = sandbox.random_orders(2, 3, 4);
            sandbox.market((cheap, dear), &lanes);
        }
        let amount = sandbox.rng.random_range(1..=300);
        for (kind, from, to) in [
            (SwapKind::ExactIn, dear, cheap),
            (SwapKind::ExactOut, cheap, dear),
        ] {
            let request = request(&sandbox, kind, amount, from, to);
            let mut graph = Graph::new(sandbox.venues(), &request).unwrap();
            let (root, goal) = (graph.root, graph.goal);
            graph.leaving(root, amount);
            let venues = edges(&graph, root, goal);
            let best = best_split(&venues, kind, amount as usize, |at| at as u64);
            match (best[amount as usize], found(&sandbox, &request)) {
                (Some(best), Some(found)) => tally.count(seed, kind, best, found),
                (Some(best), None) => tally.count_none(seed, kind, best),
                // Books may be given what they do not spend.
                (None, _) => {}
            }
        }
    }
    tally.report("one pair to the unit");
}

/// Amounts of a hundred parts over three tokens: the direct venues and the ways around, with what
/// arrives in the middle split again in parts of its own.
#[test]
fn three_tokens_on_a_grid() {
    const PARTS: usize = 100;
    let mut tally = Tally::default();
    for seed in seeds(25) {
        let mut sandbox = Sandbox::new(1_000 + seed);
        let tokens = random_tokens(&mut sandbox, 3);
        random_places(&mut sandbox, &tokens);
        let amount = PARTS as u64 * sandbox.rng.random_range(10..20_000);
        for kind in [SwapKind::ExactIn, SwapKind::ExactOut] {
            let request = request(&sandbox, kind, amount, tokens[0], tokens[2]);
            let Ok(mut graph) = Graph::new(sandbox.venues(), &request) else {
                continue;
            };
            let Some(best) = best_over_three(&mut graph, amount, PARTS) else {
                continue;
            };
            match found(&sandbox, &request) {
                Some(found) => tally.count(seed, kind, best, found),
                None => tally.count_none(seed, kind, best),
            }
        }
    }
    tally.report("three tokens on a grid");
}

fn best_over_three(graph: &mut Graph<'_>, amount: u64, parts: usize) -> Option<Value> {
    let kind = graph.kind();
    let (root, goal) = (graph.root, graph.goal);
    for node in 0..graph.nodes.len() {
        graph.leaving(node, amount);
    }
    let graph = &*graph;
    let unit = amount / parts as u64;
    let direct = best_split(&edges(graph, root, goal), kind, parts, |at| {
        at as u64 * unit
    });
    let mut best = direct[parts];
    let Some(middle) = (0..graph.nodes.len()).find(|node| *node != root && *node != goal) else {
        return best;
    };
    let to_middle = best_split(&edges(graph, root, middle), kind, parts, |at| {
        at as u64 * unit
    });
    let onward = edges(graph, middle, goal);
    for part in 1..=parts {
        let (Some(arrived), Some(rest)) = (to_middle[part], direct[parts - part]) else {
            continue;
        };
        let arrived = arrived.unsigned_abs() as u64;
        // In parts of its own, the last with what is left.
        const OWN_PARTS: usize = 40;
        let own = |at: usize| (u128::from(arrived) * at as u128 / OWN_PARTS as u128) as u64;
        if let Some(end) = best_split(&onward, kind, OWN_PARTS, own)[OWN_PARTS] {
            best = best.max(Some(end + rest));
        }
    }
    best
}

/// Four tokens, so that two ways can have a token in common, or cross from one to the other.
#[test]
fn four_tokens_on_a_grid() {
    const PARTS: usize = 24;
    let mut tally = Tally::default();
    for seed in seeds(15) {
        let mut sandbox = Sandbox::new(2_000 + seed);
        let tokens = random_tokens(&mut sandbox, 4);
        random_places(&mut sandbox, &tokens);
        let amount = PARTS as u64 * sandbox.rng.random_range(10..80_000);
        for kind in [SwapKind::ExactIn, SwapKind::ExactOut] {
            let request = request(&sandbox, kind, amount, tokens[0], tokens[3]);
            let Ok(mut graph) = Graph::new(sandbox.venues(), &request) else {
                continue;
            };
            let Some(best) = best_over_four(&mut graph, amount, PARTS) else {
                continue;
            };
            match found(&sandbox, &request) {
                Some(found) => tally.count(seed, kind, best, found),
                None => tally.count_none(seed, kind, best),
            }
        }
    }
    tally.report("four tokens on a grid");
}

/// For both orders of the two tokens in the middle: every split at the root, every split at the first
/// of the two, and the best venues of each pair for what arrives.
fn best_over_four(graph: &mut Graph<'_>, amount: u64, parts: usize) -> Option<Value> {
    let kind = graph.kind();
    let (root, goal) = (graph.root, graph.goal);
    for node in 0..graph.nodes.len() {
        graph.leaving(node, amount);
    }
    let graph = &*graph;
    let middle: Vec<usize> = (0..graph.nodes.len())
        .filter(|node| *node != root && *node != goal)
        .collect();
    let unit = amount / parts as u64;
    let from_root = |head: usize| {
        best_split(&edges(graph, root, head), kind, parts, |at| {
            at as u64 * unit
        })
    };
    let direct = from_root(goal);
    let split_of = |tail: usize, head: usize, total: u64| {
        let unit = move |at: usize| (u128::from(total) * at as u128 / parts as u128) as u64;
        best_split(&edges(graph, tail, head), kind, parts, unit)
    };
    let mut best = direct[parts];
    let orders = match middle[..] {
        [] => vec![],
        [one] => vec![(one, one)],
        [one, two] => vec![(one, two), (two, one)],
        _ => panic!("four tokens have two between them"),
    };
    for (first, second) in orders {
        let (to_first, to_second) = (from_root(first), from_root(second));
        for a in 0..=parts {
            let Some(at_first) = to_first[a] else {
                continue;
            };
            let at_first = at_first.unsigned_abs() as u64;
            let on = split_of(first, goal, at_first);
            let over = if first == second {
                vec![Some(0); 1]
            } else {
                split_of(first, second, at_first)
            };
            for b in 0..=parts - a {
                if first == second && b > 0 {
                    continue;
                }
                let (Some(direct), Some(own)) = (direct[parts - a - b], to_second[b]) else {
                    continue;
                };
                for over_part in 0..over.len().min(parts + 1) {
                    let (Some(end), Some(over)) = (on[parts - over_part], over[over_part]) else {
                        continue;
                    };
                    let at_second = match first == second {
                        true => 0,
                        false => (own + over).unsigned_abs() as u64,
                    };
                    let last = match at_second {
                        0 => Some(0),
                        total => {
                            let venues = edges(graph, second, goal);
                            coarse(&venues, kind, total)
                        }
                    };
                    if let Some(last) = last {
                        best = best.max(Some(direct + end + last));
                    }
                }
            }
        }
    }
    best
}

/// The best split of an amount into eight parts.
fn coarse(venues: &[&Venue], kind: SwapKind, total: u64) -> Option<Value> {
    const PARTS: usize = 8;
    let unit = |at: usize| (u128::from(total) * at as u128 / PARTS as u128) as u64;
    best_split(venues, kind, PARTS, unit)[PARTS]
}

pub(super) fn random_tokens(sandbox: &mut Sandbox, count: usize) -> Vec<usize> {
    (0..count)
        .map(|_| {
            let fee = sandbox.rng.random_bool(0.2).then(|| {
                let rng = &mut sandbox.rng;
                (rng.random_range(1..300), rng.random_range(1..1_000_000))
            });
            sandbox.token(fee)
        })
        .collect()
}

/// Up to two pools and a market for each pair, at prices that agree to a percent or two.
pub(super) fn random_places(sandbox: &mut Sandbox, tokens: &[usize]) {
    let worth: Vec<u64> = tokens
        .iter()
        .map(|_| sandbox.rng.random_range(500..2_000))
        .collect();
    for (at, base) in tokens.iter().enumerate() {
        for (other, quote) in tokens.iter().enumerate().skip(at + 1) {
            let price_milli = worth[at] * 1_000 / worth[other];
            for _ in 0..sandbox.rng.random_range(0..=2) {
                let fee = sandbox.random_fee();
                let shards = sandbox.random_shards(1..=2, 100_000..=30_000_000, price_milli);
                sandbox.pool((*base, *quote), fee, &shards);
            }
            if sandbox.rng.random_bool(0.4) {
                // A lot of 1,000 base units in ticks of 10 quote units.
                let mid = u32::try_from(price_milli / 10).unwrap();
                let lanes = sandbox.random_orders(2, mid.max(3), 300);
                sandbox.market((*base, *quote), &lanes);
            }
        }
    }
}
