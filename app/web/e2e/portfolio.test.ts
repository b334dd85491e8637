import { describe, expect, it } from "vitest";
import { type Visitor, visit, withBrowser } from "./support/browser";
import { balance } from "./support/chain";

withBrowser();

/** What is in the wallet is shown so soon; the gateway by itself looks every ten seconds. */
const SOON_MS = 1_500;

let visitor: Visitor;

describe("the portfolio", () => {
  it("shows what the faucet gave, at once", async () => {
    visitor = await visit({ path: "/portfolio" });
    const { page, owner } = visitor;
    const row = (symbol: string) => page.getByRole("row", { name: new RegExp(symbol) });
    await page.getByRole("button", { name: "Get test tokens" }).click();
    await page.getByText("Test tokens are in your wallet").waitFor();
    await row("tUSDC").getByText("5,000", { exact: true }).waitFor({ timeout: SOON_MS });
    await row("tSOL").getByText("50", { exact: true }).waitFor({ timeout: SOON_MS });
    expect(await balance(owner, "tUSDC")).toBe(5_000_000_000n);
    expect(visitor.complaints).toEqual([]);
  });

  it("shows what a swap has left, right after it", async () => {
    visitor = await visit({ path: "/swap?from=tUSDC&to=tUSDX", tokens: { tUSDC: 300 } });
    const { page } = visitor;
    await page.getByLabel("You pay", { exact: true }).fill("100");
    await page.getByRole("button", { name: "Review swap" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Confirm swap" }).click();
    await page.getByText("Confirmed").waitFor();
    await page.getByText("200 tUSDC").first().waitFor({ timeout: SOON_MS });
  });
});
