import { type InputHTMLAttributes, type ReactNode, useId } from "react";
import { cx } from "./cx";

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "size"> {
  label: string;
  /** Shown inside the field, at its right end. */
  suffix?: ReactNode;
  /** Shown at the right end of the label's line. */
  aside?: ReactNode;
  error?: string | null | undefined;
  onChange: (value: string) => void;
}

/** A labelled field of one line. Its error takes a line that is always there, so nothing jumps. */
export function TextField({
  label,
  suffix,
  aside,
  error,
  onChange,
  className,
  ...rest
}: TextFieldProps) {
  const id = useId();
  const errorId = `${id}-error`;
  return (
    <div className={cx("min-w-0", className)}>
      <div className="mb-1 flex items-baseline justify-between gap-2 text-xs">
        <label htmlFor={id} className="text-muted">
          {label}
        </label>
        {aside && <span className="num text-faint">{aside}</span>}
      </div>
      <div
        className={cx(
          "flex h-10 items-center gap-2 rounded-lg border bg-raised px-3 transition-colors focus-within:border-accent",
          error ? "border-down" : "border-line",
        )}
      >
        <input
          {...rest}
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? errorId : undefined}
          onChange={(event) => onChange(event.target.value)}
          className="num min-w-0 flex-1 bg-transparent text-sm outline-none"
        />
        {suffix && <span className="shrink-0 text-muted text-xs">{suffix}</span>}
      </div>
      <p id={errorId} className="min-h-4 pt-0.5 text-2xs text-down" aria-live="polite">
        {error ?? ""}
      </p>
    </div>
  );
}
