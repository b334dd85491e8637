import { describe, expect, it } from "vitest";
import { putAway, type Visitor, visit, withBrowser } from "./support/browser";
import { balance, bids, computeOf, lanesOf, SOL, USDC } from "./support/chain";
import { walletLog } from "./support/wallet";

withBrowser();

let visitor: Visitor;

const ticket = () => visitor.page.getByRole("region", { name: "Order ticket" });
const account = () => visitor.page.getByRole("region", { name: "Your orders and balances" });

async function order(
  side: "Buy" | "Sell",
  type: string,
  size: string,
  price?: string,
): Promise<void> {
  const form = ticket();
  await form.getByText(side, { exact: true }).click();
  await form.getByLabel("Order type").selectOption({ label: type });
  if (price !== undefined) {
    await form.getByLabel("Price", { exact: true }).fill(price);
  }
  await form.getByLabel("Size", { exact: true }).fill(size);
  await form.getByRole("button", { name: `${side} tSOL` }).click();
  await visitor.page.getByText("Confirmed").first().waitFor();
}

/** All that was done is one transaction, whose compute limit is near what it used. */
async function expectOneSignature(): Promise<void> {
  const { requests, signed } = await walletLog(visitor.page);
  expect(requests).toBe(1);
  const { limit, used } = await computeOf(signed);
  expect(limit).toBeGreaterThan(used);
  expect(limit).toBeLessThan(used * 1.6 + 12_000);
}

describe("the first order", () => {
  it("opens the lane, funds it and rests, in one transaction; cancelling and closing brings all back", async () => {
    visitor = await visit({ path: "/trade", tokens: { tUSDC: 1_000 } });
    await order("Buy", "Limit", "2", "140");
    const [lane, ...others] = await lanesOf(visitor.owner);
    expect(others).toEqual([]);
    expect(lane?.orders.map((each) => [each.side, each.price, each.size])).toEqual([
      ["buy", "140", "2"],
    ]);
    expect(await balance(visitor.owner, "tUSDC")).toBe(720n * USDC);
    expect(lane?.quote_locked).toBe(String(280n * USDC));
    await expectOneSignature();

    await account()
      .getByRole("button", { name: /^Cancel: buy/ })
      .click();
    await account().getByText("No open orders").waitFor();
    await account().getByRole("tab", { name: "Lane" }).click();
    await account().getByRole("button", { name: /close/ }).click();
    await account().getByText("You have no lane in this market yet").waitFor();
    expect(await lanesOf(visitor.owner)).toEqual([]);
    expect(await balance(visitor.owner, "tUSDC")).toBe(1_000n * USDC);
  });
});

describe("orders that trade at once", () => {
  it("go straight from the wallet", async () => {
    visitor = await visit({ path: "/trade", tokens: { tUSDC: 1_000 } });
    await order("Buy", "Market", "1");
    expect(await balance(visitor.owner, "tSOL")).toBe(SOL);
    const spent = 1_000n * USDC - (await balance(visitor.owner, "tUSDC"));
    expect(spent > 149n * USDC && spent < 152n * USDC).toBe(true);
    expect(await lanesOf(visitor.owner)).toEqual([]);
  });

  it("open and fund the lane, trade what their price allows, and let the rest wait, all at once", async () => {
    // Three of the best bids can be met, and more is sold than they want.
    const wanted = (await bids()).slice(0, 3);
    const price = wanted.at(-1)?.price ?? "";
    const met = wanted.reduce((sum, level) => sum + Math.round(Number(level.size) * 1000), 0);
    const size = Math.ceil(met / 1000) + 5;
    visitor = await visit({ path: "/trade", tokens: { tSOL: 500 } });
    const { owner, page } = visitor;
    await ticket().getByLabel("Expires").selectOption({ label: "1 hour" });
    await order("Sell", "Limit", String(size), price);
    await page.getByText(new RegExp(`^Sell ${size} tSOL at [\\d.]+ tUSDCConfirmed`)).waitFor();
    await expectOneSignature();
    const [lane] = await lanesOf(owner);
    const left = BigInt(size * 1000 - met) * (SOL / 1000n);
    expect(lane?.base_locked).toBe(String(left));
    const untilExpiry = Number(lane?.orders[0]?.expires_at) - Date.now() / 1000;
    expect(untilExpiry > 3_000 && untilExpiry <= 3_600).toBe(true);
    expect(await balance(owner, "tSOL")).toBe((500n - BigInt(size)) * SOL);
    const proceeds = Number(BigInt(lane?.quote_free ?? 0) / USDC);
    expect(proceeds / (met / 1000)).toBeGreaterThan(Number(price) * 0.999);
    await account().getByRole("button", { name: "Cancel all" }).click();
    await account().getByText("No open orders").waitFor();
    expect((await lanesOf(owner))[0]?.base_free).toBe(String(left));
  });

  it("take with a lane that has the means", async () => {
    visitor = await visit({ path: "/trade", tokens: { tUSDC: 2_000 } });
    const { owner } = visitor;
    await order("Buy", "Limit", "4", "100");
    await putAway(visitor.page);
    await account().getByRole("button", { name: "Cancel all" }).click();
    await account().getByText("No open orders").waitFor();
    await putAway(visitor.page);
    await ticket().getByLabel("Order type").selectOption({ label: "Immediate or cancel" });
    await ticket().getByRole("radio", { name: "From lane" }).click();
    await ticket().getByLabel("Price", { exact: true }).fill("151");
    await ticket().getByLabel("Size", { exact: true }).fill("2");
    await ticket().getByRole("button", { name: "Buy tSOL" }).click();
    await visitor.page.getByText("Buy 2 tSOL at 151 tUSDCConfirmed").waitFor();
    const [lane] = await lanesOf(owner);
    expect(lane?.base_free).toBe(String(2n * SOL));
    expect(await balance(owner, "tUSDC")).toBe(1_600n * USDC);
  });
});

describe("post-only orders", () => {
  it("that would trade are refused, in words", async () => {
    visitor = await visit({ path: "/trade", tokens: { tUSDC: 1_000 } });
    const form = ticket();
    await form.getByLabel("Order type").selectOption({ label: "Post only" });
    await form.getByLabel("Price", { exact: true }).fill("155");
    await form.getByLabel("Size", { exact: true }).fill("1");
    await form.getByRole("button", { name: "Buy tSOL" }).click();
    await visitor.page
      .getByText(/would trade|cross|post-only/i)
      .first()
      .waitFor();
    expect(await balance(visitor.owner, "tUSDC")).toBe(1_000n * USDC);
    expect(await lanesOf(visitor.owner)).toEqual([]);
  });

  it("that slide rest one tick from the best price", async () => {
    visitor = await visit({ path: "/trade", tokens: { tUSDC: 1_000 } });
    await order("Buy", "Post only, slide", "1", "155");
    const [lane] = await lanesOf(visitor.owner);
    const price = Number(lane?.orders[0]?.price);
    expect(price > 149 && price < 151).toBe(true);
  });
});

describe("the lane", () => {
  it("takes deposits and pays withdrawals", async () => {
    visitor = await visit({ path: "/trade", tokens: { tUSDC: 1_000, tSOL: 5 } });
    const { page, owner } = visitor;
    await account().getByRole("tab", { name: "Lane" }).click();
    await account().getByRole("button", { name: "Open and fund a lane" }).click();
    await page.getByRole("dialog").getByLabel("tUSDC").fill("500");
    await page.getByRole("dialog").getByLabel("tSOL").fill("2");
    await page.getByRole("dialog").getByRole("button", { name: "Open lane" }).click();
    await account().getByRole("button", { name: "Withdraw", exact: true }).click();
    expect(await balance(owner, "tUSDC")).toBe(500n * USDC);
    await page.getByRole("dialog").getByLabel("tUSDC").fill("200.5");
    await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await balance(owner, "tUSDC")).toBe(700n * USDC + USDC / 2n);
    expect(await balance(owner, "tSOL")).toBe(3n * SOL);
    const [lane] = await lanesOf(owner);
    expect([lane?.quote_free, lane?.base_free]).toEqual([String(299_500_000n), String(2n * SOL)]);
  });
});
