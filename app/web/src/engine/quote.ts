/** Live quotes: made in this browser once the engine is there, by the gateway until then. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { QuoteRequest, Route } from "@/api/model";
import { fetchQuote } from "@/api/quote";
import { engine, useEngineVersion } from "./exchange";

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

const BROWSER = ["quote", "browser"] as const;
const GATEWAY = ["quote", "gateway"] as const;

/** The best route for a request, again whenever something has changed. */
export function useQuote(request: QuoteRequest | null): LiveQuote {
  const version = useEngineVersion();
  const queries = useQueryClient();
  const source = version === null ? "gateway" : "browser";
  useEffect(() => {
    if (version !== null) {
      // What is still being computed is of an exchange that is no more, and is dropped.
      void queries.invalidateQueries({ queryKey: BROWSER });
    }
  }, [queries, version]);
  const key = quoteKey(request);
  const { data, error } = useQuery({
    queryKey: [...(source === "browser" ? BROWSER : GATEWAY), key],
    queryFn: ({ signal }) => {
      if (!request) {
        throw new Error("there is nothing to quote");
      }
      return source === "browser" ? engine().route(request) : fetchQuote(request, signal);
    },
    enabled: request !== null,
    refetchInterval: source === "browser" ? false : GATEWAY_REFRESH_MS,
    // The engine needs no network.
    networkMode: source === "browser" ? "always" : "online",
    staleTime: 0,
    gcTime: 10_000,
    // While the engine takes over, what the gateway said of the same request stays.
    placeholderData: (shown, query) => (isSame(query?.queryKey.at(-1), key) ? shown : undefined),
  });
  return { data, error, source };
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
