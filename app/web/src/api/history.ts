/** What an address did. */

import { useInfiniteQuery } from "@tanstack/react-query";
import * as decode from "./decode";
import { getJson } from "./http";
import type { Address, HistoryEntry } from "./model";
import type { WireActivity } from "./wire";

const PAGE = 50;

/** What an address did, newest first, page by page. */
export function useHistory(owner: Address | undefined) {
  return useInfiniteQuery({
    queryKey: ["history", owner],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ signal, pageParam }): Promise<HistoryEntry[]> =>
      (
        await getJson<WireActivity[]>(
          `/portfolio/${owner}/history`,
          { limit: PAGE, before: pageParam },
          signal,
        )
      ).map(decode.activity),
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.id),
    enabled: owner !== undefined,
    refetchInterval: 5_000,
  });
}
