import { describe, expect, it } from "vitest";
import type { Address, HistoryEntry, Token } from "@/api/model";
import type { FarmView } from "@/features/earn/farms";
import { csvField, historyCsv } from "./csv";
import { namesOf } from "./historyNames";

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
  mint: null,
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
  const pair = {
    name: "SOL/USDC pool",
    kind: "pool" as const,
    base: token("SOL", 9),
    quote: token("USDC", 6),
  };
  const venues = { of: (venue: Address | null) => (venue === "pool" ? pair : undefined) };
  const farms = [
    { name: "SOL/USDC", token: token("LP", 6), farm: { address: "farm" } } as unknown as FarmView,
  ];
  const tokens = new Map([[token("SEAL", 6).mint, token("SEAL", 6)]]);
  const lineOf = (entry: HistoryEntry) =>
    historyCsv([entry], namesOf(venues, farms, tokens)).split("\r\n")[1];

  it("writes exact amounts", () => {
    const [header] = historyCsv([ENTRY], namesOf(venues, farms, tokens)).split("\r\n");
    expect(header).toContain("base_amount");
    expect(lineOf(ENTRY)).toBe(
      "2023-11-14T22:13:20.000Z,42,swap,buy,SOL/USDC pool,pool,1.5,SOL,225.375,USDC,150.25,sig",
    );
  });

  it("leaves out what is not known", () => {
    const entry = { ...ENTRY, venue: null, base: null, quote: null, price: null, side: null };
    expect(lineOf(entry)).toBe("2023-11-14T22:13:20.000Z,42,swap,,,,,,,,,sig");
  });

  it("names what a farm pays, and what is staked there", () => {
    const entry = {
      ...ENTRY,
      venue: "farm" as Address,
      side: null,
      price: null,
      base: 2_500_000n,
      quote: null,
    };
    const claim = { ...entry, kind: "claim", mint: "SEAL" as Address };
    const stake = { ...entry, kind: "stake", mint: "LP" as Address };
    const start = "2023-11-14T22:13:20.000Z,42,";
    expect(lineOf(claim)).toBe(`${start}claim,,SOL/USDC,farm,2.5,SEAL,,,,sig`);
    expect(lineOf(stake)).toBe(`${start}stake,,SOL/USDC,farm,2.5,LP,,,,sig`);
  });
});
