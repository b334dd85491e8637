import { cx } from "./cx";

/** A hue of its own for every mint, so that tokens are told apart without pictures from elsewhere. */
function hue(mint: string): number {
  let hash = 0;
  for (const symbol of mint) {
    hash = (hash * 31 + symbol.charCodeAt(0)) >>> 0;
  }
  return hash % 360;
}

const SIZES = { sm: "size-5 text-[9px]", md: "size-7 text-2xs", lg: "size-9 text-xs" };

export function TokenIcon({
  mint,
  symbol,
  size = "md",
}: {
  mint: string;
  symbol: string;
  size?: keyof typeof SIZES;
}) {
  const angle = hue(mint);
  const letters = symbol.replace(/^t(?=[A-Z])/, "").slice(0, size === "sm" ? 1 : 2);
  return (
    <span
      aria-hidden
      // Drawn, not written: whoever reads the page aloud, or searches it, finds only the symbol.
      data-letters={letters}
      className={cx(
        "before:content-[attr(data-letters)] inline-flex shrink-0 items-center justify-center rounded-full font-semibold text-white",
        SIZES[size],
      )}
      style={{
        background: `linear-gradient(135deg, oklch(0.6 0.14 ${angle}), oklch(0.44 0.12 ${angle + 40}))`,
      }}
    />
  );
}

/** Two tokens of a pair, overlapping. */
export function PairIcon({
  base,
  quote,
  size = "md",
}: {
  base: { mint: string; symbol: string };
  quote: { mint: string; symbol: string };
  size?: keyof typeof SIZES;
}) {
  return (
    <span aria-hidden className="inline-flex shrink-0">
      <TokenIcon {...base} size={size} />
      <span className="-ml-1.5 rounded-full ring-2 ring-surface">
        <TokenIcon {...quote} size={size} />
      </span>
    </span>
  );
}
