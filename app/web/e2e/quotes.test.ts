/** A quote is the same wherever it is asked for, and is what the chain does. */

import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";
import { visit, withBrowser } from "./support/browser";
import { mintable } from "./support/environment";
import {
  askBrowser,
  askGateway,
  askSdk,
  type BrowserAnswer,
  Chain,
  changesOf,
  type Request,
  randomOf,
  requestsOf,
} from "./support/quotes";

withBrowser();

/** How many, and drawn from what: another number for another set. */
const COUNT = Number(process.env.SEALANE_QUOTE_COUNT ?? 500);
const SEED = Number(process.env.SEALANE_QUOTE_SEED ?? Date.now() % 2 ** 32);
/** So many of ten have to be quotes, not refusals. */
const LEAST_QUOTED = 0.8;
/** Whole tokens: more than any trade here can take. */
const FUNDS = 100_000_000;

const shown = (value: unknown) =>
  JSON.stringify(value, (_, inner) =>
    typeof inner === "bigint" ? `${inner}` : inner instanceof Map ? [...inner] : inner,
  );

it("browser, gateway, Rust SDK and chain agree to the unit", { timeout: 120_000 }, async () => {
  const tokens = Object.fromEntries(mintable().map(({ symbol }) => [symbol, FUNDS]));
  const { owner, page } = await visit({ path: "/how-it-works", tokens });
  const requests = requestsOf(COUNT, randomOf(SEED));
  const chain = await Chain.of(owner);
  const browser = await askBrowser(page, requests, owner);
  const sdk = await askSdk(requests, owner);

  const differences: string[] = [];
  const codes = new Map<string, number>();
  let [quoted, split, overLanes] = [0, 0, 0];
  const compare = (whose: string, request: Request, actual: unknown, expected: unknown) => {
    if (!isDeepStrictEqual(actual, expected)) {
      differences.push(`${whose}, ${shown(request)}: ${shown(actual)}, not ${shown(expected)}`);
    }
  };
  for (const [at, request] of requests.entries()) {
    const { answer, instructions } = browser[at] as BrowserAnswer;
    compare("gateway", request, await askGateway(request, owner), answer);
    compare("SDK", request, sdk[at], answer);
    if (typeof answer === "string") {
      codes.set(answer, (codes.get(answer) ?? 0) + 1);
      continue;
    }
    const executed = await chain.changes(instructions, answer.computeUnits);
    compare("chain", request, executed, changesOf(request, answer));
    quoted += 1;
    split += answer.legs.length > 1 ? 1 : 0;
    overLanes += answer.legs.some((leg) => leg.counterparties.length > 1) ? 1 : 0;
  }
  const summary = `seed ${SEED}: ${quoted} of ${COUNT} quoted, ${split} in several trades, ${overLanes} with several lanes; refused: ${shown(codes)}`;
  const times = browser.map((each) => each.milliseconds).sort((one, other) => one - other);
  const part = (share: number) => times[Math.floor(share * (COUNT - 1))]?.toFixed(1);
  console.log(`${summary}; in the browser ${part(0.5)} ms, 95%: ${part(0.95)} ms`);
  expect(differences.slice(0, 5), `${differences.length} differ; ${summary}`).toEqual([]);
  expect(quoted, summary).toBeGreaterThanOrEqual(COUNT * LEAST_QUOTED);
  expect(Math.min(split, overLanes, codes.size - 2), summary).toBeGreaterThan(0);
});
