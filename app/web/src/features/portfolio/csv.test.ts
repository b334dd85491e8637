import { describe, expect, it } from "vitest";
import type { Address, HistoryEntry, Token } from "@/api/model";
import { csvField, historyCsv } from "./csv";

const token = (symbol: string, decimals: number): Token => ({
  mint: symbol as Address,
  symbol,
  name: symbol,
  decimals,
  program: "spl_token",
  transferFeeBps: 0,
});

const ENTRY: HistoryEntry = {
  id: 7,
  kind: "swap",
  time: 1_700_000_000,
  slot: 42,
  signature: "sig",
  venue: "pool" as Address,
  side: "buy",
  price: 150.25,
  base: 1_500_000_000n,
  quote: 225_375_000n,
  fee: 1n,
};

describe("csvField", () => {
  it("quotes what would break a line", () => {
    expect(csvField("plain")).toBe("plain");
    expect(csvField('a "b", c')).toBe('"a ""b"", c"');
    expect(csvField("a\nb")).toBe('"a\nb"');
  });

  it("defuses formulas and leaves numbers alone", () => {
    expect(csvField("=1+1")).toBe("'=1+1");
    expect(csvField("@sum")).toBe("'@sum");
    expect(csvField("-cmd")).toBe("'-cmd");
    expect(csvField("-1.5")).toBe("-1.5");
  });
});

describe("historyCsv", () => {
  it("writes exact amounts", () => {
    const venues = {
      of: () => ({
        name: "SOL/USDC pool",
        kind: "pool" as const,
        base: token("SOL", 9),
        quote: token("USDC", 6),
      }),
    };
    const [header, line] = historyCsv([ENTRY], venues).split("\r\n");
    expect(header).toContain("base_amount");
    expect(line).toBe(
      "2023-11-14T22:13:20.000Z,42,swap,buy,SOL/USDC pool,pool,1.5,SOL,225.375,USDC,150.25,sig",
    );
  });

  it("leaves out what is not known", () => {
    const entry = { ...ENTRY, venue: null, base: null, quote: null, price: null, side: null };
    const line = historyCsv([entry], { of: () => undefined }).split("\r\n")[1];
    expect(line).toBe("2023-11-14T22:13:20.000Z,42,swap,,,,,,,,,sig");
  });
});
