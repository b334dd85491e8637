import { describe, expect, it } from "vitest";
import { putAway, type Visitor, visit, withBrowser } from "./support/browser";
import { balance, positionsOf, SOL, USDC } from "./support/chain";
import { chainState } from "./support/environment";

withBrowser();

let visitor: Visitor;

const liquidity = () => visitor.page.getByRole("region", { name: "Liquidity" });
const panel = () => liquidity().getByRole("tabpanel");

function poolPath(name: string): string {
  const pool = chainState().pools.find((candidate) => candidate.name === name);
  return `/pools/${pool?.address}`;
}

async function confirmed(): Promise<void> {
  await visitor.page.getByText("Confirmed").first().waitFor();
}

async function remove(percent: string, as?: string): Promise<void> {
  await liquidity().getByRole("tab", { name: "Remove" }).click();
  await panel().getByRole("button", { name: percent, exact: true }).click();
  if (as) {
    await panel().getByRole("radio", { name: as }).click();
  }
  await panel().getByRole("button", { name: "Remove liquidity" }).click();
}

describe("liquidity", () => {
  it("of both tokens goes in by proportion, and comes back", async () => {
    visitor = await visit({ path: poolPath("tSOL/tUSDC"), tokens: { tSOL: 10, tUSDC: 2_000 } });
    const { owner, page } = visitor;
    await panel().getByLabel("tSOL", { exact: true }).fill("2");
    await panel().getByRole("button", { name: "Add liquidity" }).click();
    await confirmed();
    const [position] = await positionsOf(owner);
    expect(position?.shard_index).toBe(0);
    const left = { sol: await balance(owner, "tSOL"), usdc: await balance(owner, "tUSDC") };
    expect(left.sol <= 8n * SOL + 10n && left.sol >= 8n * SOL).toBe(true);
    expect(left.usdc < 2_000n * USDC).toBe(true);

    await putAway(page);
    await remove("100%");
    await confirmed();
    expect(await positionsOf(owner)).toEqual([]);
    // Rounding stays with the pool: a unit or two of each.
    expect(10n * SOL - (await balance(owner, "tSOL")) <= 3n).toBe(true);
    expect(2_000n * USDC - (await balance(owner, "tUSDC")) <= 3n).toBe(true);
  });

  it("of one token goes in and comes out as the other", async () => {
    visitor = await visit({ path: poolPath("tSOL/tUSDC"), tokens: { tUSDC: 1_000 } });
    const { owner, page } = visitor;
    await panel().getByRole("radio", { name: "Only tUSDC" }).click();
    await panel().getByLabel("tUSDC", { exact: true }).fill("300");
    await panel().getByRole("button", { name: "Add liquidity" }).click();
    await confirmed();
    expect(await balance(owner, "tUSDC")).toBe(700n * USDC);
    await putAway(page);
    await remove("100%", "Only tSOL");
    await confirmed();
    const sol = await balance(owner, "tSOL");
    // 300 tUSDC at about 150, less the fees of two swaps.
    expect(sol > (19n * SOL) / 10n && sol < 2n * SOL).toBe(true);
    expect(await positionsOf(owner)).toEqual([]);
  });
});

describe("a new pool", () => {
  it("is created with its shards, and takes its first deposit", async () => {
    visitor = await visit({ path: "/pools/create", tokens: { tSOL: 10, tFEE: 1_000 } });
    const { page, owner } = visitor;
    for (const [label, symbol] of [
      ["Base token", "tSOL"],
      ["Quote token", "tFEE"],
    ] as const) {
      await page.getByRole("button", { name: new RegExp(`^${label}`) }).click();
      await page.getByPlaceholder("Name, symbol or address").fill(symbol);
      await page.keyboard.press("Enter");
    }
    await page.getByLabel(/^Shards/).fill("2");
    await page.getByRole("button", { name: "Create pool" }).click();
    await page.getByRole("heading", { name: "tSOL/tFEE" }).waitFor();
    expect(await page.getByRole("region", { name: "Shards" }).getByRole("row").count()).toBe(3);
    await panel().getByLabel("tSOL", { exact: true }).fill("4");
    await panel().getByLabel("tFEE", { exact: true }).fill("300");
    await panel().getByRole("button", { name: "Add liquidity" }).click();
    await page.getByText("Add liquidity to shard 0Confirmed").waitFor();
    expect(await balance(owner, "tSOL")).toBe(6n * SOL);
    expect(await positionsOf(owner)).toHaveLength(1);
  });
});
