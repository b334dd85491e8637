import { describe, expect, it } from "vitest";
import { plainFailure } from "./errors";
import { errorOfRefusal } from "./send";

describe("errorOfRefusal", () => {
  it("is the chain's own error where the node tells it", () => {
    const err = { InstructionError: [1, { Custom: 6005 }] };
    expect(errorOfRefusal({ message: "simulation failed", data: { err, logs: [] } })).toBe(err);
  });

  it("is read from the words otherwise", () => {
    expect(errorOfRefusal({ message: "Transaction simulation failed: Blockhash not found" })).toBe(
      "BlockhashNotFound",
    );
    expect(errorOfRefusal({ message: "the node is unwell" })).toBeNull();
  });
});

describe("plainFailure", () => {
  const failure = (error: unknown, logs: string[] = []) =>
    plainFailure({ error, logs, programs: [] });

  it("knows what a wallet meets", () => {
    expect(failure("BlockhashNotFound").hint).toContain("Try again");
    expect(failure({ InsufficientFundsForRent: {} }).message).toBeTruthy();
  });

  it("quotes the program where it said something", () => {
    const logs = ["Program log: AnchorError. Error Message: Slippage exceeded."];
    expect(failure({ InstructionError: [0, { Custom: 1 }] }, logs).message).toContain(
      "Slippage exceeded",
    );
  });
});
