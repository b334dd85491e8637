import { LoaderCircle } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { cx } from "./cx";

export type ButtonTone = "primary" | "secondary" | "ghost" | "buy" | "sell" | "danger";
export type ButtonSize = "xs" | "sm" | "md" | "lg";

const TONES: Record<ButtonTone, string> = {
  primary: "bg-accent-fill text-on-accent hover:bg-accent-fill-hover",
  secondary: "bg-raised text-text hover:bg-hover border border-line",
  ghost: "text-muted hover:bg-hover hover:text-text",
  buy: "bg-up-fill text-on-side hover:brightness-110",
  sell: "bg-down-fill text-on-side hover:brightness-110",
  danger: "bg-down-soft text-down hover:brightness-110",
};

const SIZES: Record<ButtonSize, string> = {
  xs: "h-6 rounded px-2 text-xs",
  sm: "h-8 rounded-md px-3 text-xs",
  md: "h-10 rounded-lg px-4 text-sm",
  lg: "h-12 rounded-lg px-5 text-base",
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: ButtonTone;
  size?: ButtonSize;
  /** Shows that something is under way; the button keeps its width and does nothing. */
  busy?: boolean;
  children: ReactNode;
}

export function Button({
  tone = "secondary",
  size = "md",
  busy = false,
  className,
  disabled,
  children,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cx(
        "inline-flex select-none items-center justify-center gap-2 whitespace-nowrap font-medium transition-[background-color,color,filter]",
        "disabled:cursor-not-allowed disabled:bg-raised disabled:text-faint disabled:brightness-100",
        TONES[tone],
        SIZES[size],
        className,
      )}
    >
      {busy && <LoaderCircle aria-hidden className="size-4 animate-spin" />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What a screen reader says. */
  label: string;
  children: ReactNode;
}

export function IconButton({
  label,
  className,
  children,
  type = "button",
  ...rest
}: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      title={label}
      className={cx(
        "inline-flex size-9 items-center justify-center rounded-lg text-muted transition-colors hover:bg-hover hover:text-text disabled:cursor-not-allowed disabled:text-faint",
        className,
      )}
    >
      {children}
    </button>
  );
}
