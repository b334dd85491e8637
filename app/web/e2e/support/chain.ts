/** The chain as tests see it: funding wallets, and reading what is really there. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  type Address,
  address,
  createSolanaRpc,
  decompileTransactionMessage,
  getAddressEncoder,
  getBase64Encoder,
  getCompiledTransactionMessageDecoder,
  getProgramDerivedAddress,
  getSignatureFromTransaction,
  getTransactionDecoder,
} from "@solana/kit";
import { chainState, environment, mintOf } from "./environment";

const run = promisify(execFile);
const ASSOCIATED_TOKEN_PROGRAM = address("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
/** Base units of a whole tSOL, and of a whole tUSDC. */
export const SOL = 10n ** 9n;
export const USDC = 10n ** 6n;

/** Where a token account keeps its amount. */
const AMOUNT_OFFSET = 64;

const rpc = createSolanaRpc(`${environment.url}/rpc`);

async function cli(wallet: string, ...line: string[]): Promise<void> {
  const state = chainState();
  const keypair = state.wallets.find((candidate) => candidate.name === wallet)?.keypair ?? "";
  await run(environment.cli, ["--url", state.rpc_url, "--keypair", keypair, ...line]);
}

/** Tries again what a busy chain refused. */
async function again(attempt: () => Promise<void>): Promise<void> {
  await attempt().catch(attempt);
}

/** Gives a wallet SOL and whole tokens. */
export async function fund(
  owner: Address,
  tokens: Readonly<Record<string, number>>,
  sol = 2,
): Promise<void> {
  await again(() => cli("maker", "faucet", "sol", String(sol), "--to", owner));
  for (const [symbol, amount] of Object.entries(tokens)) {
    await again(async () => {
      if ((await balance(owner, symbol)) === 0n) {
        const { address: mint } = mintOf(symbol);
        await cli("maker", "faucet", "token", mint, String(amount), "--to", owner);
      }
    });
  }
}

/** Asks the faucet: of tokens that nobody can mint it gives what it has. */
export async function fundByFaucet(owner: Address): Promise<void> {
  await again(async () => {
    const response = await fetch(`${environment.url}/faucet`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ owner }),
    });
    if (!response.ok) {
      throw new Error(`the faucet said ${response.status}: ${await response.text()}`);
    }
  });
}

export async function associatedToken(owner: Address, symbol: string): Promise<Address> {
  const mint = mintOf(symbol);
  const encoder = getAddressEncoder();
  const seeds = [owner, address(mint.token_program), address(mint.address)].map((each) =>
    encoder.encode(each),
  );
  const [derived] = await getProgramDerivedAddress({
    programAddress: ASSOCIATED_TOKEN_PROGRAM,
    seeds,
  });
  return derived;
}

/** What a wallet's associated account holds on the chain; nothing where there is no account. */
export async function balance(owner: Address, symbol: string): Promise<bigint> {
  const account = await associatedToken(owner, symbol);
  const { value } = await rpc
    .getAccountInfo(account, { encoding: "base64", commitment: "confirmed" })
    .send();
  return value ? amountIn(value.data) : 0n;
}

/** What a token account holds, by its bytes in base64. */
export function amountIn([data]: readonly [string, string]): bigint {
  const bytes = Uint8Array.from(getBase64Encoder().encode(data));
  return new DataView(bytes.buffer).getBigUint64(AMOUNT_OFFSET, true);
}

export async function lamports(owner: Address): Promise<bigint> {
  return (await rpc.getBalance(owner, { commitment: "confirmed" }).send()).value;
}

export interface LaneNow {
  lane: string;
  base_free: string;
  quote_free: string;
  base_locked: string;
  quote_locked: string;
  orders: { side: string; price: string; size: string; expires_at: number }[];
}

/** An owner's lanes. */
export async function lanesOf(owner: Address): Promise<LaneNow[]> {
  const response = await fetch(`${environment.url}/api/v1/portfolio/${owner}`);
  return ((await response.json()) as { lanes: LaneNow[] }).lanes;
}

/** An owner's liquidity. */
export async function positionsOf(
  owner: Address,
): Promise<{ shard_index: number; shares: string }[]> {
  const response = await fetch(`${environment.url}/api/v1/portfolio/${owner}`);
  return ((await response.json()) as { lp: { shard_index: number; shares: string }[] }).lp;
}

const COMPUTE_BUDGET = "ComputeBudget111111111111111111111111111111";
const SET_UNIT_LIMIT = 2;

/** The compute units that a confirmed transaction allowed itself, and those that it used. */
export async function computeOf(wire: Uint8Array): Promise<{ limit: number; used: number }> {
  const transaction = getTransactionDecoder().decode(wire);
  const compiled = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes);
  const { instructions } = decompileTransactionMessage(compiled);
  const budget = instructions.find(
    (each) => each.programAddress === COMPUTE_BUDGET && each.data?.[0] === SET_UNIT_LIMIT,
  );
  const limit = new DataView(Uint8Array.from(budget?.data ?? []).buffer).getUint32(1, true);
  const signature = getSignatureFromTransaction(transaction);
  const node = createSolanaRpc(chainState().rpc_url);
  const config = { commitment: "confirmed", encoding: "json" } as const;
  const record = await node
    .getTransaction(signature, { ...config, maxSupportedTransactionVersion: 0 })
    .send();
  return { limit, used: Number(record?.meta?.computeUnitsConsumed) };
}

/** Somebody with many tokens sells so many of them, wherever that brings most. */
export async function sellAll(from: string, to: string, amount: number): Promise<void> {
  const [sold, bought] = [mintOf(from).address, mintOf(to).address];
  await cli("maker", "swap", String(amount), sold, bought, "--slippage-bps", "9000", "--yes");
}

/** Waits until so many more blocks have been made. */
export async function blocksPass(count: bigint): Promise<void> {
  const height = () => rpc.getBlockHeight({ commitment: "confirmed" }).send();
  const until = (await height()) + count;
  while ((await height()) < until) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** A market's bids, best first, as they are now: other tests have traded with them. */
export async function bids(): Promise<{ price: string; size: string }[]> {
  const market = chainState().markets[0]?.address;
  const response = await fetch(`${environment.url}/api/v1/markets/${market}/book?depth=20`);
  return ((await response.json()) as { bids: { price: string; size: string }[] }).bids;
}
