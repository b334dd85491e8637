/** What holds on every page: nothing that axe finds serious, nothing wider than the screen, no jumps. */

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { barriers } from "./support/axe";
import { type Visitor, visit, withBrowser } from "./support/browser";
import { chainState, environment } from "./support/environment";

withBrowser();

const TOKENS = { tSOL: 20, tUSDC: 2_000 };
const PATHS = {
  swap: "/swap",
  trade: "/trade",
  pools: "/pools",
  pool: `/pools/${chainState().pools[0]?.address}`,
  create: "/pools/create",
  earn: "/earn",
  farm: `/earn/${chainState().farms[0]?.address}`,
  govern: "/govern",
  propose: "/govern/new",
  portfolio: "/portfolio",
  learn: "/how-it-works",
  lost: "/no-such-page",
};
const SIZES = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
] as const;

/** The most that may move while a page loads: what is felt as a jump begins at a tenth. */
const MOST_SHIFT = 0.1;

/** How often the first page is loaded: whatever else the machine does, half of them are quick. */
const LOADS = 7;

let visitor: Visitor;

async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const state = window as unknown as { shift: number };
    state.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[]) {
        state.shift += entry.hadRecentInput ? 0 : entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

for (const theme of ["dark", "light"] as const) {
  for (const viewport of SIZES) {
    describe(`${theme}, ${viewport.width} px`, () => {
      it("every page can be read and used by everybody", async () => {
        visitor = await visit({ path: "/portfolio", tokens: TOKENS, theme, context: { viewport } });
        const { page } = visitor;
        await watchShifts(page);
        for (const [name, path] of Object.entries(PATHS)) {
          await page.goto(environment.url + path);
          await page.getByRole("main").waitFor();
          await page.waitForTimeout(900);
          if (name === "swap") {
            await page.getByLabel("You pay", { exact: true }).fill("12");
            await page.getByRole("button", { name: "Review swap" }).waitFor();
          }
          if (environment.shots) {
            const file = `${environment.shots}/${name}-${viewport.width}-${theme}.png`;
            await page.screenshot({ path: file, fullPage: viewport.width < 1000 });
          }
          expect(await barriers(page), name).toEqual([]);
          const wider = await page.evaluate(
            () => document.documentElement.scrollWidth - innerWidth,
          );
          expect(wider, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
          const shift = await page.evaluate(() => (window as unknown as { shift: number }).shift);
          expect(shift, `${name} jumps`).toBeLessThan(MOST_SHIFT);
        }
        expect(visitor.complaints).toEqual([]);
      });
    });
  }
}

describe("at 360 px", () => {
  it("long amounts are seen whole", async () => {
    visitor = await visit({
      path: "/swap?from=tSOL&to=tUSDX",
      connected: false,
      context: { viewport: SIZES[0] },
    });
    const { page } = visitor;
    for (const paid of ["0.000123456", "12.345678901", "98765.432109876"]) {
      await page.getByLabel("You pay", { exact: true }).fill(paid);
      await page.getByText(/^1 tSOL = /).waitFor();
      for (const label of ["You pay", "You receive"]) {
        const field = page.getByLabel(label, { exact: true });
        await field.and(page.locator(":not([aria-busy])")).waitFor();
        const hidden = await field.evaluate((input) => input.scrollWidth - input.clientWidth);
        expect(hidden, `${label} ${await field.inputValue()}`).toBeLessThanOrEqual(0);
      }
      if (environment.shots) {
        await page.screenshot({ path: `${environment.shots}/amount-${paid}.png` });
      }
    }
  });
});

describe("the first page", () => {
  it("can be used within two seconds", async () => {
    visitor = await visit({ path: "/swap", connected: false });
    const { page } = visitor;
    const times: number[] = [];
    for (let load = 0; load < LOADS; load += 1) {
      const started = Date.now();
      await page.goto(`${environment.url}/swap`);
      await page.getByLabel("You pay", { exact: true }).fill("1");
      await page.getByText(/^1 tSOL = /).waitFor();
      times.push(Date.now() - started);
    }
    times.sort((one, other) => one - other);
    expect(times[Math.floor(LOADS / 2)], `of ${times}`).toBeLessThan(2_000);
  });
});
