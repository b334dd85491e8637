/** What holds on every page: nothing that axe finds serious, nothing wider than the screen, no jumps. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { leave, type Visitor, visit, withBrowser } from "./support/browser";
import { chainState, environment } from "./support/environment";

withBrowser();

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TOKENS = { tSOL: 20, tUSDC: 2_000 };
const PATHS = {
  swap: "/swap",
  trade: "/trade",
  pools: "/pools",
  pool: `/pools/${chainState().pools[0]?.address}`,
  create: "/pools/create",
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

let visitor: Visitor;

afterEach(async ({ task }) => {
  await leave(visitor, task.result?.state === "fail");
});

/** What axe finds that keeps somebody out. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<unknown> } }).axe.run(),
  );
  return (results as AxeResults).violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)}`),
    );
}

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

describe("the first page", () => {
  it("can be used within two seconds", async () => {
    visitor = await visit({ path: "/swap", connected: false });
    const started = Date.now();
    await visitor.page.goto(`${environment.url}/swap`);
    await visitor.page.getByLabel("You pay", { exact: true }).fill("1");
    await visitor.page.getByText(/^1 tSOL = /).waitFor();
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});
