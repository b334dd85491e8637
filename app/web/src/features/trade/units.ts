/**
 * Prices and sizes of an order book: ticks and lots, exactly, and as people write them. A lot is
 * `baseLot` base units; one tick more makes a lot cost `tick` quote units more.
 */

import type { Market, Side } from "@/api/model";
import { amountText, parseAmount, parseDecimal } from "@/lib/amount";

/** Digits that a price is read with before it becomes ticks. */
const PRICE_DIGITS = 18;
/** Ticks are 32 bits. */
const MAX_TICKS = 2n ** 32n - 1n;

type Units = Pick<Market, "baseLot" | "tick" | "baseDecimals" | "quoteDecimals">;

export type Parsed<T> = { ok: true; value: T } | { ok: false; message: string };

function pow10(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

/** The price of so many ticks, in whole quote tokens for one base token. */
export function priceOfTicks(ticks: bigint, units: Units): string {
  const numerator = ticks * units.tick * pow10(units.baseDecimals) * pow10(PRICE_DIGITS);
  const divisor = units.baseLot * pow10(units.quoteDecimals);
  return amountText(numerator / divisor, PRICE_DIGITS);
}

/** Reads a price; one between two ticks is refused, and both are named. */
export function parsePrice(text: string, units: Units): Parsed<bigint> {
  const parsed = parseDecimal(text, PRICE_DIGITS);
  if (!parsed.ok) {
    return { ok: false, message: parsed.reason === "empty" ? "Enter a price" : parsed.message };
  }
  const numerator = parsed.amount * units.baseLot * pow10(units.quoteDecimals);
  const divisor = units.tick * pow10(units.baseDecimals) * pow10(PRICE_DIGITS);
  const ticks = numerator / divisor;
  if (ticks * divisor !== numerator) {
    const [below, above] = [priceOfTicks(ticks, units), priceOfTicks(ticks + 1n, units)];
    return {
      ok: false,
      message: ticks === 0n ? `At least ${above}` : `Between two ticks: use ${below} or ${above}`,
    };
  }
  if (ticks === 0n) {
    return { ok: false, message: `At least ${priceOfTicks(1n, units)}` };
  }
  return ticks > MAX_TICKS
    ? { ok: false, message: `At most ${priceOfTicks(MAX_TICKS, units)}` }
    : { ok: true, value: ticks };
}

/** Reads a size; what is no whole number of lots is refused, and the nearest are named. */
export function parseSize(text: string, units: Units): Parsed<bigint> {
  const parsed = parseAmount(text, units.baseDecimals);
  if (!parsed.ok) {
    return { ok: false, message: parsed.reason === "empty" ? "Enter a size" : parsed.message };
  }
  const lots = parsed.amount / units.baseLot;
  const size = (count: bigint) => sizeOfLots(count, units);
  if (lots * units.baseLot !== parsed.amount) {
    return {
      ok: false,
      message: lots === 0n ? `At least ${size(1n)}` : `Use ${size(lots)} or ${size(lots + 1n)}`,
    };
  }
  return lots === 0n ? { ok: false, message: `At least ${size(1n)}` } : { ok: true, value: lots };
}

export function sizeOfLots(lots: bigint, units: Units): string {
  return amountText(lots * units.baseLot, units.baseDecimals);
}

/** Quote units that so many lots cost at a price, without fees. */
export function quoteValue(lots: bigint, ticks: bigint, units: Units): bigint {
  return lots * ticks * units.tick;
}

const PIPS = 1_000_000n;

/** A fee in pips of a value, rounded up; a rebate costs nothing. */
export function feeOf(value: bigint, pips: number): bigint {
  return pips > 0 ? (value * BigInt(pips) + PIPS - 1n) / PIPS : 0n;
}

/** The most lots that a balance pays for: quote, fees included, or base. */
export function affordableLots(
  side: Side,
  balance: bigint,
  ticks: bigint,
  feePips: number,
  units: Units,
): bigint {
  if (side === "sell") {
    return balance / units.baseLot;
  }
  const costOfLot = ticks * units.tick;
  if (costOfLot === 0n) {
    return 0n;
  }
  const rate = PIPS + BigInt(Math.max(feePips, 0));
  const lots = (balance * PIPS) / (costOfLot * rate);
  // Rounding the fee up may ask for one unit more than the division allowed for.
  const needed = quoteValue(lots, ticks, units) + feeOf(quoteValue(lots, ticks, units), feePips);
  return needed > balance && lots > 0n ? lots - 1n : lots;
}

/** A part of a number of lots, in hundredths. */
export function partOfLots(lots: bigint, percent: number): bigint {
  return (lots * BigInt(percent)) / 100n;
}
