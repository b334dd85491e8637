/** Quotes of the gateway. */

import * as decode from "./decode";
import { answered, gateway } from "./http";
import type { QuoteRequest, Route } from "./model";

/** A quote request as the gateway reads it. */
export function quoteQuery(request: QuoteRequest) {
  return {
    input_mint: request.inputMint,
    output_mint: request.outputMint,
    amount: request.amount.toString(),
    mode: request.mode,
    slippage_bps: request.slippageBps,
    ...(request.owner && { owner: request.owner }),
    ...(request.excluded.length > 0 && { exclude: request.excluded.join(",") }),
  };
}

export async function fetchQuote(request: QuoteRequest, signal: AbortSignal): Promise<Route> {
  const query = quoteQuery(request);
  return decode.route(await answered(gateway.GET("/api/v1/quote", { params: { query }, signal })));
}
