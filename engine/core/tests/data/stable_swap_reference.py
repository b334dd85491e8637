"""Makes stable_swap_reference.csv: known answers for the two-token stable swap.

The answers come from the published Python model of the invariant, `tests/simulation.py` in the
repository curvefi/curve-contract (class `Curve`, methods `D` and `y`), which is not part of this
repository. Give the folder that holds it:

    python3 stable_swap_reference.py FOLDER > stable_swap_reference.csv

A trade pays what the published pool contracts pay before fees: the reserve less the new solution
less one unit, in units of the token's own decimals. Cases for which the model does not settle
are left out.
"""

import random
import signal
import sys

SEED = 20240608
CASES = 320
LIMIT = 2**62
COLUMNS = "amplification,base_scale,quote_scale,base,quote,side_in,amount_in,d,amount_out"


class DoesNotSettle(Exception):
    """The model runs in circles."""


def give_up(_signal, _frame):
    raise DoesNotSettle


def log_uniform(rng, low, high):
    """A whole number whose length is evenly distributed."""
    return min(high, max(low, int(2 ** rng.uniform(low.bit_length() - 1, high.bit_length()))))


def draw(rng, case):
    """One case: parameters, raw reserves, side and amount."""
    amplification = rng.choice([1, 2, 10, 85, 100, 200, 500, 1000, 2000, 5000, 10_000,
                                rng.randint(1, 10_000)])
    scale = rng.choice([1, 1, 1, 10, 1000, 10**6])
    scales = rng.choice([(scale, 1), (1, scale)])
    kind = case % 4
    base_value = log_uniform(rng, 10**3, 2**60)
    if kind == 0:  # balanced
        quote_value = base_value + rng.randint(0, base_value // 10)
    elif kind == 1:  # somewhat uneven
        quote_value = base_value * rng.randint(100, 2000) // 300
    elif kind == 2:  # very uneven
        quote_value = base_value // rng.randint(10, 1000) + 1
    else:  # anything
        quote_value = log_uniform(rng, 1, 2**60)
    base = max(1, base_value // scales[0])
    quote = max(1, quote_value // scales[1])
    side = rng.choice([0, 1])
    reserve_in = (base, quote)[side]
    amount = log_uniform(rng, 1, max(2, reserve_in * rng.choice([1, 1, 1, 20])))
    return amplification, scales, (base, quote), side, amount


def answer(curve_class, amplification, scales, reserves, side, amount):
    """D and what the trade pays, by the published model."""
    rates = [scale * 10**18 for scale in scales]
    curve = curve_class(amplification, list(reserves), 2, rates)
    d = curve.D()
    scaled = curve.xp()
    y = curve.y(side, 1 - side, scaled[side] + amount * scales[side])
    return d, max(0, scaled[1 - side] - y - 1) // scales[1 - side]


def main():
    sys.path.insert(0, sys.argv[1])
    from simulation import Curve

    signal.signal(signal.SIGALRM, give_up)
    rng = random.Random(SEED)
    print(COLUMNS)
    case = 0
    while case < CASES:
        amplification, scales, reserves, side, amount = draw(rng, case)
        after = (reserves[side] + amount) * scales[side]
        largest = max(after, *(r * s for r, s in zip(reserves, scales)))
        if largest > LIMIT or max(after // scales[side], *reserves) >= 2**64:
            continue
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            d, out = answer(Curve, amplification, scales, reserves, side, amount)
        except DoesNotSettle:
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        name = ("base", "quote")[side]
        print(amplification, *scales, *reserves, name, amount, d, out, sep=",")
        case += 1


if __name__ == "__main__":
    main()
