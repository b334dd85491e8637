/** What components ask the gateway for, cached. */

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import * as decode from "./decode";
import { getJson } from "./http";
import type { Address, Config, Market, Pool, QuoteRequest, Route, Token } from "./model";
import type { WireConfig, WireMarket, WirePool, WireQuote, WireToken } from "./wire";

/** Lists that change with every trade are fetched again this often while they are looked at. */
const LIST_REFRESH_MS = 5_000;
/** A quote is as good as the block it was made of. */
const QUOTE_REFRESH_MS = 1_500;

export function useConfig(): UseQueryResult<Config> {
  return useQuery({
    queryKey: ["config"],
    queryFn: async ({ signal }) => decode.config(await getJson<WireConfig>("/config", {}, signal)),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
}

export function useTokens(): UseQueryResult<Token[]> {
  return useQuery({
    queryKey: ["tokens"],
    queryFn: async ({ signal }) =>
      (await getJson<WireToken[]>("/tokens", {}, signal)).map(decode.token),
    staleTime: 60_000,
  });
}

export type TokenMap = ReadonlyMap<Address, Token>;

const NO_TOKENS: TokenMap = new Map();

/** Tokens by their mints; empty while they are loaded. */
export function useTokenMap(): TokenMap {
  const { data } = useTokens();
  return useMemo(
    () => (data ? new Map(data.map((token) => [token.mint, token])) : NO_TOKENS),
    [data],
  );
}

export function usePools(): UseQueryResult<Pool[]> {
  return useQuery({
    queryKey: ["pools"],
    queryFn: async ({ signal }) =>
      (await getJson<WirePool[]>("/pools", {}, signal)).map(decode.pool),
    refetchInterval: LIST_REFRESH_MS,
  });
}

export function usePool(address: Address): UseQueryResult<Pool> {
  return useQuery({
    queryKey: ["pools", address],
    queryFn: async ({ signal }) =>
      decode.pool(await getJson<WirePool>(`/pools/${address}`, {}, signal)),
    refetchInterval: LIST_REFRESH_MS,
  });
}

export function useMarkets(): UseQueryResult<Market[]> {
  return useQuery({
    queryKey: ["markets"],
    queryFn: async ({ signal }) =>
      (await getJson<WireMarket[]>("/markets", {}, signal)).map(decode.market),
    refetchInterval: LIST_REFRESH_MS,
  });
}

export function useMarket(address: Address | undefined): Market | undefined {
  const { data } = useMarkets();
  return data?.find((market) => market.address === address);
}

export function useQuote(request: QuoteRequest | null): UseQueryResult<Route> {
  return useQuery({
    queryKey: ["quote", request && { ...request, amount: request.amount.toString() }],
    queryFn: async ({ signal }) =>
      decode.route(await getJson<WireQuote>("/quote", quoteParameters(request), signal)),
    enabled: request !== null,
    refetchInterval: QUOTE_REFRESH_MS,
    staleTime: 0,
    gcTime: 10_000,
  });
}

/** A quote request as the gateway reads it. */
export function quoteParameters(
  request: QuoteRequest | null,
): Record<string, string | number | bigint | undefined> {
  if (!request) {
    return {};
  }
  return {
    input_mint: request.inputMint,
    output_mint: request.outputMint,
    amount: request.amount,
    mode: request.mode,
    slippage_bps: request.slippageBps,
    exclude: request.excluded.length > 0 ? request.excluded.join(",") : undefined,
  };
}
