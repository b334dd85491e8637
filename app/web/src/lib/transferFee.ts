/** What must be sent so that this much arrives, where the token program takes a part of transfers. */
export function beforeTransferFee(net: bigint, bps: number): bigint {
  const rate = BigInt(bps);
  const kept = 10_000n - rate;
  if (rate === 0n || kept <= 0n) {
    return net;
  }
  const sent = (net * 10_000n + kept - 1n) / kept;
  // The token program rounds its fee up.
  const arrives = sent - (sent * rate + 9_999n) / 10_000n;
  return arrives < net ? sent + 1n : sent;
}
