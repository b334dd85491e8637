//! The flow has the shape it should have, and all engines make the same of it.

use super::{
    contenders,
    engines::{Engine, sealane::Sealane},
    flow::{self, Flow, FlowConfig},
    measure::{self, Agreement, Contender},
};

const CONFIG: FlowConfig = FlowConfig {
    messages: 30_000,
    markets: 5,
    seed: 3,
};

#[test]
fn a_flow_has_the_published_shares_and_is_made_again_from_its_seed() {
    let flow = Flow::generate(CONFIG);
    let shares = flow.shares;
    let within = |number: u64, percent: f64| {
        let found = 100.0 * number as f64 / CONFIG.messages as f64;
        assert!((found - percent).abs() < 1.5, "{found}% for {percent}%");
    };
    within(shares.adds, 45.0);
    within(shares.cancels, 43.0);
    within(shares.replaces, 8.0);
    within(shares.takes, 4.0);
    within(shares.traded, 4.0);
    // Pareto: the first of five markets has more than its fifth, the last has less.
    let of = |market: u32| {
        let messages = flow.measured.iter();
        messages.filter(|message| message.market == market).count()
    };
    assert!(of(0) > CONFIG.messages / 4 && of(4) < CONFIG.messages / 6);

    let again = Flow::generate(CONFIG);
    assert_eq!(
        format!("{:?}", again.measured),
        format!("{:?}", flow.measured)
    );
}

#[test]
fn all_engines_trade_alike() {
    let flow = Flow::generate(CONFIG);
    let contenders = contenders(&[]).unwrap();
    let agreements = measure::agreements(&contenders, &Contender::of::<Sealane>(), &flow);
    for (contender, agreement) in contenders.iter().zip(agreements) {
        match agreement {
            Agreement::Equal(trades) => assert!(trades > 1_000, "{trades} trades"),
            Agreement::Differs(at) => panic!("{} differs from trade {at}", contender.name),
        }
    }
}

#[test]
fn a_difference_is_found() {
    let flow = Flow::generate(CONFIG);
    // Without the orders that fill the books, other orders trade.
    let mut empty = Sealane::new(flow.markets, flow.most_orders);
    let mut full = Sealane::new(flow.markets, flow.most_orders);
    flow::trades(&mut full, &flow.warm_up);
    let adds = flow.measured.iter().copied();
    let adds: Vec<_> = adds
        .filter(|message| !matches!(message.action, flow::Action::Cancel { .. }))
        .collect();
    assert_ne!(
        flow::trades(&mut empty, &adds),
        flow::trades(&mut full, &adds)
    );
}

#[test]
fn unknown_engines_are_refused() {
    let error = contenders(&["matchbox".to_owned()]).err().unwrap();
    assert!(error.to_string().contains("choose from sealane, matchcore"));
}
