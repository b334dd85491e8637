import { type ReactNode, type TextareaHTMLAttributes, useId } from "react";
import { cx } from "./cx";

interface TextAreaProps
  extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "onChange" | "className"> {
  label: string;
  /** Shown at the right end of the label's line. */
  aside?: ReactNode;
  error?: string | null | undefined;
  /** For what is read letter by letter. */
  isCode?: boolean;
  onChange: (value: string) => void;
}

/** A labelled field of several lines. Its error takes a line that is always there. */
export function TextArea({ label, aside, error, isCode, onChange, ...rest }: TextAreaProps) {
  const id = useId();
  const errorId = `${id}-error`;
  return (
    <div className="min-w-0">
      <div className="mb-1 flex items-baseline justify-between gap-2 text-xs">
        <label htmlFor={id} className="text-muted">
          {label}
        </label>
        {aside && <span className="num text-faint">{aside}</span>}
      </div>
      <textarea
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? errorId : undefined}
        onChange={(event) => onChange(event.target.value)}
        className={cx(
          "scroll-thin block w-full rounded-lg border bg-raised px-3 py-2 outline-none transition-colors focus:border-accent",
          error ? "border-down" : "border-line",
          isCode ? "font-mono text-xs" : "text-sm",
        )}
      />
      <p id={errorId} className="min-h-4 pt-0.5 text-2xs text-down" aria-live="polite">
        {error ?? ""}
      </p>
    </div>
  );
}
