/** What instructions would do now, computed here. */

import type { Address, Simulation } from "@/api/model";
import { rpcAt } from "@/chain/rpc";
import type { Exchange, Instruction } from "@/wasm/sealane_wasm";
import { EngineError, engineErrorOf } from "./explain";

export interface Simulated {
  simulation: Simulation | null;
  /** Why the chain would refuse, if so. */
  refusal: { message: string; hint: string | null } | null;
}

/** What was fetched by ourselves, and so is kept up to date by nobody. */
const fetched = new WeakMap<Exchange, Set<string>>();

/** The accounts that the gateway's channel does not carry: the wallet's own, above all. */
function walletAccounts(exchange: Exchange, instructions: Instruction[]): string[] {
  const known = fetched.get(exchange) ?? new Set<string>();
  fetched.set(exchange, known);
  for (const address of exchange.simulationAccounts(instructions)) {
    known.add(address);
  }
  const named = instructions.flatMap((instruction) => instruction.accounts);
  return [...new Set(named.map((account) => account.address))].filter((address) =>
    known.has(address),
  );
}

/** Fetches accounts as they are now, and feeds them. */
async function fetchAccounts(
  exchange: Exchange,
  addresses: readonly string[],
  rpcPath: string,
): Promise<void> {
  if (addresses.length === 0) {
    return;
  }
  const { context, value } = await rpcAt(rpcPath)
    .getMultipleAccounts(addresses as Address[], { encoding: "base64", commitment: "confirmed" })
    .send();
  addresses.forEach((address, at) => {
    const account = value[at];
    const { slot } = context;
    exchange.apply(
      account
        ? { address, slot, owner: account.owner, data: account.data[0] }
        : { address, slot, closed: true },
    );
  });
}

/** Simulates; what only a node can tell is neither a result nor a refusal. */
export async function simulate(
  exchange: Exchange,
  instructions: Instruction[],
  rpcPath: string,
): Promise<Simulated> {
  await fetchAccounts(exchange, walletAccounts(exchange, instructions), rpcPath);
  try {
    const report = exchange.simulate(instructions);
    const changes = report.balances.map((change) => ({
      account: change.account as Address,
      balance: change.balance,
      mint: (change.mint ?? null) as Address | null,
      owner: (change.owner ?? null) as Address | null,
      before: change.before,
      after: change.after,
    }));
    const { fills, computeUnits } = report;
    return { simulation: { changes, fills: fills.length, computeUnits }, refusal: null };
  } catch (thrown) {
    const error = engineErrorOf(thrown);
    const isUnknown = error instanceof EngineError && UNKNOWN.has(error.code);
    const hint = error instanceof EngineError ? error.hint : null;
    return { simulation: null, refusal: isUnknown ? null : { message: error.message, hint } };
  }
}

/** Codes that say nothing of what the chain will do. */
const UNKNOWN = new Set(["not_simulated", "unknown_account", "not_ready"]);
