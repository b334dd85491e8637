//! The governance demo.

use console::style;
use sealane_localnet::governance_demo::GovernanceDemo;
use sealane_sdk::amm::state::FeeParams;
use sealane_sdk::amount;
use sealane_sdk::engine_core::{governance::Body, stake::WHOLE};

use super::{facts, heading, right, table};

/// Decimals of the governance token.
const DECIMALS: u8 = 6;
/// Characters of a signature that are shown.
const SIGNATURE_SHOWN: usize = 12;

/// The whole demo.
pub(crate) fn demo(demo: &GovernanceDemo) {
    let view = &demo.proposal;
    println!();
    heading(view.title.as_deref().unwrap_or("Proposal"));
    facts(&[
        ("Proposal", &view.proposal.to_string()),
        ("Realm", &demo.realm.to_string()),
        ("State", &format!("{:?}", view.state).to_lowercase()),
    ]);
    println!();
    heading("What was proposed");
    for call in &demo.calls {
        let name = call.name.as_deref().unwrap_or("?");
        println!(
            "{}  {}",
            call.program_name.unwrap_or("?"),
            style(name).bold()
        );
        for argument in &call.arguments {
            println!("    {:<20} {}", argument.name, argument.value);
        }
    }
    println!();
    heading("Votes");
    let snapshot = view.snapshot;
    let total = snapshot.map_or(0, |snapshot| snapshot.of(Body::Community).weight);
    let mut votes = table(&["", "SEAL by lock", "of all weight"]);
    right(&mut votes, &[1, 2]);
    for (name, weight) in [
        ("yes", view.tally.approving.get()),
        ("no", view.tally.no.get()),
        ("abstain", view.tally.abstain.get()),
        ("all", total),
    ] {
        votes.add_row([name.to_owned(), seal(weight), share(weight, total)]);
    }
    println!("{}", votes.trim_fmt());
    println!();
    heading("Transactions");
    let mut steps = table(&["", "compute units", "signature"]);
    right(&mut steps, &[1]);
    for step in &demo.steps {
        let units = step.compute_units;
        let signature: String = step.signature.chars().take(SIGNATURE_SHOWN).collect();
        steps.add_row([
            step.what.clone(),
            units.map_or_else(String::new, |units| units.to_string()),
            format!("{signature}…"),
        ]);
    }
    println!("{}", steps.trim_fmt());
    println!();
    heading(&format!("Fees of {}", demo.pool));
    let mut fees = table(&["", "least", "most", "for the authority", "authority"]);
    right(&mut fees, &[1, 2, 3]);
    for (when, (params, authority)) in [("before", &demo.before), ("after", &demo.after)] {
        let [least, most, share] = told(params);
        fees.add_row([when.to_owned(), least, most, share, authority.to_string()]);
    }
    println!("{}", fees.trim_fmt());
    println!(
        "\n{} proposed, voted, decided, executed by the treasury: the pool charges what was voted for.",
        style("✓").green()
    );
}

fn told(fees: &FeeParams) -> [String; 3] {
    [
        in_percent(fees.min_pips),
        in_percent(fees.max_pips),
        amount::percent(u32::from(fees.protocol_share_bps)),
    ]
}

/// Millionths as percent.
fn in_percent(pips: u32) -> String {
    format!("{}%", amount::to_decimal(pips.into(), 4).normalize())
}

/// Weight in whole tokens.
fn seal(weight: u128) -> String {
    let units = u64::try_from(weight / u128::from(WHOLE)).unwrap_or(u64::MAX);
    amount::to_decimal(units, DECIMALS).round_dp(0).to_string()
}

fn share(weight: u128, total: u128) -> String {
    if total == 0 {
        return String::new();
    }
    // Weights are below 2^80.
    let bps = weight.saturating_mul(10_000) / total;
    amount::percent(u32::try_from(bps).unwrap_or(u32::MAX))
}
