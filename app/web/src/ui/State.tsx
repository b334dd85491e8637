import { RefreshCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { cx } from "./cx";

/** Holds the place of what is being loaded, in its size. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cx("block animate-pulse rounded bg-raised", className ?? "h-4 w-20")}
    />
  );
}

/** Rows that are being loaded; said once to screen readers. */
export function SkeletonRows({
  rows,
  label,
  className,
}: {
  rows: number;
  label: string;
  className?: string;
}) {
  return (
    <div role="status" className={cx("flex flex-col gap-2", className)}>
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={row} className="h-8 w-full" />
      ))}
    </div>
  );
}

/** Says that there is nothing, and what to do about it. */
export function EmptyState({
  title,
  children,
  action,
  className,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div
      className={cx(
        "flex flex-col items-center justify-center gap-2 px-4 py-8 text-center",
        className,
      )}
    >
      <p className="font-medium text-sm">{title}</p>
      {children && <p className="max-w-sm text-muted text-xs">{children}</p>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** Says what went wrong, what to do, and offers to try again. */
export function ErrorState({
  error,
  retry,
  className,
}: {
  error: unknown;
  retry?: (() => void) | undefined;
  className?: string;
}) {
  const { message, hint } = describeError(error);
  return (
    <div
      role="alert"
      className={cx(
        "flex flex-col items-center justify-center gap-2 px-4 py-8 text-center",
        className,
      )}
    >
      <TriangleAlert aria-hidden className="size-5 text-warn" />
      <p className="max-w-md font-medium text-sm">{message}</p>
      {hint && <p className="max-w-md text-muted text-xs">{hint}</p>}
      {retry && (
        <Button size="sm" className="mt-2" onClick={retry}>
          <RefreshCw aria-hidden className="size-3.5" /> Try again
        </Button>
      )}
    </div>
  );
}

/** What is said about an error: its message, and its hint if it has one. */
export function describeError(error: unknown): { message: string; hint: string | null } {
  if (error instanceof Error) {
    const hint =
      "hint" in error && typeof error.hint === "string" && error.hint !== "" ? error.hint : null;
    return { message: error.message, hint };
  }
  return { message: "Something went wrong", hint: null };
}

/** Why something did not work, inside of what it was tried from. */
export function FailureNotice({ error }: { error: unknown }) {
  if (!error) {
    return null;
  }
  const { message, hint } = describeError(error);
  return (
    <Notice tone="danger">
      {message}. {hint}
    </Notice>
  );
}

const NOTICE_TONES = {
  info: "bg-accent-soft text-text",
  warn: "bg-warn-soft text-warn",
  danger: "bg-down-soft text-down",
  good: "bg-up-soft text-up",
};

/** A sentence that must not be overlooked. */
export function Notice({
  tone = "info",
  children,
  className,
}: {
  tone?: keyof typeof NOTICE_TONES;
  children: ReactNode;
  className?: string;
}) {
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={cx("rounded-lg px-3 py-2 text-xs", NOTICE_TONES[tone], className)}
    >
      {children}
    </div>
  );
}
