import { describe, expect, it } from "vitest";
import { exactAmount } from "@/lib/format";
import { type Visitor, visit, withBrowser } from "./support/browser";
import { balance, blocksPass, SOL, sellAll, USDC } from "./support/chain";
import { mintOf } from "./support/environment";
import { releaseWallet, tellWallet } from "./support/wallet";

declare global {
  interface Window {
    /** Milliseconds of the page's longest task. */
    longest?: number;
  }
}

withBrowser();

let visitor: Visitor;

/** The number in a field, in base units. */
async function fieldUnits(label: string, decimals: number): Promise<bigint> {
  const text = await visitor.page.getByLabel(label, { exact: true }).inputValue();
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

async function fill(label: string, text: string): Promise<void> {
  await visitor.page.getByLabel(label, { exact: true }).fill(text);
  await visitor.page.getByRole("button", { name: "Review swap" }).waitFor();
}

const button = (name: string) => visitor.page.getByRole("dialog").getByRole("button", { name });
const confirmed = () => visitor.page.getByText("Confirmed").waitFor();

async function review(): Promise<void> {
  await visitor.page.getByRole("button", { name: "Review swap" }).click();
  await visitor.page.getByRole("dialog").getByText("Balance changes, simulated").waitFor();
}

/** What the dialog says leaves the wallet. An order book sells whole lots, so that a little may stay. */
async function shownLeaving(symbol: string): Promise<string | null> {
  return visitor.page
    .getByRole("dialog")
    .getByText(new RegExp(`^[\\d.,]+ ${symbol}$`))
    .first()
    .textContent();
}

/** What was shown before signing is what has left, to the unit. */
async function expectSpent(shown: string | null, symbol: string, before: bigint): Promise<void> {
  const spent = before - (await balance(visitor.owner, symbol));
  expect(`${exactAmount(spent, mintOf(symbol).decimals)} ${symbol}`).toBe(shown);
}

/** Confirms, and has the wallet wait. */
async function confirmAndHold(): Promise<void> {
  await tellWallet(visitor.page, "hold");
  await button("Confirm swap").click();
  await button("Confirm in your wallet").waitFor();
}

describe("a swap", () => {
  it("of an exact amount sent pays what it quoted", async () => {
    visitor = await visit({ path: "/swap?from=tSOL&to=tUSDC", tokens: { tSOL: 10 } });
    await fill("You pay", "1.5");
    const quoted = await fieldUnits("You receive", 6);
    await review();
    await button("Confirm swap").click();
    await confirmed();
    expect(await balance(visitor.owner, "tSOL")).toBe(10n * SOL - (3n * SOL) / 2n);
    expect(await balance(visitor.owner, "tUSDC")).toBe(quoted);
    expect(visitor.complaints).toEqual([]);
  });

  it("of an exact amount received delivers it", async () => {
    visitor = await visit({ path: "/swap?from=tSOL&to=tUSDX", tokens: { tSOL: 10 } });
    await fill("You receive", "100");
    await review();
    const shown = await shownLeaving("tSOL");
    await button("Confirm swap").click();
    await confirmed();
    const received = await balance(visitor.owner, "tUSDX");
    expect(received >= 100n * SOL).toBe(true);
    await expectSpent(shown, "tSOL", 10n * SOL);
  });

  it("that is rejected in the wallet changes nothing, and can be tried again", async () => {
    visitor = await visit({ path: "/swap?from=tUSDC&to=tSOL", tokens: { tUSDC: 1_000 } });
    await fill("You pay", "150");
    await review();
    const shown = await shownLeaving("tUSDC");
    await tellWallet(visitor.page, "reject");
    await button("Confirm swap").click();
    await visitor.page.getByText("You declined the request in your wallet").waitFor();
    expect(await balance(visitor.owner, "tUSDC")).toBe(1_000n * USDC);
    await tellWallet(visitor.page, "sign");
    await button("Try again").click();
    await confirmed();
    await expectSpent(shown, "tUSDC", 1_000n * USDC);
  });

  it("waits for a wallet that takes its time", async () => {
    visitor = await visit({ path: "/swap?from=tUSDC&to=tSOL", tokens: { tUSDC: 1_000 } });
    await fill("You pay", "10");
    await review();
    const shown = await shownLeaving("tUSDC");
    await confirmAndHold();
    expect(await balance(visitor.owner, "tUSDC")).toBe(1_000n * USDC);
    await releaseWallet(visitor.page);
    await confirmed();
    await expectSpent(shown, "tUSDC", 1_000n * USDC);
  });

  it("with a wallet on another network says so and signs nothing", async () => {
    visitor = await visit({ path: "/swap?from=tUSDC&to=tSOL", tokens: { tUSDC: 100 } });
    await tellWallet(visitor.page, "wrong_network");
    await visitor.page.getByRole("button", { name: "Test wallet" }).click();
    await visitor.page.getByRole("menuitem", { name: "Disconnect" }).click();
    await visitor.page.getByRole("button", { name: "Connect", exact: true }).click();
    await visitor.page.getByRole("dialog").getByRole("button", { name: "Test wallet" }).click();
    await fill("You pay", "10");
    await review();
    await button("Confirm swap").click();
    await visitor.page.getByText("Your wallet is set to mainnet").waitFor();
    expect(await visitor.page.evaluate(() => window.sealaneTestWallet.requests)).toBe(0);
    expect(await balance(visitor.owner, "tUSDC")).toBe(100n * USDC);
  });

  it("that moves the price by 5% has to be meant", async () => {
    visitor = await visit({ path: "/swap?from=tFEE&to=tUSDC", tokens: { tFEE: 50_000 } });
    await fill("You pay", "20000");
    await visitor.page.getByText(/moves the price by/).waitFor();
    await review();
    await visitor.page.getByRole("dialog").getByRole("checkbox").waitFor();
    expect(await button("Confirm swap").isDisabled()).toBe(true);
    await visitor.page.getByRole("dialog").getByRole("checkbox").check();
    expect(await button("Confirm swap").isEnabled()).toBe(true);
  });

  it("of more than there is cannot be reviewed", async () => {
    visitor = await visit({ path: "/swap?from=tSOL&to=tUSDC", tokens: { tSOL: 1 } });
    await visitor.page.getByLabel("You pay", { exact: true }).fill("1.000000001");
    const short = visitor.page.getByRole("button", { name: "Not enough tSOL" });
    await short.waitFor();
    expect(await short.isDisabled()).toBe(true);
  });
});

describe("quotes", () => {
  /** What is felt as a pause. */
  const PAUSE_MS = 100;

  it("are computed in the browser, beside the page, which never waits for them", async () => {
    visitor = await visit({ path: "/swap?from=tUSDX&to=tSOL", connected: false });
    const { page } = visitor;
    const receive = page.getByLabel("You receive", { exact: true });
    await receive.fill("1");
    await page.getByText(/^1 tUSDX = /).waitFor();
    // The worker is there, and has everything.
    await expect.poll(() => page.workers().length, { timeout: 12_000 }).toBe(1);
    await page.waitForTimeout(1_500);
    await page.route("**/api/v1/quote*", (route) => route.abort());
    await page.evaluate(() => {
      const tasks = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) {
          window.longest = Math.max(window.longest ?? 0, duration);
        }
      });
      tasks.observe({ type: "longtask" });
    });
    for (const amount of ["20", "5000000", "30", "6000000", "40"]) {
      await receive.fill(amount);
      const isRefused = amount.length > 2;
      const shown = isRefused
        ? page.getByText(/not enough liquidity/i)
        : page.getByText(/^1 tUSDX = /);
      await shown.first().waitFor();
    }
    expect(await page.evaluate(() => window.longest ?? 0)).toBeLessThan(PAUSE_MS);
  });
});

describe("by keyboard alone", () => {
  it("a swap can be found, filled in, reviewed and confirmed", async () => {
    visitor = await visit({ path: "/swap?from=tSOL&to=tUSDC", tokens: { tSOL: 10 } });
    const { page, owner } = visitor;
    await page.getByLabel("You pay", { exact: true }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.keyboard.press("Enter");
    const isAt = (label: string) =>
      page.evaluate((wanted) => {
        const at = document.activeElement;
        const labels =
          at instanceof HTMLInputElement
            ? [...(at.labels ?? [])].map((each) => each.textContent)
            : [];
        return labels.includes(wanted) || at?.textContent === wanted;
      }, label);
    const tabTo = async (label: string) => {
      for (let step = 0; step < 40; step += 1) {
        if (await isAt(label)) {
          return;
        }
        await page.keyboard.press("Tab");
      }
      throw new Error(`${label} cannot be reached by Tab`);
    };
    await tabTo("You pay");
    await page.keyboard.type("2");
    await page.getByRole("button", { name: "Review swap" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("Balance changes, simulated").waitFor();
    await page.getByRole("button", { name: "Confirm swap", disabled: false }).waitFor();
    await tabTo("Confirm swap");
    await page.keyboard.press("Enter");
    await confirmed();
    expect(await balance(owner, "tSOL")).toBe(8n * SOL);
    expect((await balance(owner, "tUSDC")) > 290n * USDC).toBe(true);
  });
});

describe("a swap whose time has passed", () => {
  it("is called off when the price has become worse than tolerated", async () => {
    visitor = await visit({ path: "/swap?from=tFEE&to=tUSDC", tokens: { tFEE: 1_000 } });
    const { page, owner } = visitor;
    await fill("You pay", "100");
    await review();
    await confirmAndHold();
    // Everybody else sells meanwhile, in both shards.
    await sellAll("tFEE", "tUSDC", 20_000);
    await releaseWallet(page);
    await page
      .getByRole("dialog")
      .getByRole("alert")
      .filter({ hasText: /slippage|worse/i })
      .waitFor();
    expect(await balance(owner, "tFEE")).toBe(1_000n * USDC);
    expect(await balance(owner, "tUSDC")).toBe(0n);
  });

  it("is called off when its blockhash has expired", { timeout: 180_000 }, async () => {
    visitor = await visit({ path: "/swap?from=tSOL&to=tUSDC", tokens: { tSOL: 2 } });
    const { page, owner } = visitor;
    await fill("You pay", "1");
    await review();
    await confirmAndHold();
    await blocksPass(160n);
    await releaseWallet(page);
    const refusal = page.getByRole("dialog").getByRole("alert");
    await refusal.filter({ hasText: /late|blockhash|in time/i }).waitFor();
    expect(await balance(owner, "tSOL")).toBe(2n * SOL);
    await tellWallet(page, "sign");
    await button("Try again").click();
    await confirmed();
    expect(await balance(owner, "tSOL")).toBe(SOL);
  });
});
