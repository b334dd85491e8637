import { describe, expect, it } from "vitest";
import { failedOf } from "./explain";

const programs = ["ComputeBudget", "amm"];

describe("failedOf", () => {
  it("finds the program and the number of a custom error", () => {
    const error = { InstructionError: [1n, { Custom: 6_005n }] };
    expect(failedOf({ error, logs: ["a"], programs })).toEqual({
      logs: ["a"],
      program: "amm",
      number: 6005,
    });
  });

  it("keeps the names of others", () => {
    expect(failedOf({ error: "BlockhashNotFound", logs: [], programs })).toEqual({
      logs: [],
      name: "BlockhashNotFound",
    });
    const unpaid = { InsufficientFundsForRent: { account_index: 0 } };
    expect(failedOf({ error: unpaid, logs: [], programs })).toEqual({
      logs: [],
      name: "InsufficientFundsForRent",
    });
    const invalid = { InstructionError: [1, "InvalidAccountData"] };
    expect(failedOf({ error: invalid, logs: [], programs })).toEqual({
      logs: [],
      program: "amm",
      name: "InvalidAccountData",
    });
  });

  it("makes nothing up", () => {
    expect(failedOf({ error: null, logs: [], programs })).toEqual({ logs: [] });
    expect(failedOf({ error: { InstructionError: [9, 1] }, logs: [], programs })).toEqual({
      logs: [],
    });
  });
});
