/** Farms as they change, and what their epochs paid. */

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type ChannelState, type Reducer, useChannel } from "../channel";
import { ApiError } from "../error";
import { answered, gateway } from "../http";
import type { Address } from "../model";
import type { WireFarm } from "../wire";
import * as decode from "./decode";
import type { EpochPaid, Farm } from "./model";

/** Puts changed farms in the place of what they were; new ones come last. */
export function applyFarms(before: readonly Farm[], changes: readonly WireFarm[]): Farm[] {
  const farms = new Map(before.map((farm) => [farm.address, farm]));
  for (const change of changes) {
    const farm = decode.farm(change);
    farms.set(farm.address, farm);
  }
  return [...farms.values()];
}

const FARMS: Reducer<Farm[]> = {
  snapshot: (data) => applyFarms([], (data as { farms: WireFarm[] }).farms),
  diff: (before, data) => applyFarms(before, (data as { farms: WireFarm[] }).farms),
};

/** All farms and stake pools. */
export function useFarms(): ChannelState<Farm[]> {
  return useChannel({ channel: "farms" }, FARMS);
}

/** One of them. */
export function useFarm(address: Address): ChannelState<Farm> {
  const { data, error } = useFarms();
  return useMemo(() => {
    const farm = data?.find((candidate) => candidate.address === address);
    const isUnknown = data !== undefined && farm === undefined;
    return {
      data: farm,
      error: isUnknown
        ? new ApiError("unknown_farm", "There is no such farm", "Look for it on the Earn page")
        : error,
    };
  }, [data, error, address]);
}

/** Epochs that are looked at. */
const EPOCHS = 48;

/** The latest epochs that were closed, oldest first. */
export function useEpochs(farm: Address): UseQueryResult<EpochPaid[]> {
  return useQuery({
    queryKey: ["farms", farm, "epochs"],
    queryFn: async ({ signal }): Promise<EpochPaid[]> => {
      const params = { path: { farm }, query: { limit: EPOCHS } };
      const page = await answered(gateway.GET("/api/v1/farms/{farm}/epochs", { params, signal }));
      return page.map(decode.epoch).reverse();
    },
    refetchInterval: 5_000,
  });
}
