const DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** The bytes of an address. */
const LENGTH = 32;

/** Whether a text is an address: 32 bytes in base 58. */
export function isAddress(text: string): boolean {
  if (text.length < LENGTH || text.length > 44) {
    return false;
  }
  let value = 0n;
  for (const symbol of text) {
    const digit = DIGITS.indexOf(symbol);
    if (digit < 0) {
      return false;
    }
    value = value * 58n + BigInt(digit);
  }
  // Each leading zero byte is written as a 1, and only those are.
  const zeros = text.length - text.replace(/^1+/, "").length;
  const bytes = value === 0n ? 0 : Math.ceil(value.toString(16).length / 2);
  return zeros + bytes === LENGTH;
}
