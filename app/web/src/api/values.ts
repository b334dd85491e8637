/** Texts of the gateway that may be missing. */

/** A decimal for people. */
export function maybeNumber(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}

/** An amount in base units. */
export function maybeAmount(text: string | null | undefined): bigint | null {
  return text === null || text === undefined ? null : BigInt(text);
}
