//! The stable swap against known answers of the published reference model, to the unit. How they
//! were made is told in `data/stable_swap_reference.py`.

use sealane_core::{
    curve::{AMPLIFICATION_PRECISION, Curve, StableSwap},
    units::{InAmount, Reserves, Side},
};

const ANSWERS: &str = include_str!("data/stable_swap_reference.csv");

struct Answer {
    curve: Curve,
    reserves: Reserves,
    side_in: Side,
    amount_in: u64,
    d: u64,
    amount_out: u64,
}

fn parse(line: &str) -> Answer {
    let fields: Vec<&str> = line.split(',').collect();
    let [
        a,
        base_scale,
        quote_scale,
        base,
        quote,
        side,
        amount_in,
        d,
        amount_out,
    ] = fields[..].try_into().expect("nine columns");
    let number = |field: &str| field.parse::<u64>().expect("a 64-bit number");
    Answer {
        curve: Curve::StableSwap(
            StableSwap::try_new(
                number(a) * u64::from(AMPLIFICATION_PRECISION),
                number(base_scale),
                number(quote_scale),
            )
            .expect("valid parameters"),
        ),
        reserves: Reserves::new(number(base), number(quote)),
        side_in: match side {
            "base" => Side::Base,
            "quote" => Side::Quote,
            other => panic!("unknown side {other}"),
        },
        amount_in: number(amount_in),
        d: number(d),
        amount_out: number(amount_out),
    }
}

#[test]
fn agrees_with_the_published_model() {
    let mut checked = 0;
    for (number, line) in ANSWERS.lines().enumerate().skip(1) {
        let case = parse(line);
        let row = number + 1;
        assert_eq!(
            case.curve.liquidity(case.reserves),
            Ok(case.d),
            "D in row {row}: {line}"
        );
        let out = case.curve.out_given_in(
            case.side_in,
            case.reserves.of(case.side_in),
            case.reserves.of(case.side_in.opposite()),
            InAmount::new(case.amount_in),
        );
        assert_eq!(
            out.map(|out| out.get()),
            Ok(case.amount_out),
            "output in row {row}: {line}"
        );
        checked += 1;
    }
    assert_eq!(checked, 320);
}
