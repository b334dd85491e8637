/**
 * Swaps as transactions. Everything that the app does with the exchange is built in this folder, so
 * that it is one place that decides where building happens.
 */

import * as decode from "@/api/decode";
import { answered, gateway } from "@/api/http";
import type { Address, QuoteRequest, Route, Simulation } from "@/api/model";
import { quoteQuery } from "@/api/quote";
import type { WirePriorityFee } from "@/api/wire";
import type { PriorityChoice } from "@/chain/priority";
import type { Prepared } from "@/transactions/run";

export interface PreparedSwap {
  prepared: Prepared;
  /** What the transaction does, and within which bound. */
  route: Route;
  simulation: Simulation | null;
  /** Why the chain would refuse it now, if so. */
  refusal: { message: string; hint: string } | null;
}

function priorityFee(choice: PriorityChoice): WirePriorityFee {
  const lamports = choice.mode === "auto" ? choice.capLamports : choice.lamports;
  return choice.mode === "off" ? "none" : { max_lamports: lamports };
}

/** Builds a swap of the best route there is now. */
export async function prepareSwap(
  request: QuoteRequest,
  owner: Address,
  priority: PriorityChoice,
  signal?: AbortSignal,
): Promise<PreparedSwap> {
  const body = { ...quoteQuery(request), owner, priority_fee: priorityFee(priority) };
  const answer = await answered(
    gateway.POST("/api/v1/transaction", { body, ...(signal && { signal }) }),
  );
  const { fromBase64, programsOf } = await import("@/chain/transaction");
  const transaction = fromBase64(answer.transaction);
  return {
    prepared: {
      transaction,
      lastValidBlockHeight: BigInt(answer.last_valid_block_height),
      programs: programsOf(transaction),
    },
    route: decode.route(answer.quote),
    simulation: answer.simulation ? decode.simulation(answer.simulation) : null,
    refusal: answer.simulation_error ?? null,
  };
}
