import { describe, expect, it } from "vitest";
import type { PoolFees } from "@/api/model";
import { readFees, readInstruction, readOptions, readTransfer, textError } from "./draft";

const NOW: PoolFees = {
  minPips: 1_000,
  maxPips: 12_000,
  slopePips: 1_050_000,
  protocolShareBps: 1_000,
};
const AT = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";

describe("readFees", () => {
  it("keeps the slope of a rate that falls, and has none of a flat one", () => {
    expect(readFees({ least: "0.2", most: "1.2", share: "10" }, NOW)).toEqual({
      value: { ...NOW, minPips: 2_000 },
    });
    expect(readFees({ least: "0.3", most: "0.3", share: "0" }, NOW)).toEqual({
      value: { minPips: 3_000, maxPips: 3_000, slopePips: 0, protocolShareBps: 0 },
    });
  });

  it("refuses what no pool takes", () => {
    expect(readFees({ least: "2", most: "1", share: "10" }, NOW)).toHaveProperty("error");
    expect(readFees({ least: "1", most: "10.1", share: "10" }, NOW)).toEqual({
      error: "At most 10%",
    });
    expect(readFees({ least: "1", most: "1", share: "" }, NOW)).toEqual({
      error: "Enter a percentage",
    });
  });
});

describe("readTransfer", () => {
  const token = { decimals: 6, held: 5_000_000n, symbol: "SEAL" };

  it("is within what the treasury has", () => {
    expect(readTransfer({ amount: "5", to: ` ${AT} ` }, token)).toEqual({
      value: { amount: 5_000_000n, to: AT },
    });
    expect(readTransfer({ amount: "5.000001", to: AT }, token)).toEqual({
      error: "The treasury has less SEAL",
    });
  });

  it("goes to an address", () => {
    expect(readTransfer({ amount: "1", to: "" }, token)).toEqual({ error: "Enter who gets it" });
    expect(readTransfer({ amount: "1", to: "me" }, token)).toHaveProperty("error");
    expect(readTransfer({ amount: "0", to: AT }, token)).toEqual({ error: "Enter an amount" });
  });
});

describe("readInstruction", () => {
  it("reads accounts by line and data in hex", () => {
    const texts = {
      program: AT,
      accounts: `${AT} writable\n\n ${AT} signer writable\n${AT}`,
      data: "0x03 ff00",
    };
    expect(readInstruction(texts)).toEqual({
      value: {
        programId: AT,
        accounts: [
          { address: AT, isSigner: false, isWritable: true },
          { address: AT, isSigner: true, isWritable: true },
          { address: AT, isSigner: false, isWritable: false },
        ],
        data: Uint8Array.of(3, 255, 0),
      },
    });
  });

  it("says which line is wrong", () => {
    const lines = (accounts: string, data = "") => readInstruction({ program: AT, accounts, data });
    expect(lines(`${AT}\n${AT} payer`)).toHaveProperty("error", expect.stringContaining("Line 2"));
    expect(lines("", "abc")).toEqual({ error: "The data is not hexadecimal" });
    expect(readInstruction({ program: "", accounts: "", data: "" })).toEqual({
      error: "Enter the program",
    });
  });
});

describe("texts", () => {
  it("are told by what they lack", () => {
    expect(textError(" ", "")).toBe("Enter a title");
    expect(textError("ä".repeat(61), "")).toBe("The title is too long");
    expect(textError("A title", "Why")).toBeNull();
  });

  it("name each option, and each differently", () => {
    expect(readOptions(["a", " b "])).toEqual({ value: ["a", "b"] });
    expect(readOptions(["a", ""])).toHaveProperty("error");
    expect(readOptions(["a", "a "])).toHaveProperty("error");
  });
});
