/** What instructions would do now, computed here. */

import type { Address, Simulation } from "@/api/model";
import type { Exchange, Instruction } from "@/wasm/sealane_wasm";
import { EngineError, engineErrorOf } from "./explain";

export interface Simulated {
  simulation: Simulation | null;
  /** Why the chain would refuse, if so. */
  refusal: { message: string; hint: string | null } | null;
}

/** Simulates; what only a node can tell is neither a result nor a refusal. */
export function simulate(exchange: Exchange, instructions: Instruction[]): Simulated {
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
