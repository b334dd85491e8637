import { describe, expect, it } from "vitest";
import type { Address, Hop } from "@/api/model";
import { segmentsOf } from "./route";

const [A, B, C] = ["A", "B", "C"] as unknown as [Address, Address, Address];

function leg(
  inputMint: Address,
  outputMint: Address,
  sent: bigint,
  received: bigint,
  shardIndex: number,
): Hop {
  return {
    kind: "pool",
    venue: "pool" as Address,
    shardIndex,
    lanes: 0,
    inputMint,
    outputMint,
    sent,
    received,
  };
}

describe("segmentsOf", () => {
  it("tells the parts of a split", () => {
    const segments = segmentsOf([leg(A, C, 62n, 600n, 0), leg(A, C, 38n, 370n, 1)], A, C);
    expect(segments.map((segment) => [segment.shareBps, segment.hops.length])).toEqual([
      [6_200, 1],
      [3_800, 1],
    ]);
  });

  it("follows an amount through a token where ways meet and part", () => {
    const legs = [
      leg(A, B, 30n, 300n, 0),
      leg(A, B, 70n, 700n, 1),
      leg(B, C, 500n, 50n, 2),
      leg(B, C, 500n, 50n, 3),
    ];
    const segments = segmentsOf(legs, A, C);
    expect(segments.map((segment) => segment.shareBps)).toEqual([1_500, 1_500, 3_500, 3_500]);
    const received = segments.reduce(
      (sum, segment) => sum + (segment.hops.at(-1)?.received ?? 0n),
      0n,
    );
    expect(received).toBe(100n);
    expect(segments.reduce((sum, segment) => sum + segment.shareBps, 0)).toBe(10_000);
  });

  it("does not mistake what goes around a token for what goes through it", () => {
    const legs = [leg(A, B, 50n, 400n, 0), leg(A, C, 50n, 49n, 1), leg(B, C, 400n, 48n, 2)];
    const segments = segmentsOf(legs, A, C);
    expect(segments.map((segment) => [segment.shareBps, segment.hops.at(-1)?.received])).toEqual([
      [5_000, 48n],
      [5_000, 49n],
    ]);
  });

  it("gives one way all of it", () => {
    expect(segmentsOf([leg(A, B, 5n, 4n, 0), leg(B, C, 4n, 3n, 0)], A, C)).toMatchObject([
      { shareBps: 10_000, hops: [{ sent: 5n }, { sent: 4n, received: 3n }] },
    ]);
  });
});
