/** Where everything is that the tests run against. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

export const environment = {
  url: process.env.SEALANE_URL ?? "http://127.0.0.1:8080",
  state: process.env.SEALANE_STATE ?? `${repository}target/localnet/state.json`,
  cli: process.env.SEALANE_CLI ?? `${repository}target/debug/sealane`,
  quotes: process.env.SEALANE_QUOTES ?? `${repository}target/debug/examples/quotes`,
  chromium: process.env.SEALANE_CHROMIUM ?? "/usr/bin/chromium",
  shots: process.env.SEALANE_SHOTS,
};

interface State {
  rpc_url: string;
  mints: {
    symbol: string;
    address: string;
    decimals: number;
    mint_authority: string | null;
    token_program: string;
  }[];
  wallets: { name: string; address: string; keypair: string }[];
  pools: { name: string; address: string }[];
  markets: { name: string; address: string }[];
  farms: { name: string; address: string; stake_mint: string }[];
  realms: { name: string; address: string; treasury: string }[];
  programs: { name: string; address: string }[];
}

/** The tokens that a wallet can be given for a test: those to vote with have a fixed supply. */
export const mintable = (): State["mints"] =>
  chainState().mints.filter((mint) => mint.mint_authority !== null);

/** What the running chain says it is. */
export function chainState(): State {
  return JSON.parse(readFileSync(environment.state, "utf8")) as State;
}

export function mintOf(symbol: string) {
  const mint = chainState().mints.find((candidate) => candidate.symbol === symbol);
  if (!mint) {
    throw new Error(`the chain has no token ${symbol}`);
  }
  return mint;
}
