/** Live quotes: made in this browser once the engine is there, by the gateway until then. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { QuoteRequest, Route } from "@/api/model";
import { fetchQuote } from "@/api/quote";
import { useExchange } from "./exchange";
import { engineErrorOf } from "./explain";
import { bestRoute } from "./route";

/** A quote of the gateway is as good as the block it was made of. */
const GATEWAY_REFRESH_MS = 1_500;

/** A request as a key: bigints are no JSON. */
export function quoteKey(request: QuoteRequest | null) {
  return request && { ...request, amount: request.amount.toString() };
}

export interface LiveQuote {
  data: Route | undefined;
  error: Error | null;
  /** Who made it. */
  source: "browser" | "gateway";
}

/** The best route for a request, again whenever something has changed. */
export function useQuote(request: QuoteRequest | null): LiveQuote {
  const engine = useExchange();
  const local = useMemo<LiveQuote | null>(() => {
    if (!engine || !request) {
      return null;
    }
    try {
      return { data: bestRoute(engine.exchange, request).route, error: null, source: "browser" };
    } catch (thrown) {
      return { data: undefined, error: engineErrorOf(thrown), source: "browser" };
    }
  }, [engine, request]);
  const remote = useQuery({
    queryKey: ["quote", quoteKey(request)],
    queryFn: ({ signal }) => {
      if (!request) {
        throw new Error("there is nothing to quote");
      }
      return fetchQuote(request, signal);
    },
    enabled: request !== null && engine === null,
    refetchInterval: GATEWAY_REFRESH_MS,
    staleTime: 0,
    gcTime: 10_000,
  });
  return local ?? { data: remote.data, error: remote.error, source: "gateway" };
}
