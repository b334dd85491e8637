/** Dialogs and filled-in forms can be read and used by everybody, in both themes. */

import { describe, expect, it } from "vitest";
import { barriers } from "./support/axe";
import { type Visitor, visit, withBrowser } from "./support/browser";
import { chainState, environment } from "./support/environment";
import { farmOf } from "./support/stakes";

withBrowser();

const TOKENS = { tSOL: 20, tUSDC: 2_000 };
const [POOL] = chainState().pools;

let visitor: Visitor;

for (const theme of ["dark", "light"] as const) {
  describe(theme, () => {
    const inDialog = () => visitor.page.getByRole("dialog");

    async function expectOpenToAll(name: string): Promise<void> {
      // What fades in has its colours only then.
      await visitor.page.waitForTimeout(400);
      if (environment.shots) {
        await visitor.page.screenshot({ path: `${environment.shots}/${name}-${theme}.png` });
      }
      expect(await barriers(visitor.page), name).toEqual([]);
    }

    async function close(): Promise<void> {
      await visitor.page.keyboard.press("Escape");
      await inDialog().waitFor({ state: "hidden" });
    }

    it("the first visit, wallets, settings and tokens", async () => {
      visitor = await visit({ path: "/swap", theme, connected: false, isFirst: true });
      const { page } = visitor;
      await inDialog().getByText("Welcome to Sealane").waitFor();
      await expectOpenToAll("guide");
      await inDialog().getByRole("button", { name: "Connect a wallet" }).click();
      await inDialog().getByRole("button", { name: "Test wallet" }).waitFor();
      await expectOpenToAll("wallets");
      await close();
      await page.getByRole("banner").getByRole("button", { name: "Settings" }).click();
      await inDialog().getByText("Slippage", { exact: false }).first().waitFor();
      await expectOpenToAll("settings");
      await close();
      await page.getByRole("button", { name: /^You receive/ }).click();
      await inDialog().getByPlaceholder("Name, symbol or address").waitFor();
      await expectOpenToAll("tokens");
    });

    it("the last look at a swap, one that is refused among them", async () => {
      visitor = await visit({ path: "/swap?from=tSOL&to=tUSDC", theme, tokens: TOKENS });
      const { page } = visitor;
      await page.getByLabel("You pay", { exact: true }).fill("2");
      await page.getByRole("button", { name: "Review swap" }).click();
      const confirm = inDialog().getByRole("button", { name: "Confirm swap", disabled: false });
      await confirm.waitFor();
      await expectOpenToAll("review");
      await page.evaluate(() => {
        window.sealaneTestWallet.behaviour = "reject";
      });
      await confirm.click();
      await inDialog().getByRole("alert").waitFor();
      await expectOpenToAll("review-refused");
    });

    it("a lane: opened, filled and emptied", async () => {
      visitor = await visit({ path: "/trade", theme, tokens: TOKENS });
      const account = visitor.page.getByRole("region", { name: "Your orders and balances" });
      await account.getByRole("tab", { name: "Lane" }).click();
      await account.getByRole("button", { name: "Open and fund a lane" }).click();
      await inDialog().getByLabel("tUSDC").fill("300");
      await expectOpenToAll("lane-open");
      await inDialog().getByRole("button", { name: "Open lane" }).click();
      await inDialog().waitFor({ state: "hidden" });
      for (const name of ["Deposit", "Withdraw"]) {
        await account.getByRole("button", { name, exact: true }).click();
        await inDialog().getByLabel("tUSDC").fill("9999");
        await expectOpenToAll(`lane-${name.toLowerCase()}`);
        await close();
      }
    });

    it("a stake, and a proposal of every kind", async () => {
      visitor = await visit({ path: `/earn/${farmOf("SEAL stake pool")}`, theme, byFaucet: true });
      const { page } = visitor;
      const stake = page.getByRole("region", { name: "Stake", exact: true });
      await stake.getByLabel("Amount", { exact: true }).fill("60000");
      await stake.getByRole("slider").press("End");
      await expectOpenToAll("stake-short");
      await stake.getByLabel("Amount", { exact: true }).fill("600");
      await stake.getByRole("button", { name: "Stake", exact: true }).click();
      await page.getByText("Confirmed").first().waitFor();
      await page.getByRole("region", { name: "Pending rewards" }).waitFor();
      await expectOpenToAll("position");
      await page.getByRole("button", { name: "Delegate" }).click();
      await inDialog().getByLabel("Delegate's address").fill("nobody");
      await expectOpenToAll("delegate");
      await page.goto(`${environment.url}/govern/new`);
      for (const kind of ["Pool fee", "Pause", "Transfer", "Text only", "Custom"]) {
        await page.getByRole("radio", { name: kind }).click();
        await page.getByLabel("Title").fill(`About ${kind}`);
        await expectOpenToAll(`propose-${kind.replace(" ", "-").toLowerCase()}`);
      }
    });

    it("liquidity, in and out, and a new pool", async () => {
      visitor = await visit({ path: `/pools/${POOL?.address}`, theme, tokens: TOKENS });
      const { page } = visitor;
      const liquidity = page.getByRole("region", { name: "Liquidity" });
      await liquidity.getByLabel("tSOL", { exact: true }).fill("1");
      await expectOpenToAll("add");
      await liquidity.getByRole("button", { name: "Add liquidity" }).click();
      await page.getByText("Confirmed").first().waitFor();
      await liquidity.getByRole("tab", { name: "Remove" }).click();
      await liquidity.getByRole("button", { name: "50%", exact: true }).click();
      await expectOpenToAll("remove");
      await page.goto(`${environment.url}/pools/create`);
      await page.getByRole("button", { name: /^Base token/ }).click();
      await page.getByPlaceholder("Name, symbol or address").fill("tSOL");
      await page.keyboard.press("Enter");
      await page.getByRole("radio", { name: /stable/i }).click();
      await expectOpenToAll("create");
    });
  });
}
