import { type ReactNode, useId } from "react";
import type { Address, Token } from "@/api/model";
import { amountText, sanitizeAmountInput } from "@/lib/amount";
import { shortAmount } from "@/lib/format";
import { cx } from "@/ui/cx";
import { Skeleton } from "@/ui/State";
import { TokenPicker } from "./TokenPicker";

interface AmountPanelProps {
  label: string;
  token: Token | undefined;
  /** What is in the field. */
  text: string;
  onText: (text: string) => void;
  /** The amount is being computed. */
  isPending?: boolean;
  balance?: bigint | undefined;
  /** Offers parts of the balance. */
  showParts?: boolean;
  error?: string | null;
  onPick?: (mint: Address) => void;
  /** Shown under the amount. */
  note?: ReactNode;
}

/** An amount of a token, with the balance it comes from. */
export function AmountPanel({
  label,
  token,
  text,
  onText,
  isPending = false,
  balance,
  showParts = false,
  error,
  onPick,
  note,
}: AmountPanelProps) {
  const id = useId();
  const parts = showParts && token && balance !== undefined && balance > 0n;
  return (
    <div
      className={cx(
        "rounded-xl border bg-raised p-3 transition-colors focus-within:border-accent",
        error ? "border-down" : "border-line",
      )}
    >
      <div className="flex min-h-6 items-center justify-between gap-2 text-xs">
        <label htmlFor={id} className="text-muted">
          {label}
        </label>
        <span className="num flex items-center gap-1.5 text-muted">
          {token && balance !== undefined && (
            <span>
              <span className="sr-only">Balance </span>
              {shortAmount(balance, token.decimals)} {token.symbol}
            </span>
          )}
          {parts && (
            <>
              <PartButton
                name="Half"
                onClick={() => onText(amountText(balance / 2n, token.decimals))}
              />
              <PartButton name="Max" onClick={() => onText(amountText(balance, token.decimals))} />
            </>
          )}
        </span>
      </div>
      <div className="mt-1 flex items-center gap-2">
        <div className="@container relative min-w-0 flex-1">
          <input
            id={id}
            inputMode="decimal"
            autoComplete="off"
            spellCheck={false}
            placeholder="0"
            value={isPending ? "" : text}
            aria-invalid={error ? true : undefined}
            aria-describedby={`${id}-note`}
            aria-busy={isPending || undefined}
            onChange={(event) => {
              const next = sanitizeAmountInput(event.target.value);
              if (next !== null) {
                onText(next);
              }
            }}
            className="num h-10 w-full bg-transparent font-medium outline-none"
            style={{ fontSize: fittingSize(text) }}
          />
          {isPending && (
            <Skeleton className="pointer-events-none absolute top-2 left-0 h-6 w-28 bg-hover" />
          )}
        </div>
        {onPick ? (
          <TokenPicker label={label} token={token} onPick={onPick} />
        ) : (
          <span className="font-semibold">{token?.symbol}</span>
        )}
      </div>
      <p
        id={`${id}-note`}
        aria-live="polite"
        className={cx("num min-h-4 text-xs", error ? "text-down" : "text-faint")}
      >
        {error ?? note}
      </p>
    </div>
  );
}

/** A digit's width, in its height; points are narrower. */
const DIGIT_WIDTH = 0.66;

/** The largest usual size at which all digits are seen, in units of the field's width. */
function fittingSize(text: string): string {
  const share = 100 / (DIGIT_WIDTH * Math.max(text.length, 1));
  return `clamp(0.625rem, ${share.toFixed(2)}cqw, 1.5rem)`;
}

function PartButton({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="h-6 rounded border border-line px-1.5 font-medium text-2xs text-accent hover:bg-hover"
    >
      {name}
    </button>
  );
}
