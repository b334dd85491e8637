import { describe, expect, it } from "vitest";
import type { Instruction } from "@/wasm/sealane_wasm";
import { pack } from "./pack";

const instruction = (programId: string): Instruction => ({
  programId,
  accounts: [],
  data: new Uint8Array(),
});
const sizeOf = (instructions: readonly Instruction[]) => 100 + 400 * instructions.length;
const names = (transactions: Instruction[][]) =>
  transactions.map((each) => each.map(({ programId }) => programId).join(""));

describe("pack", () => {
  it("fills transactions in order", () => {
    const groups = ["a", "b", "c", "d", "e"].map((name) => [instruction(name)]);
    expect(names(pack(groups, sizeOf))).toEqual(["ab", "cd", "e"]);
  });

  it("tears nothing apart, however large", () => {
    const large = ["x", "y", "z"].map(instruction);
    expect(names(pack([[instruction("a")], large, [instruction("b")]], sizeOf))).toEqual([
      "a",
      "xyz",
      "b",
    ]);
    expect(pack([], sizeOf)).toEqual([]);
  });
});
