import { Download } from "lucide-react";
import { useHistory } from "@/api/history";
import type { Address } from "@/api/model";
import { Button } from "@/ui/Button";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { download, historyCsv } from "./csv";
import { HistoryTable } from "./HistoryTable";
import { useHistoryNames } from "./historyNames";

/** Everything that an address did, page by page, and as a file. */
export function HistoryTab({ owner }: { owner: Address }) {
  const history = useHistory(owner);
  const names = useHistoryNames();
  const entries = history.data?.pages.flat();
  if (!entries) {
    return history.error ? (
      <ErrorState error={history.error} retry={() => void history.refetch()} />
    ) : (
      <SkeletonRows rows={6} label="Loading history" className="p-4" />
    );
  }
  if (entries.length === 0) {
    return (
      <EmptyState title="Nothing yet">
        Swaps, orders, deposits, stakes and withdrawals are listed here.
      </EmptyState>
    );
  }
  return (
    <div>
      <HistoryTable entries={entries} />
      <div className="flex items-center justify-between gap-3 border-line border-t p-3">
        <Button
          size="sm"
          disabled={!history.hasNextPage}
          busy={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {history.hasNextPage ? "Load more" : "That is all"}
        </Button>
        <Button
          size="sm"
          onClick={() =>
            download(`sealane-${owner.slice(0, 8)}.csv`, "text/csv", historyCsv(entries, names))
          }
        >
          <Download aria-hidden className="size-3.5" /> CSV of these {entries.length}
        </Button>
      </div>
    </div>
  );
}
