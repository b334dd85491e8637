/** What an address did. */

import { useInfiniteQuery } from "@tanstack/react-query";
import * as decode from "./decode";
import { answered, gateway } from "./http";
import type { Address, HistoryEntry } from "./model";

const PAGE = 50;

/** What an address did, newest first, page by page. */
export function useHistory(owner: Address | undefined) {
  return useInfiniteQuery({
    queryKey: ["history", owner],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ signal, pageParam }): Promise<HistoryEntry[]> => {
      const params = {
        path: { owner: owner ?? "" },
        query: { limit: PAGE, ...(pageParam !== undefined && { before: pageParam }) },
      };
      const page = await answered(
        gateway.GET("/api/v1/portfolio/{owner}/history", { params, signal }),
      );
      return page.map(decode.activity);
    },
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.id),
    enabled: owner !== undefined,
    refetchInterval: 5_000,
  });
}
