/**
 * Amounts as people write them. Everywhere else an amount is a `bigint` of a token's base units;
 * only this module and `format.ts` turn it into text and back. Rules and refusals are those of
 * the engine's `amount` module.
 */

/** The largest amount that a token account holds: 64 bits. */
export const MAX_AMOUNT = 2n ** 64n - 1n;

export type ParsedAmount =
  | { ok: true; amount: bigint }
  | { ok: false; reason: "empty" | "not_a_number" | "too_precise" | "too_large"; message: string };

const NUMBER = /^(\d+(?:[_,]\d+)*)?(?:\.(\d*))?$/;

/** Reads an amount of a token: `"1.5"` with 6 decimals is 1,500,000 base units. Never rounds. */
export function parseAmount(text: string, decimals: number): ParsedAmount {
  const parsed = parseDecimal(text, decimals);
  return parsed.ok && parsed.amount > MAX_AMOUNT
    ? { ok: false, reason: "too_large", message: "More than a token account can hold" }
    : parsed;
}

/** Reads a decimal number of any size as so many units of its last place. */
export function parseDecimal(text: string, decimals: number): ParsedAmount {
  const trimmed = text.trim();
  if (trimmed === "") {
    return { ok: false, reason: "empty", message: "Enter an amount" };
  }
  const match = NUMBER.exec(trimmed);
  const whole = (match?.[1] ?? "").replace(/[_,]/g, "");
  const fraction = (match?.[2] ?? "").replace(/0+$/, "");
  if (!match || (whole === "" && (match[2] ?? "") === "")) {
    return { ok: false, reason: "not_a_number", message: "Enter a number such as 1.5" };
  }
  if (fraction.length > decimals) {
    const places = decimals === 1 ? "1 decimal place" : `${decimals} decimal places`;
    return { ok: false, reason: "too_precise", message: `At most ${places}` };
  }
  return { ok: true, amount: BigInt(whole + fraction.padEnd(decimals, "0") || "0") };
}

/** Writes an amount exactly, without separators and trailing zeros: what goes into a field. */
export function amountText(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return sign + whole + (fraction === "" ? "" : `.${fraction}`);
}

/** An amount as a floating-point number: for charts and bars, never for arithmetic with money. */
export function approximate(amount: bigint, decimals: number): number {
  return Number(amount) / 10 ** decimals;
}

/** Keeps what can become an amount while it is typed; commas become points where that is meant. */
export function sanitizeAmountInput(text: string): string | null {
  const compact = text.replace(/\s/g, "");
  const commas = compact.split(",").length - 1;
  const asPoint = commas === 1 && !compact.includes(".") ? compact.replace(",", ".") : compact;
  const plain = asPoint.replace(/[,_]/g, "");
  return /^\d*\.?\d*$/.test(plain) ? plain : null;
}
