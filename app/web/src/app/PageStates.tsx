import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { EmptyState, ErrorState, Skeleton } from "@/ui/State";

/** A page's name in the window's title and in the history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Sealane`;
  }, [title]);
}

export function NotFound() {
  useTitle("Not found");
  return (
    <EmptyState
      className="flex-1"
      title="There is no such page"
      action={
        <Link to="/swap" className="text-accent underline underline-offset-2">
          Go to Swap
        </Link>
      }
    >
      The address may be misspelt, or the page has moved.
    </EmptyState>
  );
}

export function PageError({ error, reset }: { error: unknown; reset: () => void }) {
  return <ErrorState error={error} retry={reset} className="flex-1" />;
}

export function PagePending() {
  return (
    <div role="status" className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-4 p-4">
      <span className="sr-only">Loading the page</span>
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-96 w-full" />
    </div>
  );
}
