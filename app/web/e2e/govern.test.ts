/** Proposals from the first word to what they do: balances are asserted on the chain. */

import type { Address } from "@solana/kit";
import { beforeAll, describe, expect, it } from "vitest";
import { barriers } from "./support/axe";
import { putAway, type Visitor, visit, withBrowser } from "./support/browser";
import { balance, lamports, SOL } from "./support/chain";
import { chainState, environment } from "./support/environment";
import { electorate, proposalNow, votesNow } from "./support/votes";
import { newKey, tellWallet } from "./support/wallet";

withBrowser();

const POOL = "SEAL stake pool";
const SEAL = 10n ** 6n;
/** The first epoch may have to end. */
const START_MS = 120_000;
const TIME_LOCK_MS = 60_000;
/** How long anything takes, and what has to wait for the clock of a busy chain as well. */
const STEP_MS = 12_000;
const LATE_MS = 40_000;

beforeAll(() => electorate(POOL), START_MS);

const arrive = (path: string, wallet: string) => visit({ path, wallet });
const button = ({ page }: Visitor, name: string | RegExp) =>
  page.getByRole("button", { name, disabled: false });
const region = ({ page }: Visitor, name: string) => page.getByRole("region", { name, exact: true });

async function confirmed({ page }: Visitor, timeout = STEP_MS): Promise<void> {
  await page.getByText("Confirmed").first().waitFor({ timeout });
  await putAway(page);
}

/** Waits until a proposal's page is there, and tells which one. */
async function arrived({ page }: Visitor): Promise<string> {
  await page.waitForURL(/\/govern\/[1-9A-HJ-NP-Za-km-z]{32,44}$/, { timeout: 40_000 });
  const said = page.getByRole("button", { name: "Close toast" });
  while ((await said.count()) > 0) {
    await said.first().click();
    await page.waitForTimeout(300);
  }
  return page.url().split("/").at(-1) ?? "";
}

async function write(visitor: Visitor, kind: string, title: string): Promise<void> {
  const { page } = visitor;
  await page.getByRole("radio", { name: kind }).click();
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Why").fill(`Because of a test.\n\nIt is ${title}.`);
}

async function vote(visitor: Visitor, body: RegExp, choice: string): Promise<void> {
  const form = visitor.page.getByRole("form", { name: body });
  await form.getByRole("radio", { name: choice, exact: true }).click();
  await form.getByRole("button", { name: new RegExp(`^(Vote|Change to) ${choice}$`) }).click();
  await confirmed(visitor);
}

const STAKERS = /what you staked/;
const COUNCIL = /member of the council/;

/** One whose time-lock runs while other tests do, and who it pays. */
let proposal: string;
let receiver: Address;

describe("a proposal", () => {
  it("is made, voted and decided early", { timeout: 120_000 }, async () => {
    const alice = await arrive("/govern/new", "alice");
    const { page } = alice;
    receiver = (await newKey()).address;
    await write(alice, "Transfer", `A thousand SEAL for ${receiver.slice(0, 4)}`);
    await page.getByLabel("Token of the treasury").selectOption({ label: "SEAL: 1,000,000" });
    await page.getByLabel("Amount", { exact: true }).fill("1000");
    await page.getByLabel(/^Who gets it/).fill(receiver);
    await button(alice, "Dry run").click();
    await page.getByText(/^Executed now, it would go through/).waitFor();
    await page.getByRole("list", { name: "What it changes" }).getByText("−1,000 SEAL").waitFor();
    expect(await barriers(page)).toEqual([]);
    await button(alice, "Propose and open voting").click();
    proposal = await arrived(alice);
    await page.getByText("Voting", { exact: true }).first().waitFor();
    expect((await proposalNow(proposal)).state).toBe("voting");

    await vote(alice, STAKERS, "Yes");
    await vote(alice, COUNCIL, "Abstain");
    const bob = await arrive(`/govern/${proposal}`, "bob");
    await vote(bob, STAKERS, "Yes");
    const after = await proposalNow(proposal);
    const cast = (await votesNow(proposal)).filter(({ body }) => body === "community");
    expect(cast.length).toBe(2);
    const sum = cast.reduce((total, { weight }) => total + BigInt(weight), 0n);
    expect(after.tally.approving).toBe(String(sum));
    await bob.page.getByText("As it stands, it passes.").waitFor();

    await button(bob, "Decide now").click();
    await confirmed(bob);
    await bob.page.getByText(/^Can be executed in \d+s$|^Can be executed in 1m$/).waitFor();
    const execute = bob.page.getByRole("button", { name: /^Execute/ });
    expect(await execute.count()).toBe(0);
    expect(await balance(receiver, "SEAL")).toBe(0n);
    expect(alice.complaints).toEqual([]);
  });

  it("with options can be voted on anew, and be taken back", { timeout: 120_000 }, async () => {
    const alice = await arrive("/govern/new", "alice");
    const { page } = alice;
    await write(alice, "Text only", "Which colour");
    await page.getByRole("textbox", { name: "Option 1" }).fill("Red");
    await button(alice, "Another option").click();
    await page.getByRole("button", { name: "Name every option" }).waitFor();
    await page.getByRole("textbox", { name: "Option 2" }).fill("Blue");
    await button(alice, "Propose and open voting").click();
    const proposal = await arrived(alice);
    const form = page.getByRole("form", { name: STAKERS });
    await form.getByRole("radio", { name: "Yes", exact: true }).click();
    await form.getByRole("button", { name: "Choose an option" }).waitFor();
    await form.getByRole("radio", { name: "Blue" }).click();
    await form.getByRole("button", { name: "Vote Blue" }).click();
    await confirmed(alice);
    const own = async () =>
      (await votesNow(proposal)).find(
        ({ owner, body }) => owner === alice.owner && body === "community",
      );
    expect((await own())?.ballot).toEqual({ kind: "yes", options: [1] });
    await vote(alice, STAKERS, "No");
    expect((await own())?.ballot).toMatchObject({ kind: "no" });
    await page.goto(`${environment.url}/portfolio`);
    await page.getByRole("tab", { name: /^Votes/ }).click();
    await region(alice, "Votes").getByText("Which colour").waitFor();
    await page.goBack();
    await button(alice, "Take the vote back").click();
    await confirmed(alice);
    expect(await own()).toBeUndefined();

    await button(alice, "Cancel the proposal").click();
    await confirmed(alice);
    await page.getByText("Cancelled", { exact: true }).waitFor();
    expect((await proposalNow(proposal)).state).toBe("cancelled");
    await page.goto(`${environment.url}/govern?filter=failed`);
    await page.getByRole("link", { name: "Which colour" }).waitFor();
    await page.getByRole("radio", { name: "Open" }).click();
    await page.getByRole("link", { name: "Which colour" }).waitFor({ state: "hidden" });
  });

  it("that stops on its way goes on from there", { timeout: 120_000 }, async () => {
    const alice = await arrive("/govern/new", "alice");
    const { page } = alice;
    await write(alice, "Text only", "A long one");
    await page.getByLabel("Why").fill("Word by word. ".repeat(200));
    await page.evaluate(() => {
      const log = window.sealaneTestWallet;
      const stop = setInterval(() => {
        if (log.requests === 1) {
          log.behaviour = "reject";
          clearInterval(stop);
        }
      }, 5);
    });
    await button(alice, "Propose and open voting").click();
    await page.getByText("You declined the request in your wallet").waitFor();
    await tellWallet(page, "sign");
    await button(alice, /^Go on: transaction 2 of/).click();
    const proposal = await arrived(alice);
    expect((await proposalNow(proposal)).state).toBe("voting");
    await page.getByText(/^Word by word\. Word by word\./).waitFor();
    await button(alice, "Cancel the proposal").click();
    await confirmed(alice);
  });
});

describe("what goes wrong", () => {
  it("is said before anything is signed", async () => {
    const visitor = await visit({ path: "/govern/new", byFaucet: true });
    const { page } = visitor;
    await write(visitor, "Transfer", "Everything for me");
    await page.getByLabel("Amount", { exact: true }).fill("1000000000");
    await page.getByLabel(/^Who gets it/).fill(visitor.owner);
    await page.getByRole("button", { name: /^The treasury has less/ }).waitFor();
    await write(visitor, "Custom", "Something else");
    await page.getByLabel("Program").fill("11111111111111111111111111111111");
    await page
      .getByLabel(/^Accounts, one a line/)
      .fill(`${chainState().realms[0]?.treasury} signer writable\n${visitor.owner} writable`);
    await page.getByLabel("Data, hexadecimal").fill("02000000 00ffffffffffffff");
    await button(visitor, "Dry run").click();
    await page.getByText(/^Executed now, it would be refused/).waitFor();
    expect(await page.evaluate(() => window.sealaneTestWallet.requests)).toBe(0);
  });
});

describe("a proposal whose time-lock is over", () => {
  it("is executed by anybody, and its deposit comes back", { timeout: 180_000 }, async () => {
    const bob = await arrive(`/govern/${proposal}`, "bob");
    // Creating the receiver's account, and the transfer: one after the other.
    for (let at = 1; at <= 2; at += 1) {
      await button(bob, `Execute instruction ${at} of 2`).click({ timeout: TIME_LOCK_MS + 20_000 });
      await confirmed(bob, LATE_MS);
    }
    await bob.page.getByText("Completed", { exact: true }).waitFor();
    expect(await balance(receiver, "SEAL")).toBe(1_000n * SEAL);

    const alice = await arrive(`/govern/${proposal}`, "alice");
    const before = await lamports(alice.owner);
    await button(alice, "Take the deposit back: 1 SOL").click();
    await confirmed(alice);
    const back = (await lamports(alice.owner)) - before;
    expect(back <= SOL && back > SOL - SOL / 1_000n).toBe(true);
  });
});
