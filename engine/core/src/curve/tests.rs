use num_bigint::BigInt;
use proptest::prelude::*;
use std::{println,format};
use super::*;
use super::stable_swap::StableSwap;

fn gval(a: u64, d_num: &BigInt, x: u64, y: u64) -> BigInt {
    // d = d_num / 2^64; 100*D^3 + 4xy(2A-100)D - 4xy*2A*S, scaled by 2^192
    let ann = BigInt::from(2 * a);
    let p = BigInt::from(4u8) * x * y;
    let s = BigInt::from(x) + y;
    BigInt::from(100) * d_num * d_num * d_num
        + &p * (&ann - 100) * d_num * (BigInt::from(1) << 128)
        - &p * ann * s * (BigInt::from(1) << 192)
}
pub(crate) fn real_d(a: u64, x: u64, y: u64) -> BigInt {
    let mut lo = BigInt::from(0);
    let mut hi = (BigInt::from(x) + y) << 64;
    while &hi - &lo > BigInt::from(1) {
        let mid: BigInt = (&lo + &hi) >> 1;
        if gval(a, &mid, x, y) <= BigInt::from(0) { lo = mid } else { hi = mid }
    }
    lo
}



#[test]
fn explore() {
    use proptest::test_runner::*;
    use proptest::strategy::*;
    let mut r = TestRunner::deterministic();
    let mut worst = [0i128; 4];
    let mut worst_inv = [0i128; 2];
    let mut worst_d = [0f64; 4];
    let (mut exact, mut total) = (0,0);
    let f = |b: &BigInt| -> f64 { let (s, d) = (b.sign(), b.magnitude()); let v: f64 = { let sh = d.bits().saturating_sub(60); (u64::try_from(d >> sh).unwrap() as f64) * 2f64.powi(sh as i32 - 64) }; if s == num_bigint::Sign::Minus { -v } else { v } };
    for i in 0..1000000u32 {
        let (a, x, y, amt, sx, sy, sa, side) = (100u64..=1_000_000, any::<u64>(), any::<u64>(), any::<u64>(), 2u32..60, 2u32..60, 2u32..62, any::<bool>()).new_tree(&mut r).unwrap().current();
        let a = if i % 3 == 0 { 100 + a % 1000 } else { a };
        let balanced = i % 2 == 0;
        let x = (x >> sx).max(1);
        let y = if balanced { (x / 16 * (1 + y % 64)).max(1) } else { (y >> sy).max(1) };
        if y > MAX_SCALED_RESERVE { continue }
        let amt = (amt >> sa).max(1);
        let s = StableSwap { amplification: a, base_scale: 1, quote_scale: 1 };
        let side = if side { Side::Base } else { Side::Quote };
        let inv = s.invariant(x, y);
        if inv.is_err() { println!("D error {a} {x} {y}"); continue }
        if format!("{:?}", inv).contains("true") { exact += 1; } total += 1;
        let (ri, ro) = match side { Side::Base => (x, y), Side::Quote => (y, x) };
        for fee in [0u64, 1] {
        match s.out_given_in(side, ri, ro, InAmount::new(amt)) { Ok(o) => {
            let out = o.get() - (o.get() * fee).div_ceil(1_000_000);
            let k = fee as usize * 2 + balanced as usize;
            if i % 16 == 0 {
                let gain = f(&(real_d(a, ri + amt, ro - out) - real_d(a, ri, ro)));
                if gain < worst_d[k] { worst_d[k] = gain; println!("fee {fee} Dgain {gain} a={a} in={ri} out={ro} amt={amt} o={o}"); }
            }
            if out == 0 { continue }
            if fee == 0 {
                 match s.in_given_out(side, ri, ro, o) {
                    Ok(back) => { let w = back.get() as i128 - amt as i128; if w > worst_inv[balanced as usize] { worst_inv[balanced as usize] = w; println!("inverse over by {w} a={a} in={ri} out={ro} amt={amt} o={o} back={back}"); }
                        if ri + back.get() <= MAX_SCALED_RESERVE {
                        let again = s.out_given_in(side, ri, ro, back).unwrap();
                        if again < o { println!("exact-out underpays by {} a={a} in={ri} out={ro} o={o} back={back}", o.get() - again.get()); } }
                    }
                    Err(CoreError::ReserveLimit) => {}
                    Err(e) => println!("inv err {e:?} a={a} in={ri} out={ro} amt={amt} o={o}"),
                 }
            }
            match s.out_given_in(side.opposite(), ro - out, ri + amt, InAmount::new(out)) { Ok(b) => {
                let back = b.get() - (b.get() * fee).div_ceil(1_000_000);
                let gain = back as i128 - amt as i128;
                if gain > worst[k] { worst[k] = gain; println!("fee {fee} gain {gain} a={a} in={ri} out={ro} amt={amt} o={o} back={back}"); }
            } Err(e) => { println!("back error {e:?} a={a} in={ri} out={ro} amt={amt} o={o}"); } }
        }
        Err(CoreError::ReserveLimit) => {}
        Err(e) => println!("out error {e:?} a={a} in={ri} out={ro} amt={amt}")
        }
        }
    }
    println!("worst {worst:?} {worst_d:?} {worst_inv:?} exact {exact} of {total}");
}
