/** Swaps as transactions, built in this browser from the route that is shown. */

import type { QuoteRequest, Route, Simulation } from "@/api/model";
import { withMargin } from "@/chain/simulate";
import type { Prepared } from "@/transactions/run";
import type { Instruction } from "@/wasm/sealane_wasm";
import { exchange } from "./exchange";
import { engineErrorOf } from "./explain";
import { finish, type PrepareContext } from "./prepare";
import { bestRoute } from "./route";
import { simulate } from "./simulate";

export interface PreparedSwap {
  prepared: Prepared;
  /** What the transaction does, and within which bound. */
  route: Route;
  simulation: Simulation | null;
  /** Why the chain would refuse it now, if so. */
  refusal: { message: string; hint: string | null } | null;
}

/** Builds a swap of the best route there is now. */
export async function prepareSwap(
  request: QuoteRequest,
  context: PrepareContext,
): Promise<PreparedSwap> {
  const engine = await exchange();
  let route: Route;
  let instructions: Instruction[];
  try {
    const best = bestRoute(engine, { ...request, owner: context.owner });
    route = best.route;
    instructions = engine.routeInstructions(best.wasm, { owner: context.owner });
  } catch (thrown) {
    throw engineErrorOf(thrown);
  }
  const { simulation, refusal } = await simulate(engine, instructions, context.config.rpcPath);
  const units = Math.max(route.computeUnits, withMargin(simulation?.computeUnits ?? 0));
  return { prepared: await finish(instructions, context, units), route, simulation, refusal };
}
