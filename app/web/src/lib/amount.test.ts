import { describe, expect, it } from "vitest";
import { amountText, MAX_AMOUNT, parseAmount, sanitizeAmountInput } from "./amount";

function read(text: string, decimals: number): bigint | string {
  const parsed = parseAmount(text, decimals);
  return parsed.ok ? parsed.amount : parsed.reason;
}

describe("parseAmount", () => {
  it("reads whole and fractional amounts exactly", () => {
    expect(read("1.5", 6)).toBe(1_500_000n);
    expect(read(" 0.000001 ", 6)).toBe(1n);
    expect(read(".5", 2)).toBe(50n);
    expect(read("5.", 2)).toBe(500n);
    expect(read("1,234.50", 2)).toBe(123_450n);
    expect(read("7", 0)).toBe(7n);
  });

  it("keeps all digits that a double would lose", () => {
    expect(read("9007199254.740993", 6)).toBe(9_007_199_254_740_993n);
    expect(read("18446744073709551615", 0)).toBe(MAX_AMOUNT);
  });

  it("refuses instead of rounding", () => {
    expect(read("0.0000001", 6)).toBe("too_precise");
    expect(read("1.50000000", 6)).toBe(1_500_000n);
    expect(read("18446744073709551616", 0)).toBe("too_large");
    expect(read("", 6)).toBe("empty");
    for (const text of [".", "-1", "1e9", "1.2.3", "abc", "1,,0", ",1"]) {
      expect(read(text, 6), text).toBe("not_a_number");
    }
  });

  it("reads back what amountText writes", () => {
    let seed = 12_345n;
    for (let round = 0; round < 2_000; round += 1) {
      seed = (seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
      const amount = seed >> (seed % 60n);
      const decimals = round % 13;
      expect(read(amountText(amount, decimals), decimals)).toBe(amount);
    }
  });
});

describe("sanitizeAmountInput", () => {
  it("lets numbers through as they are typed", () => {
    for (const text of ["", "1", "1.", "1.05", "."]) {
      expect(sanitizeAmountInput(text)).toBe(text);
    }
  });

  it("takes a comma for a decimal point or for a separator", () => {
    expect(sanitizeAmountInput("1,5")).toBe("1.5");
    expect(sanitizeAmountInput("1,234.5")).toBe("1234.5");
    expect(sanitizeAmountInput("1,234,567")).toBe("1234567");
  });

  it("refuses what is no number", () => {
    for (const text of ["a", "-1", "1.2.3", "1e5"]) {
      expect(sanitizeAmountInput(text)).toBeNull();
    }
  });
});
