/** Live quotes. */

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { QuoteRequest, Route } from "@/api/model";
import { fetchQuote } from "@/api/quote";

/** A quote is as good as the block it was made of. */
const QUOTE_REFRESH_MS = 1_500;

/** A request as a key: bigints are no JSON. */
export function quoteKey(request: QuoteRequest | null) {
  return request && { ...request, amount: request.amount.toString() };
}

export function useQuote(request: QuoteRequest | null): UseQueryResult<Route> {
  return useQuery({
    queryKey: ["quote", quoteKey(request)],
    queryFn: ({ signal }) => {
      if (!request) {
        throw new Error("there is nothing to quote");
      }
      return fetchQuote(request, signal);
    },
    enabled: request !== null,
    refetchInterval: QUOTE_REFRESH_MS,
    staleTime: 0,
    gcTime: 10_000,
  });
}
