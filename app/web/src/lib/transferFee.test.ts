import { expect, it } from "vitest";
import { beforeTransferFee } from "./transferFee";

it("sends enough for a transfer fee, and no more than needed", () => {
  expect(beforeTransferFee(9_900n, 100)).toBe(10_000n);
  expect(beforeTransferFee(100n, 0)).toBe(100n);
  // The token program rounds its fee up.
  const arrives = (sent: bigint) => sent - (sent * 123n + 9_999n) / 10_000n;
  for (let net = 1n; net < 2_000n; net += 1n) {
    const sent = beforeTransferFee(net, 123);
    expect(arrives(sent) >= net).toBe(true);
    expect(arrives(sent - 2n) < net).toBe(true);
  }
});
