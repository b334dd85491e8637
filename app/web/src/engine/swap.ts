/** Swaps as transactions, built in this browser from the route that is shown. */

import type { QuoteRequest, Route, Simulation } from "@/api/model";
import { withMargin } from "@/chain/simulate";
import type { Prepared } from "@/transactions/run";
import { fetchAccounts } from "./accounts";
import { engine } from "./exchange";
import { finish, type PrepareContext } from "./prepare";

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
  const { owner, config } = context;
  const { route, instructions, wanted } = await engine().swap(request, owner);
  const accounts = await fetchAccounts(wanted, config.rpcPath);
  const { simulation, refusal } = await engine().simulate(instructions, accounts);
  const units = Math.max(route.computeUnits, withMargin(simulation?.computeUnits ?? 0));
  return { prepared: await finish(instructions, context, units), route, simulation, refusal };
}
