/** Numbers, times and addresses as people read them. One locale, so that screenshots, tests and
 * support requests show the same digits. */

import { amountText, approximate } from "./amount";

const LOCALE = "en-US";

/** Groups the whole part of a plain decimal: `1234567.5` becomes `1,234,567.5`. */
function grouped(plain: string): string {
  const [whole = "0", fraction] = plain.split(".");
  const signed = whole.startsWith("-") ? ["-", whole.slice(1)] : ["", whole];
  const text = signed[0] + (signed[1] ?? "").replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? text : `${text}.${fraction}`;
}

/** An amount to the last unit. */
export function exactAmount(amount: bigint, decimals: number): string {
  return grouped(amountText(amount, decimals));
}

/** How many decimal places leave `significant` digits of an amount, at least `least`. */
function places(amount: bigint, decimals: number, significant: number, least: number): number {
  const magnitude = (amount < 0n ? -amount : amount).toString().length - decimals;
  return Math.min(
    decimals,
    Math.max(least, significant - Math.max(magnitude, 0) - Math.min(magnitude, 0)),
  );
}

/**
 * An amount to about six significant digits, truncated: what is shown is never more than there is.
 * An amount too small to show is `<0.000001`, not zero.
 */
export function shortAmount(amount: bigint, decimals: number, significant = 6): string {
  if (amount === 0n) {
    return "0";
  }
  const kept = Math.min(places(amount, decimals, significant, 2), 9);
  const divisor = 10n ** BigInt(Math.max(decimals - kept, 0));
  const truncated = (amount / divisor) * divisor;
  if (truncated === 0n) {
    return `${amount < 0n ? "-" : ""}<0.${"0".repeat(kept - 1)}1`;
  }
  return exactAmount(truncated, decimals);
}

/** A change of a balance, with its sign. */
export function signedAmount(change: bigint, decimals: number): string {
  const text = shortAmount(change < 0n ? -change : change, decimals);
  return change === 0n ? text : `${change < 0n ? "−" : "+"}${text}`;
}

/** Large amounts in few characters: 1.2K, 3.45M. */
export function compactAmount(amount: bigint, decimals: number): string {
  return compactNumber(approximate(amount, decimals));
}

const COMPACT = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 2 });

export function compactNumber(value: number): string {
  if (!Number.isFinite(value)) {
    return "–";
  }
  return Math.abs(value) < 1000 ? priceText(value) : COMPACT.format(value);
}

/** A price or a rate, to at least two places and about six significant digits. */
export function priceText(value: number, fixed?: number): string {
  if (!Number.isFinite(value)) {
    return "–";
  }
  if (fixed !== undefined) {
    return value.toLocaleString(LOCALE, {
      minimumFractionDigits: fixed,
      maximumFractionDigits: fixed,
    });
  }
  const size = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  const digits = Math.min(12, Math.max(2, 5 - size));
  return value.toLocaleString(LOCALE, {
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  });
}

/** Hundredths of a percent as a percentage: 50 is `0.5%`. */
export function bpsText(bps: number): string {
  return `${(bps / 100).toLocaleString(LOCALE, { maximumFractionDigits: 2 })}%`;
}

/** Millionths as a percentage: 400 is `0.04%`. */
export function pipsText(pips: number): string {
  const sign = pips < 0 ? "−" : "";
  return `${sign}${(Math.abs(pips) / 10_000).toLocaleString(LOCALE, { maximumFractionDigits: 4 })}%`;
}

/** A share of a whole, for bars and labels. */
export function percentText(ratio: number, digits = 2): string {
  return Number.isFinite(ratio)
    ? `${(ratio * 100).toLocaleString(LOCALE, { maximumFractionDigits: digits })}%`
    : "–";
}

/** The start and the end of an address or a signature. */
export function shortAddress(address: string, kept = 4): string {
  return address.length <= 2 * kept + 1
    ? address
    : `${address.slice(0, kept)}…${address.slice(-kept)}`;
}

const CLOCK = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

const DATE = new Intl.DateTimeFormat(LOCALE, {
  dateStyle: "medium",
  timeStyle: "short",
  hourCycle: "h23",
});

/** The time of day of a Unix second. */
export function clockText(seconds: number): string {
  return CLOCK.format(seconds * 1000);
}

/** Date and time of a Unix second. */
export function dateText(seconds: number): string {
  return DATE.format(seconds * 1000);
}

/** How long ago a Unix second was. */
export function agoText(seconds: number, now = Date.now() / 1000): string {
  const past = Math.max(0, Math.round(now - seconds));
  if (past < 60) {
    return `${past}s ago`;
  }
  if (past < 3600) {
    return `${Math.floor(past / 60)}m ago`;
  }
  return past < 86_400 ? `${Math.floor(past / 3600)}h ago` : `${Math.floor(past / 86_400)}d ago`;
}
