import { describe, expect, it } from "vitest";
import { isAddress } from "./address";

describe("isAddress", () => {
  it("knows 32 bytes in base 58", () => {
    expect(isAddress("11111111111111111111111111111111")).toBe(true);
    expect(isAddress("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")).toBe(true);
    expect(isAddress("So11111111111111111111111111111111111111112")).toBe(true);
  });

  it("refuses what is something else", () => {
    expect(isAddress("")).toBe(false);
    expect(isAddress("1111111111111111111111111111111")).toBe(false);
    expect(isAddress("111111111111111111111111111111111")).toBe(false);
    expect(isAddress("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5D0")).toBe(false);
    expect(isAddress("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")).toBe(false);
  });
});
