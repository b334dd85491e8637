import { describe, expect, it } from "vitest";
import {
  agoText,
  bpsText,
  compactAmount,
  exactAmount,
  pipsText,
  priceText,
  shortAddress,
  shortAmount,
  signedAmount,
} from "./format";

describe("amounts", () => {
  it("shows an amount to the last unit", () => {
    expect(exactAmount(1_234_567_890_001n, 6)).toBe("1,234,567.890001");
    expect(exactAmount(0n, 9)).toBe("0");
    expect(exactAmount(-1_000n, 0)).toBe("-1,000");
  });

  it("never shows more than there is", () => {
    expect(shortAmount(1_999_999_999n, 9)).toBe("1.99999");
    expect(shortAmount(150_123_456_789n, 9)).toBe("150.123");
    expect(shortAmount(1_234_567_899_999n, 6)).toBe("1,234,567.89");
    expect(shortAmount(0n, 6)).toBe("0");
  });

  it("does not show something as nothing", () => {
    expect(shortAmount(1n, 9)).toBe("0.000000001");
    expect(shortAmount(1n, 18)).toBe("<0.000000001");
  });

  it("signs changes", () => {
    expect(signedAmount(1_500_000n, 6)).toBe("+1.5");
    expect(signedAmount(-1_500_000n, 6)).toBe("−1.5");
    expect(signedAmount(0n, 6)).toBe("0");
  });

  it("shortens large amounts", () => {
    expect(compactAmount(1_234_567_000_000n, 6)).toBe("1.23M");
    expect(compactAmount(12_500_000n, 6)).toBe("12.50");
  });
});

describe("rates", () => {
  it("writes basis points and pips as percentages", () => {
    expect(bpsText(50)).toBe("0.5%");
    expect(bpsText(1)).toBe("0.01%");
    expect(pipsText(400)).toBe("0.04%");
    expect(pipsText(-100)).toBe("−0.01%");
  });

  it("writes prices with the digits that matter", () => {
    expect(priceText(150)).toBe("150.00");
    expect(priceText(0.00012345)).toBe("0.00012345");
    expect(priceText(150.25, 1)).toBe("150.3");
    expect(priceText(Number.NaN)).toBe("–");
  });
});

describe("others", () => {
  it("shortens addresses", () => {
    expect(shortAddress("So11111111111111111111111111111111111111112")).toBe("So11…1112");
    expect(shortAddress("short")).toBe("short");
  });

  it("says how long ago something was", () => {
    expect(agoText(100, 130)).toBe("30s ago");
    expect(agoText(0, 7200)).toBe("2h ago");
  });
});
