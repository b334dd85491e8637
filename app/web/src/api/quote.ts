/** Quotes of the gateway. */

import * as decode from "./decode";
import { answered, gateway } from "./http";
import type { QuoteRequest, Route } from "./model";
import type { paths } from "./schema";

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

type QuoteQuery = paths["/api/v1/quote"]["get"]["parameters"]["query"];

export async function fetchQuote(request: QuoteRequest, signal: AbortSignal): Promise<Route> {
  // The document gives the mode a default by a second schema, which no text satisfies.
  const query = quoteQuery(request) as Omit<QuoteQuery, "mode"> as QuoteQuery;
  return decode.route(await answered(gateway.GET("/api/v1/quote", { params: { query }, signal })));
}
