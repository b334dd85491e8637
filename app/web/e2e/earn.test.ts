/** Stake pools and farms: every balance is asserted on the chain. */

import { describe, expect, it } from "vitest";
import { amountText } from "@/lib/amount";
import { exactAmount } from "@/lib/format";
import { barriers } from "./support/axe";
import { putAway, type Visitor, visit, withBrowser } from "./support/browser";
import { balance, positionsOf } from "./support/chain";
import { chainState } from "./support/environment";
import { farmOf, stakeOf } from "./support/stakes";
import { type TestKey, tellWallet } from "./support/wallet";

withBrowser();

const POOL = "SEAL stake pool";
const LIQUIDITY = "tSOL/tUSDC liquidity";
const SEAL = 10n ** 6n;
/** What the faucet gives. */
const GIVEN = 50_000n * SEAL;
/** An epoch, and what it takes until everybody knows that it is over. */
const EPOCH_MS = 100_000;
/** Of the stake pool. */
const COOLDOWN_MS = 60_000;
/** How long anything takes, and what has to wait for the clock of a busy chain as well. */
const STEP_MS = 12_000;
const LATE_MS = 40_000;
const LONGEST_LOCK = 200;

let visitor: Visitor;
/** Who has unstaked, and comes back when that has cooled down: other tests run meanwhile. */
let leaver: TestKey;

const stake = () => visitor.page.getByRole("region", { name: "Stake", exact: true });
const position = () => visitor.page.getByRole("region", { name: /^Your position/ });
const panel = () => stake().getByRole("tabpanel");
const amount = () => panel().getByLabel("Amount", { exact: true });

const arrive = (options: { wallet?: string } = {}, farm = POOL) =>
  visit({ path: `/earn/${farmOf(farm)}`, byFaucet: options.wallet === undefined, ...options });

async function confirmed(timeout = STEP_MS): Promise<void> {
  await visitor.page.getByText("Confirmed").first().waitFor({ timeout });
  await putAway(visitor.page);
}

async function stakeTokens(text: string): Promise<void> {
  await amount().fill(text);
  await panel().getByRole("button", { name: "Stake", exact: true }).click();
  await confirmed();
}

describe("the stake pool", () => {
  it("takes a stake with a lock, and makes the lock longer", async () => {
    visitor = await arrive();
    const { owner, page } = visitor;
    await amount().fill("1000.5");
    const lock = panel().getByLabel(/^Lock/);
    await lock.focus();
    for (let epoch = 0; epoch < 10; epoch += 1) {
      await page.keyboard.press("ArrowRight");
    }
    await panel().getByText("10 epochs, 1.2×").waitFor();
    await panel().getByRole("button", { name: "Stake", exact: true }).click();
    await confirmed();
    expect(await balance(owner, "SEAL")).toBe(GIVEN - 10_005n * (SEAL / 10n));
    const first = await stakeOf(owner, POOL);
    expect(first?.amount).toBe(10_005n * (SEAL / 10n));
    // The next epoch may have begun between choosing and execution.
    expect([9, 10]).toContain((first?.lockUntil ?? 0) - (first?.epoch ?? 0));
    await position().getByText("1,000.5 SEAL").waitFor();

    await stake().getByRole("tab", { name: "Lock longer" }).click();
    await panel().getByLabel(/^Lock/).focus();
    await page.keyboard.press("End");
    await panel().getByText("200 epochs, 5×").waitFor();
    await panel().getByRole("button", { name: "Lock", exact: true }).click();
    await confirmed();
    const longer = await stakeOf(owner, POOL);
    expect(longer?.amount).toBe(first?.amount);
    expect([LONGEST_LOCK - 1, LONGEST_LOCK]).toContain(
      (longer?.lockUntil ?? 0) - (longer?.epoch ?? 0),
    );

    await stake().getByRole("tab", { name: "Unstake" }).click();
    await panel()
      .getByText(/Locked until/)
      .waitFor();
    expect(await panel().getByRole("button", { name: "Unstake" }).count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
  });

  it("lets go of what is not locked, which cools down then", async () => {
    visitor = await arrive();
    const { owner } = visitor;
    await stakeTokens("500");
    await stake().getByRole("tab", { name: "Unstake" }).click();
    await amount().fill("200");
    await panel().getByRole("button", { name: "Unstake", exact: true }).click();
    await confirmed();
    const cooling = await stakeOf(owner, POOL);
    expect(cooling).toMatchObject({ amount: 300n * SEAL, cooling: 200n * SEAL });
    expect(await balance(owner, "SEAL")).toBe(GIVEN - 500n * SEAL);
    await position()
      .getByText(/^in \d+s$|^in 1m$/)
      .waitFor();
    expect(await position().getByRole("button", { name: "Withdraw" }).isDisabled()).toBe(true);
    leaver = visitor.key;
  });

  it("keeps what is locked apart from what is not, position by position", async () => {
    visitor = await arrive();
    const { owner } = visitor;
    await stakeTokens("100");
    await panel().getByLabel("Position").selectOption({ label: "A new position" });
    await panel().getByLabel(/^Lock/).focus();
    await visitor.page.keyboard.press("End");
    await stakeTokens("50");
    expect(await stakeOf(owner, POOL, 0)).toMatchObject({ amount: 100n * SEAL });
    expect(await stakeOf(owner, POOL, 1)).toMatchObject({ amount: 50n * SEAL });
    expect((await stakeOf(owner, POOL, 0))?.lockUntil).toBe(0);
    expect((await stakeOf(owner, POOL, 1))?.lockUntil).toBeGreaterThan(LONGEST_LOCK - 2);
  });

  it("lets somebody else vote, and takes that back", async () => {
    visitor = await arrive();
    const { owner, page } = visitor;
    await stakeTokens("10");
    const delegate = chainState().wallets[0]?.address ?? "";
    const dialog = page.getByRole("dialog");
    await position().getByRole("button", { name: "Delegate" }).click();
    await dialog.getByLabel("Delegate's address").fill("nobody");
    await dialog.getByText("This is no address").waitFor();
    await dialog.getByLabel("Delegate's address").fill(delegate);
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Delegate" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect((await stakeOf(owner, POOL))?.hasDelegate).toBe(true);
    await position().getByRole("button", { name: "Change delegate" }).click();
    await dialog.getByRole("button", { name: "Take it back" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect((await stakeOf(owner, POOL))?.hasDelegate).toBe(false);
  });
});

describe("rewards", () => {
  it("are paid to the unit that is shown", { timeout: 240_000 }, async () => {
    visitor = await arrive({ wallet: "alice" });
    const { owner } = visitor;
    const before = await balance(owner, "SEAL");
    const pending = position().getByRole("region", { name: "Pending rewards" });
    const claim = pending.getByRole("button", { name: "Claim", exact: true, disabled: false });
    await claim.waitFor({ timeout: EPOCH_MS });
    const shown = await pending.getByRole("definition").first().textContent();
    await claim.click();
    await confirmed();
    const paid = (await balance(owner, "SEAL")) - before;
    expect(paid > 0n).toBe(true);
    // An epoch may have ended between reading and executing: then it pays more than was read.
    const read = BigInt(Math.round(Number(shown?.replaceAll(",", "")) * 1e6));
    expect(paid >= read, `${amountText(paid, 6)} after ${shown}`).toBe(true);
    expect(paid < read * 2n + 10_000n * SEAL).toBe(true);
    await pending.getByText("0", { exact: true }).waitFor();
    const { page } = visitor;
    await page.getByRole("table", { name: "What epochs paid" }).waitFor({ state: "attached" });
    expect(
      await page.getByRole("table", { name: "What epochs paid" }).getByRole("row").count(),
    ).toBeGreaterThan(1);
  });

  it("can be staked as they are claimed", { timeout: 240_000 }, async () => {
    visitor = await arrive({ wallet: "bob" });
    const { owner } = visitor;
    const [held, before] = [await balance(owner, "SEAL"), await stakeOf(owner, POOL)];
    const again = position().getByRole("button", { name: "Claim and stake SEAL", disabled: false });
    await again.waitFor({ timeout: EPOCH_MS });
    await again.click();
    await confirmed();
    const after = await stakeOf(owner, POOL);
    expect(await balance(owner, "SEAL")).toBe(held);
    expect((after?.amount ?? 0n) > (before?.amount ?? 0n)).toBe(true);
    expect(after?.lockUntil).toBe(before?.lockUntil);
    await position()
      .getByText(`${exactAmount(after?.amount ?? 0n, 6)} SEAL`)
      .waitFor();
  });
});

describe("liquidity", () => {
  it("that is added can be staked, and comes back at once", async () => {
    const pool = chainState().pools.find(({ name }) => name === "tSOL/tUSDC");
    visitor = await visit({ path: `/pools/${pool?.address}`, byFaucet: true });
    const { page, owner } = visitor;
    const liquidity = page.getByRole("region", { name: "Liquidity" });
    await liquidity.getByLabel("Shard").selectOption("0");
    await liquidity.getByLabel("tSOL", { exact: true }).fill("1");
    await liquidity.getByRole("button", { name: "Add liquidity" }).click();
    await confirmed();
    await page
      .getByRole("region", { name: "Stake your liquidity" })
      .getByRole("link", { name: /in your wallet could be staked/ })
      .click();
    await page.getByRole("heading", { name: LIQUIDITY }).waitFor();
    await panel().getByRole("button", { name: "Max" }).click();
    const shares = await amount().inputValue();
    await panel().getByRole("button", { name: "Stake", exact: true }).click();
    await confirmed();
    const staked = (await stakeOf(owner, LIQUIDITY))?.amount ?? 0n;
    expect(amountText(staked, 6)).toBe(shares);

    await stake().getByRole("tab", { name: "Unstake" }).click();
    await panel().getByRole("button", { name: "Max" }).click();
    await panel().getByRole("button", { name: "Unstake", exact: true }).click();
    await confirmed();
    expect(await stakeOf(owner, LIQUIDITY)).toMatchObject({ amount: 0n, cooling: 0n });
    const [held] = await positionsOf(owner);
    expect(held).toMatchObject({ shard_index: 0, shares: String(staked) });
  });
});

describe("what goes wrong", () => {
  it("is said, and changes nothing", async () => {
    visitor = await arrive();
    const { owner, page } = visitor;
    await amount().fill("50000.000001");
    const short = panel().getByRole("button", { name: "Not enough SEAL" });
    await short.waitFor();
    expect(await short.isDisabled()).toBe(true);
    await amount().fill("1.0000001");
    await panel().getByRole("button", { name: "At most 6 decimal places" }).waitFor();

    await amount().fill("25");
    await tellWallet(page, "reject");
    await panel().getByRole("button", { name: "Stake", exact: true }).click();
    await page.getByText("You declined the request in your wallet").waitFor();
    expect(await balance(owner, "SEAL")).toBe(GIVEN);
    expect(await stakeOf(owner, POOL)).toBeNull();
    await tellWallet(page, "sign");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Confirmed").first().waitFor();
    expect((await stakeOf(owner, POOL))?.amount).toBe(25n * SEAL);
  });

  it("of an address that is no farm is said", async () => {
    visitor = await visit({ path: `/earn/${chainState().pools[0]?.address}`, connected: false });
    await visitor.page.getByRole("alert").filter({ hasText: "There is no such farm" }).waitFor();
  });
});

describe("the list of farms", () => {
  it("is in order, and shows what is mine as it comes", async () => {
    visitor = await visit({ path: "/earn", byFaucet: true });
    const { page } = visitor;
    const rows = page.getByRole("region", { name: "All farms" }).getByRole("row");
    await rows.nth(1).getByRole("link", { name: POOL }).waitFor();
    expect(await rows.count()).toBe(chainState().farms.length + 1);
    await rows.nth(1).getByRole("link", { name: POOL }).click();
    await stakeTokens("42");
    await page
      .getByRole("navigation", { name: "Main" })
      .getByRole("link", { name: "Earn" })
      .click();
    await rows.nth(1).getByText("42", { exact: true }).waitFor();
    await page.goto(`${new URL(page.url()).origin}/portfolio`);
    await page.getByRole("tab", { name: "Stakes (1)" }).click();
    await page.getByRole("region", { name: "Stakes" }).getByText("42 SEAL").waitFor();
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByRole("region", { name: "History" }).getByText("Staked").waitFor();
  });
});

describe("what has cooled down", () => {
  it("comes back", { timeout: 180_000 }, async () => {
    visitor = await visit({ path: `/earn/${farmOf(POOL)}`, key: leaver });
    const { owner } = visitor;
    await position()
      .getByRole("button", { name: "Withdraw", disabled: false })
      .click({ timeout: COOLDOWN_MS + 20_000 });
    await confirmed(LATE_MS);
    expect(await balance(owner, "SEAL")).toBe(GIVEN - 300n * SEAL);
    expect(await stakeOf(owner, POOL)).toMatchObject({ amount: 300n * SEAL, cooling: 0n });
    await position().getByRole("region", { name: "Cooling down" }).waitFor({ state: "hidden" });
  });
});
