//! Random trades: their routes, the instructions, and what they would do.

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use sealane_sdk::{
    address::{ASSOCIATED_TOKEN_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amm,
    engine::fixtures::clock_now,
    orderbook,
    plan::{Caller, route_instructions},
    quote::SwapKind,
    route::{RouteLimits, RouteRequest},
    simulate::{State, Trade},
};
use serde_json::{Value, json};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{big, digits, instructions, refusal, world::Stage};

const LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");

/// So many trades, each with what the library has to say of it.
pub(crate) fn compare(stage: &Stage, trades: usize, seed: u64) -> Vec<Value> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut state = state(stage);
    (0..trades)
        .map(|_| trade(stage, &mut state, &mut rng))
        .collect()
}

/// What simulations run on. Programs are there.
fn state(stage: &Stage) -> State {
    let mut state = State::new(clock_now());
    for (address, owner, data) in &stage.accounts {
        state.load(address, owner, data).expect("few accounts");
    }
    let programs = [
        TOKEN_PROGRAM,
        TOKEN_2022_PROGRAM,
        ASSOCIATED_TOKEN_PROGRAM,
        amm::ID,
        orderbook::ID,
    ];
    for program in programs {
        state.load(&program, &LOADER, &[]).expect("few accounts");
    }
    state
}

fn trade(stage: &Stage, state: &mut State, rng: &mut StdRng) -> Value {
    let pair: Vec<&Pubkey> = stage.mints.choose_multiple(rng, 2).collect();
    let kind = [SwapKind::ExactIn, SwapKind::ExactOut][rng.random_range(0..2)];
    // As many small as large ones, the smallest and the largest of which have no route.
    let bits = rng.random_range(1..42);
    let amount = rng.random_range(0..1u64 << bits);
    let wallet = *stage.wallets.choose(rng).expect("there are some");
    let excluded: Vec<Pubkey> = match rng.random_range(0..4) {
        0 => vec![
            stage.lanes.choose(rng).expect("there are some").0,
            stage.pool,
        ],
        _ => Vec::new(),
    };
    let (slippage, hop) = (rng.random_range(0..300), rng.random_range(0..20));
    let (max_hops, max_legs) = (rng.random_range(1..4), rng.random_range(1..9));
    let request = RouteRequest {
        slippage_tolerance_bps: slippage,
        hop_tolerance_bps: hop,
        limits: RouteLimits {
            max_hops,
            max_legs,
            ..RouteLimits::default()
        },
        excluded: &excluded,
        ..RouteRequest::new(kind, amount, *pair[0], *pair[1], wallet)
    };
    let caller = Caller::new(wallet).with_deadline(1_800_000_000);
    let asked = json!({
        "mintIn": pair[0].to_string(),
        "mintOut": pair[1].to_string(),
        "amount": big(amount),
        "kind": kind,
        "trader": wallet.to_string(),
        "slippageToleranceBps": slippage,
        "hopToleranceBps": hop,
        "maxHops": max_hops,
        "maxLegs": max_legs,
        "excluded": excluded.iter().map(Pubkey::to_string).collect::<Vec<_>>(),
    });
    match route_instructions(&(&stage.world).into(), &request, &caller) {
        Err(error) => json!({ "request": asked, "refused": refusal(&error) }),
        Ok(plan) => json!({
            "request": asked,
            "caller": { "owner": wallet.to_string(), "deadline": big(1_800_000_000) },
            "route": digits(serde_json::to_value(&plan.quote).expect("plain data")),
            "instructions": instructions(&plan.instructions),
            "simulation": simulation(stage, state, plan.instructions),
        }),
    }
}

fn simulation(stage: &Stage, state: &mut State, instructions: Vec<Instruction>) -> Value {
    for (address, owner, mint) in &stage.absent {
        let is_created = instructions.iter().any(|instruction| {
            instruction.program_id == ASSOCIATED_TOKEN_PROGRAM
                && instruction.accounts[1].pubkey == *address
        });
        let loaded = match is_created {
            true => {
                let created = stage.new_account(mint, owner);
                state.load(address, &stage.token_program(mint), &created)
            }
            false => state.load_absent(address),
        };
        loaded.expect("few accounts");
    }
    match state.preview(&Trade::signed(instructions)) {
        Err(error) => json!({ "refused": refusal(&error) }),
        Ok(report) => {
            let balances = report.balances.iter().map(|change| {
                json!({
                    "account": change.account.to_string(),
                    "before": change.before.to_string(),
                    "after": change.after.to_string(),
                })
            });
            json!({
                "balances": balances.collect::<Vec<_>>(),
                "fills": report.fills.len().to_string(),
                "computeUnits": report.compute_units.to_string(),
            })
        }
    }
}
