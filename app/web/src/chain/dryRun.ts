/** What instructions would do now, asked of the node: for those that somebody else has to sign. */

import type { Address, Base64EncodedWireTransaction, Blockhash } from "@solana/kit";
import { type FailureReader, failureWords } from "./errors";
import type { Rpc } from "./rpc";
import { MAX_UNITS } from "./simulate";
import {
  buildTransaction,
  type EngineInstruction,
  fromBase64,
  programsOf,
  toBase64,
} from "./transaction";

/** The node puts in one of its own. */
const NO_BLOCKHASH = "11111111111111111111111111111111" as Blockhash;
/** The node tells this many accounts at most. */
const MOST_ACCOUNTS = 100;

const TOKEN_PROGRAMS = new Set([
  "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
  "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
]);
/** The least that a token account has: with its mint, its owner, and its amount. */
const TOKEN_ACCOUNT_BYTES = 165;
const MINT_AT = 0;
const OWNER_AT = 32;
const AMOUNT_AT = 64;

/** An account that the instructions write. */
export interface Effect {
  address: Address;
  /** Lamports before and after. */
  lamports: [bigint, bigint];
  /** Of a token account. */
  token: { mint: Uint8Array; owner: Uint8Array; amounts: [bigint, bigint] } | null;
  /** Its bytes before and after; null where there is no account. */
  data: [Uint8Array | null, Uint8Array | null];
  program: Address | null;
}

export interface DryRun {
  computeUnits: number;
  /** Accounts that change, in the order in which the instructions name them. */
  effects: Effect[];
  /** Why it would be refused. */
  refusal: { message: string; hint: string | null } | null;
  logs: readonly string[];
}

interface AccountNow {
  owner: Address;
  lamports: bigint;
  data: readonly [string, string];
}

interface Known {
  owner: Address | null;
  lamports: bigint;
  data: Uint8Array | null;
}

function known(account: AccountNow | null | undefined): Known {
  return account
    ? { owner: account.owner, lamports: account.lamports, data: fromBase64(account.data[0]) }
    : { owner: null, lamports: 0n, data: null };
}

function amountIn({ owner, data }: Known): bigint | null {
  return owner && data && TOKEN_PROGRAMS.has(owner) && data.length >= TOKEN_ACCOUNT_BYTES
    ? new DataView(data.buffer, data.byteOffset).getBigUint64(AMOUNT_AT, true)
    : null;
}

function isSame(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null
    ? one === other
    : one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** What has become of an account; null if nothing. */
export function effectOf(address: Address, before: Known, after: Known): Effect | null {
  if (before.lamports === after.lamports && isSame(before.data, after.data)) {
    return null;
  }
  const amounts = [amountIn(before), amountIn(after)] as const;
  const holder = after.data ?? before.data;
  const isToken = holder !== null && amounts.some((amount) => amount !== null);
  return {
    address,
    lamports: [before.lamports, after.lamports],
    token: isToken
      ? {
          mint: holder.slice(MINT_AT, OWNER_AT),
          owner: holder.slice(OWNER_AT, AMOUNT_AT),
          amounts: [amounts[0] ?? 0n, amounts[1] ?? 0n],
        }
      : null,
    data: [before.data, after.data],
    program: after.owner ?? before.owner,
  };
}

/** Executes instructions as if everybody whom they name as a signer had signed. */
export async function dryRun(
  rpc: Rpc,
  payer: Address,
  instructions: readonly EngineInstruction[],
  readFailure: FailureReader | null,
): Promise<DryRun> {
  const accounts = instructions.flatMap((instruction) => instruction.accounts);
  const written = [
    ...new Set(accounts.filter(({ isWritable }) => isWritable).map(({ address }) => address)),
  ].slice(0, MOST_ACCOUNTS) as Address[];
  const transaction = buildTransaction(
    payer,
    instructions,
    { blockhash: NO_BLOCKHASH, lastValidBlockHeight: 0n },
    { computeUnits: MAX_UNITS, microLamportsPerUnit: 0n },
  );
  const options = { encoding: "base64", commitment: "confirmed" } as const;
  const before = await rpc.getMultipleAccounts(written, options).send();
  const { value } = await rpc
    .simulateTransaction(toBase64(transaction) as Base64EncodedWireTransaction, {
      ...options,
      replaceRecentBlockhash: true,
      sigVerify: false,
      accounts: { encoding: "base64", addresses: written },
    })
    .send();
  const logs = value.logs ?? [];
  if (value.err) {
    const failure = { error: value.err, logs, programs: programsOf(transaction) };
    const refusal = await failureWords(failure, readFailure);
    return { computeUnits: Number(value.unitsConsumed ?? 0), effects: [], refusal, logs };
  }
  const after = (value.accounts ?? []) as (AccountNow | null)[];
  const effects = written.flatMap((address, at) => {
    const effect = effectOf(
      address,
      known(before.value[at] as AccountNow | null),
      known(after[at]),
    );
    return effect ? [effect] : [];
  });
  return { computeUnits: Number(value.unitsConsumed ?? 0), effects, refusal: null, logs };
}
