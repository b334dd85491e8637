import type { Address } from "@solana/kit";
import { describe, expect, it } from "vitest";
import { effectOf } from "./dryRun";

const TOKEN = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA" as Address;
const OTHER = "11111111111111111111111111111111" as Address;
const AT = "account" as Address;

function tokens(amount: bigint): Uint8Array {
  const data = new Uint8Array(165).fill(7, 0, 32).fill(9, 32, 64);
  new DataView(data.buffer).setBigUint64(64, amount, true);
  return data;
}

const known = (owner: Address | null, lamports: bigint, data: Uint8Array | null) => ({
  owner,
  lamports,
  data,
});

describe("effectOf", () => {
  it("is nothing where nothing changes", () => {
    const same = known(OTHER, 5n, Uint8Array.of(1, 2));
    expect(effectOf(AT, same, known(OTHER, 5n, Uint8Array.of(1, 2)))).toBeNull();
    expect(effectOf(AT, known(null, 0n, null), known(null, 0n, null))).toBeNull();
  });

  it("tells lamports and bytes", () => {
    const before = known(OTHER, 5n, Uint8Array.of(1));
    expect(effectOf(AT, before, known(OTHER, 6n, Uint8Array.of(1)))).toMatchObject({
      lamports: [5n, 6n],
      token: null,
    });
    const changed = effectOf(AT, before, known(OTHER, 5n, Uint8Array.of(2)));
    expect(changed?.data.map((data) => data?.[0])).toEqual([1, 2]);
  });

  it("reads token accounts, new ones among them", () => {
    const moved = effectOf(AT, known(TOKEN, 5n, tokens(10n)), known(TOKEN, 5n, tokens(4n)));
    expect(moved?.token?.amounts).toEqual([10n, 4n]);
    expect(moved?.token?.mint[0]).toBe(7);
    expect(moved?.token?.owner[0]).toBe(9);
    const opened = effectOf(AT, known(null, 0n, null), known(TOKEN, 2n, tokens(3n)));
    expect(opened?.token?.amounts).toEqual([0n, 3n]);
    expect(opened?.program).toBe(TOKEN);
  });

  it("takes no other program's bytes for tokens", () => {
    const other = effectOf(AT, known(OTHER, 5n, tokens(1n)), known(OTHER, 5n, tokens(2n)));
    expect(other?.token).toBeNull();
  });
});
