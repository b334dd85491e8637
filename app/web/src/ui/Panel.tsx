import type { ReactNode } from "react";
import { cx } from "./cx";

interface PanelProps {
  /** The heading; also the region's name. */
  title?: ReactNode;
  /** The region's name where the heading is no text or is not shown. */
  label?: string;
  actions?: ReactNode;
  className?: string;
  bodyClassName?: string;
  children: ReactNode;
}

/** A part of a page with its own frame. */
export function Panel({ title, label, actions, className, bodyClassName, children }: PanelProps) {
  return (
    <section
      aria-label={label ?? (typeof title === "string" ? title : undefined)}
      className={cx(
        "flex min-w-0 flex-col overflow-hidden rounded-card border border-line bg-surface",
        className,
      )}
    >
      {(title || actions) && (
        <header className="flex min-h-11 items-center justify-between gap-3 border-line border-b px-3 py-1.5 sm:px-4">
          {title ? <h2 className="font-semibold text-sm">{title}</h2> : <span />}
          {actions && <div className="flex items-center gap-1">{actions}</div>}
        </header>
      )}
      <div className={cx("min-h-0 flex-1", bodyClassName ?? "p-3 sm:p-4")}>{children}</div>
    </section>
  );
}

/** A name and its value, on one line. */
export function Fact({
  name,
  children,
  tone,
}: {
  name: ReactNode;
  children: ReactNode;
  tone?: string | undefined;
}) {
  return (
    <div className="flex min-h-6 items-baseline justify-between gap-4 text-xs">
      <dt className="flex items-center gap-1 text-muted">{name}</dt>
      <dd className={cx("num min-w-0 text-right", tone ?? "text-text")}>{children}</dd>
    </div>
  );
}

/** A figure with its name above it. */
export function Stat({
  name,
  children,
  sub,
}: {
  name: string;
  children: ReactNode;
  sub?: ReactNode;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="num truncate font-medium text-text">{children}</dd>
      {sub !== undefined && <dd className="num truncate text-faint text-xs">{sub}</dd>}
    </div>
  );
}
