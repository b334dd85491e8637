/** Pages of a real browser, each in a profile of its own. */

import type { Address } from "@solana/kit";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { fund, fundByFaucet } from "./chain";
import { environment } from "./environment";
import { installWallet, keyOf, newKey, type TestKey, WALLET_NAME } from "./wallet";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How long anything on a page may take on a busy machine. */
const STEP_MS = 12_000;

let browser: Browser;
/** Who visits in the present test. */
const visitors: Visitor[] = [];

/** Starts the browser for a file's tests, and closes each test's pages. */
export function withBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: environment.chromium, args: FLAGS });
  });
  afterEach(async ({ task }) => {
    const hasFailed = task.result?.state === "fail";
    await Promise.all(visitors.splice(0).map((visitor) => leave(visitor, hasFailed)));
  });
  afterAll(async () => {
    await browser.close();
  });
}

export interface Visitor {
  page: Page;
  owner: Address;
  /** To come back with. */
  key: TestKey;
  /** What the page complained about. */
  complaints: string[];
  close: () => Promise<void>;
}

interface VisitOptions {
  path: string;
  tokens?: Readonly<Record<string, number>>;
  /** Whether the wallet gets what the faucet gives, in place of named tokens. */
  byFaucet?: boolean;
  /** One of the chain's own wallets, with what it has, in place of a new one. */
  wallet?: string;
  /** Of somebody who was here before, with what is left, in place of a new one. */
  key?: TestKey;
  theme?: "dark" | "light";
  /** Whether the wallet is connected on arrival. */
  connected?: boolean;
  /** Whether the browser has never been here. */
  isFirst?: boolean;
  context?: BrowserContextOptions;
}

/** Closes a visitor's page; after a failure says first what the page said. */
async function leave(visitor: Visitor, hasFailed: boolean): Promise<void> {
  if (hasFailed) {
    const said = await visitor.page.locator("[data-sonner-toast], [role=alert]").allInnerTexts();
    console.log("the page said:", [...said, ...visitor.complaints]);
  }
  await visitor.close();
}

/** Puts away that something was confirmed, so that the next time is seen. */
export async function putAway(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Close toast" }).first().click();
  await page.getByText("Confirmed").first().waitFor({ state: "hidden" });
}

/** Somebody with a funded wallet who opens a page. */
export async function visit(options: VisitOptions): Promise<Visitor> {
  const { path, tokens = {}, theme = "dark", connected = true, isFirst = false } = options;
  const known = options.key ?? (options.wallet ? await keyOf(options.wallet) : null);
  const key = known ?? (await newKey());
  if (options.byFaucet) {
    await fundByFaucet(key.address);
  } else if (connected && !known) {
    await fund(key.address, tokens);
  }
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    colorScheme: theme,
    ...options.context,
  });
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") {
      complaints.push(message.text());
    }
  });
  const visitor = { page, owner: key.address, key, complaints, close: () => context.close() };
  visitors.push(visitor);
  await installWallet(page, key);
  await page.addInitScript(
    ({ wallet, theme: chosen, hasSeenGuide }) => {
      const settings = { state: { theme: chosen, hasSeenGuide }, version: 1 };
      localStorage.setItem("sealane.settings", JSON.stringify(settings));
      localStorage.setItem("sealane.theme", chosen);
      if (wallet) {
        localStorage.setItem("sealane.wallet", wallet);
      }
    },
    { wallet: connected ? WALLET_NAME : null, theme, hasSeenGuide: !isFirst },
  );
  await page.goto(environment.url + path);
  if (connected) {
    await page.getByRole("button", { name: WALLET_NAME }).waitFor();
  }
  return visitor;
}
