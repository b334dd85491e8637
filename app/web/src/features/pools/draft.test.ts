import { describe, expect, it } from "vitest";
import { flatFees, parseFlatFee, parseWhole } from "./draft";

describe("parseFlatFee", () => {
  it("reads percentages as millionths", () => {
    expect(parseFlatFee("0.04")).toEqual({ pips: 400 });
    expect(parseFlatFee("10")).toEqual({ pips: 100_000 });
    expect(parseFlatFee("0")).toEqual({ pips: 0 });
  });

  it("refuses what no pool takes", () => {
    expect(parseFlatFee("10.0001")).toEqual({ error: "At most 10%" });
    expect(parseFlatFee("0.00001")).toHaveProperty("error");
    expect(parseFlatFee("")).toEqual({ error: "Enter a percentage" });
  });
});

describe("parseWhole", () => {
  it("keeps to its bounds", () => {
    expect(parseWhole("4", 1, 32)).toEqual({ value: 4 });
    expect(parseWhole("33", 1, 32)).toEqual({ error: "From 1 to 32" });
    expect(parseWhole("1.5", 1, 32)).toEqual({ error: "Enter a whole number" });
  });
});

describe("flatFees", () => {
  it("has no slope", () => {
    expect(flatFees(400)).toMatchObject({ minPips: 400, maxPips: 400, slopePips: 0 });
  });
});
