/** What components ask the gateway for, cached. */

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import * as decode from "./decode";
import { answered, gateway } from "./http";
import type { Address, Config, Market, Pool, Token } from "./model";

/** Lists that change with every trade are fetched again this often while they are looked at. */
const LIST_REFRESH_MS = 5_000;

export function useConfig(): UseQueryResult<Config> {
  return useQuery({
    queryKey: ["config"],
    queryFn: async ({ signal }) =>
      decode.config(await answered(gateway.GET("/api/v1/config", { signal }))),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
}

export function useTokens(): UseQueryResult<Token[]> {
  return useQuery({
    queryKey: ["tokens"],
    queryFn: async ({ signal }) =>
      (await answered(gateway.GET("/api/v1/tokens", { signal }))).map(decode.token),
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
      (await answered(gateway.GET("/api/v1/pools", { signal }))).map(decode.pool),
    refetchInterval: LIST_REFRESH_MS,
  });
}

export function usePool(pool: Address): UseQueryResult<Pool> {
  return useQuery({
    queryKey: ["pools", pool],
    queryFn: async ({ signal }) =>
      decode.pool(
        await answered(gateway.GET("/api/v1/pools/{pool}", { params: { path: { pool } }, signal })),
      ),
    refetchInterval: LIST_REFRESH_MS,
  });
}

export function useMarkets(): UseQueryResult<Market[]> {
  return useQuery({
    queryKey: ["markets"],
    queryFn: async ({ signal }) =>
      (await answered(gateway.GET("/api/v1/markets", { signal }))).map(decode.market),
    refetchInterval: LIST_REFRESH_MS,
  });
}

export function useMarket(address: Address | undefined): Market | undefined {
  const { data } = useMarkets();
  return data?.find((market) => market.address === address);
}
