/** One quote, asked for in four places: the browser's engine, the gateway, the Rust SDK, the chain. */

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Address, Blockhash } from "@solana/kit";
import type { Page } from "playwright-core";
import { buildTransaction, toBase64 } from "@/chain/transaction";
import type * as Wasm from "@/wasm/sealane_wasm";
import { amountIn, associatedToken } from "./chain";
import { chainState, environment, mintable } from "./environment";

export interface Request {
  mintIn: string;
  mintOut: string;
  amount: bigint;
  kind: "exact_in" | "exact_out";
  slippageBps: number;
}

/** A quote as everybody can tell it. */
export interface Quote {
  sent: bigint;
  received: bigint;
  minimumReceived: bigint;
  maximumSent: bigint;
  unspent: bigint;
  priceImpactBps: number;
  computeUnits: number;
  accounts: number;
  bytes: number;
  fees: { mint: string; lp: bigint; protocol: bigint; taker: bigint; transfer: bigint }[];
  leftovers: { mint: string; amount: bigint }[];
  /** The shard or the lanes, and what they are sent and give. */
  legs: { venue: string; counterparties: string[]; sent: bigint; received: bigint }[];
}

/** A quote, or the code of its refusal. */
export type Answer = Quote | string;

export interface BrowserAnswer {
  answer: Answer;
  instructions: { programId: string; accounts: Wasm.InstructionAccount[]; data: number[] }[];
  /** How long the route took. */
  milliseconds: number;
}

/** Numbers that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** From a ten-thousandth of a token to a hundred thousand tokens. */
const MAGNITUDES = [-4, 5] as const;

/** Requests among all tokens; one in fifteen makes no sense. */
export function requestsOf(count: number, random: () => number): Request[] {
  const [mints, { wallets }] = [mintable(), chainState()];
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  return Array.from({ length: count }, () => {
    const mintIn = pick(mints);
    const mintOut = pick(mints.filter((mint) => mint !== mintIn));
    const kind = random() < 0.5 ? "exact_in" : "exact_out";
    const { decimals } = kind === "exact_in" ? mintIn : mintOut;
    const magnitude = MAGNITUDES[0] + random() * (MAGNITUDES[1] - MAGNITUDES[0]);
    const amount = BigInt(Math.floor(10 ** (magnitude + decimals)));
    const slippageBps = Math.floor(random() * random() * 2_000);
    const request: Request = {
      mintIn: mintIn.address,
      mintOut: mintOut.address,
      amount,
      kind,
      slippageBps,
    };
    const nonsense: Partial<Request>[] = [
      { amount: 0n },
      { amount: 1n },
      { mintOut: mintIn.address },
      { mintIn: wallets[0]?.address ?? "" },
      { slippageBps: 10_001 },
    ];
    return random() < 1 / 15 ? { ...request, ...pick(nonsense) } : request;
  });
}

const PACKAGE = fileURLToPath(new URL("../../src/wasm/", import.meta.url));
const BARE = "/bare/";
const START = "start.js";
const START_SCRIPT = `
  import * as wasm from "${BARE}sealane_wasm.js";
  await wasm.default({ module_or_path: "${BARE}sealane_wasm_bg.wasm" });
  window.sealane = wasm;
`;

declare global {
  interface Window {
    sealane?: typeof Wasm;
  }
}

/** The web app's engine on a page without the app, fed by the gateway as the app's is. */
export async function askBrowser(
  page: Page,
  requests: Request[],
  owner: Address,
): Promise<BrowserAnswer[]> {
  await page.route(`**${BARE}*`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(BARE.length);
    return name === START
      ? route.fulfill({ contentType: "text/javascript", body: START_SCRIPT })
      : route.fulfill({ path: PACKAGE + name });
  });
  // Of the gateway, which the page may therefore connect to, and otherwise empty.
  await page.goto(`${environment.url}/health/live`);
  await page.addScriptTag({ url: BARE + START, type: "module" });
  await page.waitForFunction(() => window.sealane !== undefined);
  return page.evaluate(answersInPage, { requests, owner: owner as string });
}

/** Runs in the page. */
async function answersInPage({ requests, owner }: { requests: Request[]; owner: string }) {
  const { sealane } = window;
  if (!sealane) {
    throw new Error("the engine is not there");
  }
  const exchange = new sealane.Exchange();
  const socket = new WebSocket(`ws://${location.host}/api/v1/ws`);
  await new Promise<void>((resolve, reject) => {
    socket.onerror = () => reject(new Error("no connection to the gateway"));
    socket.onopen = () => socket.send('{"op":"subscribe","id":1,"channel":"accounts"}');
    socket.onmessage = (event) => {
      const message = JSON.parse(String(event.data)) as {
        op: string;
        data: { accounts: Wasm.AccountUpdate[] };
      };
      if (message.op === "snapshot") {
        exchange.applyAll(message.data.accounts);
        resolve();
      }
    };
  });
  socket.close();
  return requests.map(({ mintIn, mintOut, amount, kind, slippageBps }) => {
    const request = {
      ...{ mintIn, mintOut, amount, kind, trader: owner },
      slippageToleranceBps: slippageBps,
    };
    const started = performance.now();
    try {
      const route = exchange.route(request);
      const milliseconds = performance.now() - started;
      const { legs, priceImpactBps, leftovers, fees, transaction, ...rest } = route;
      const { sent, received, minimumReceived, maximumSent, unspent } = rest;
      const answer = {
        ...{ sent, received, minimumReceived, maximumSent, unspent, priceImpactBps },
        ...{ ...transaction, fees, leftovers },
        legs: legs.map((leg) => ({
          venue: leg.venue === "pool" ? leg.pool : leg.market,
          counterparties: leg.venue === "pool" ? [leg.shard] : leg.lanes,
          sent: leg.sent,
          received: leg.received,
        })),
      };
      const instructions = exchange
        .routeInstructions(route, { owner })
        .map((each) => ({ ...each, data: [...each.data] }));
      return { answer, instructions, milliseconds };
    } catch (thrown) {
      const milliseconds = performance.now() - started;
      const answer = String((thrown as { code?: string }).code ?? thrown);
      return { answer, instructions: [], milliseconds };
    }
  });
}

/** What the gateway and the SDK write alike, but for amounts: digits there, numbers here. */
interface Told<Amount extends string | number> {
  error?: { code: string };
  sent: Amount;
  received: Amount;
  minimum_received: Amount;
  maximum_sent: Amount;
  unspent: Amount;
  price_impact_bps: number;
  fees: { mint: string; lp: Amount; protocol: Amount; taker: Amount; transfer: Amount }[];
  leftovers: { mint: string; amount: Amount }[];
}

/** One of a pool has a shard, one of a market lanes. */
interface ToldLeg<Amount> {
  shard?: string;
  lanes?: string[];
  sent: Amount;
  received: Amount;
}

interface GatewayQuote extends Told<string> {
  compute_units: number;
  accounts: number;
  bytes: number;
  legs: (ToldLeg<string> & { venue: string })[];
}

interface SdkRoute extends Told<number> {
  transaction: { compute_units: number; accounts: number; bytes: number };
  legs: (ToldLeg<number> & { pool?: string; market?: string })[];
}

function sharedOf(told: Told<string> | Told<number>) {
  return {
    sent: BigInt(told.sent),
    received: BigInt(told.received),
    minimumReceived: BigInt(told.minimum_received),
    maximumSent: BigInt(told.maximum_sent),
    unspent: BigInt(told.unspent),
    priceImpactBps: told.price_impact_bps,
    fees: told.fees.map(({ mint, lp, protocol, taker, transfer }) => ({
      ...{ mint, lp: BigInt(lp), protocol: BigInt(protocol) },
      ...{ taker: BigInt(taker), transfer: BigInt(transfer) },
    })),
    leftovers: told.leftovers.map(({ mint, amount }) => ({ mint, amount: BigInt(amount) })),
  };
}

const legOf = (venue: string | undefined, leg: ToldLeg<string | number>) => ({
  venue: venue ?? "",
  counterparties: leg.shard ? [leg.shard] : (leg.lanes ?? []),
  sent: BigInt(leg.sent),
  received: BigInt(leg.received),
});

/** The gateway's `/quote`. */
export async function askGateway(request: Request, owner: Address): Promise<Answer> {
  const query = new URLSearchParams({
    input_mint: request.mintIn,
    output_mint: request.mintOut,
    amount: request.amount.toString(),
    mode: request.kind,
    slippage_bps: String(request.slippageBps),
    owner,
  });
  const response = await fetch(`${environment.url}/api/v1/quote?${query}`);
  const told = (await response.json()) as GatewayQuote;
  if (told.error) {
    return told.error.code;
  }
  const { compute_units: computeUnits, accounts, bytes } = told;
  const legs = told.legs.map((leg) => legOf(leg.venue, leg));
  return { ...sharedOf(told), computeUnits, accounts, bytes, legs };
}

/** The Rust SDK, which has fetched everything from the node. */
export async function askSdk(requests: readonly Request[], owner: Address): Promise<Answer[]> {
  const lines = requests.map(({ mintIn, mintOut, amount, kind, slippageBps }) =>
    [mintIn, mintOut, amount, kind, slippageBps, owner].join(" "),
  );
  const sdk = spawn(environment.quotes, [chainState().rpc_url], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  sdk.stdin.end(`${lines.join("\n")}\n`);
  const answers = (await text(sdk.stdout)).trim().split("\n");
  return answers.map((line) => {
    const told = JSON.parse(line) as SdkRoute;
    if (told.error) {
      return told.error.code;
    }
    const { compute_units: computeUnits, accounts, bytes } = told.transaction;
    const legs = told.legs.map((leg) => legOf(leg.pool ?? leg.market, leg));
    return { ...sharedOf(told), computeUnits, accounts, bytes, legs };
  });
}

/** What the instruction that sets the limit uses itself. */
const BUDGET_UNITS = 150;

/** What a wallet's balances become if the node executes the browser's transaction as it is now. */
export class Chain {
  #before: bigint[] = [];

  private constructor(
    readonly owner: Address,
    readonly mints: readonly string[],
    readonly accounts: readonly Address[],
  ) {}

  static async of(owner: Address): Promise<Chain> {
    const mints = mintable();
    const accounts = mints.map((mint) => associatedToken(owner, mint.symbol));
    const addresses = mints.map((mint) => mint.address);
    const chain = new Chain(owner, addresses, await Promise.all(accounts));
    const config = { encoding: "base64", commitment: "confirmed" };
    const { value } = await chain.#call("getMultipleAccounts", [chain.accounts, config]);
    chain.#before = value.map(({ data }: { data: [string, string] }) => amountIn(data));
    return chain;
  }

  /** By how much each token's balance changes, by mint; or why it is refused. */
  async changes(
    instructions: BrowserAnswer["instructions"],
    computeUnits: number,
  ): Promise<Map<string, bigint> | string> {
    const built = instructions.map((each) => ({ ...each, data: Uint8Array.from(each.data) }));
    const lifetime = { blockhash: this.owner as string as Blockhash, lastValidBlockHeight: 0n };
    const budget = { computeUnits: computeUnits + BUDGET_UNITS, microLamportsPerUnit: 0n };
    const transaction = buildTransaction(this.owner, built, lifetime, budget);
    const { value } = await this.#call("simulateTransaction", [
      toBase64(transaction),
      {
        encoding: "base64",
        commitment: "confirmed",
        sigVerify: false,
        replaceRecentBlockhash: true,
        accounts: { encoding: "base64", addresses: this.accounts },
      },
    ]);
    if (value.err) {
      return `${JSON.stringify(value.err)} ${value.logs?.slice(-3).join("; ")}`;
    }
    // Of accounts that the transaction does not name nothing is told.
    const changed = this.mints.map((mint, at) => {
      const [before, account] = [this.#before[at] ?? 0n, value.accounts[at]];
      return [mint, account ? amountIn(account.data) - before : 0n] as const;
    });
    return new Map(changed.filter(([, by]) => by !== 0n));
  }

  async #call(method: string, params: unknown[]) {
    const response = await fetch(chainState().rpc_url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = await response.json();
    if (error) {
      throw new Error(`${method}: ${error.message}`);
    }
    return result;
  }
}

/** What a wallet's balances have to become. */
export function changesOf(request: Request, quote: Quote): Map<string, bigint> {
  const changes = new Map([
    [request.mintIn, -quote.sent],
    [request.mintOut, quote.received],
  ]);
  for (const { mint, amount } of quote.leftovers) {
    changes.set(mint, (changes.get(mint) ?? 0n) + amount);
  }
  return changes;
}
