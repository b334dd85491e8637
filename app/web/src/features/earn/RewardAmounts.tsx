import type { Address } from "@/api/model";
import { useTokenMap } from "@/api/queries";
import { shortAddress, shortAmount } from "@/lib/format";

/** Amounts of several tokens, one under the other. */
export function RewardAmounts({
  amounts,
  empty = "–",
}: {
  amounts: Iterable<readonly [Address, bigint]>;
  empty?: string;
}) {
  const tokens = useTokenMap();
  const some = [...amounts].filter(([, amount]) => amount > 0n);
  if (some.length === 0) {
    return <>{empty}</>;
  }
  return (
    <span>
      {some.map(([mint, amount]) => {
        const token = tokens.get(mint);
        return (
          <span key={mint} className="block">
            {shortAmount(amount, token?.decimals ?? 0)}{" "}
            <span className="text-muted">{token?.symbol ?? shortAddress(mint)}</span>
          </span>
        );
      })}
    </span>
  );
}
