import { PairIcon, TokenIcon } from "@/ui/TokenIcon";
import type { FarmView } from "./farms";
import { multiplierOf, multiplierText } from "./lock";

export function FarmIcon({ view, size = "md" }: { view: FarmView; size?: "md" | "lg" }) {
  const pair = view.liquidity ?? view.book;
  return pair ? (
    <PairIcon base={pair.base} quote={pair.quote} size={size} />
  ) : (
    <TokenIcon mint={view.farm.stakeMint} symbol={view.token.symbol} size={size} />
  );
}

/** What kind of farm it is, in few words. */
export function kindText({ farm, liquidity, book }: FarmView): string {
  if (book) {
    return "For makers, by volume";
  }
  if (farm.lock.maxEpochs > 0) {
    return `Locks up to ${multiplierText(multiplierOf(farm.lock, farm.lock.maxEpochs))}`;
  }
  return liquidity ? "Liquidity, no lock" : "No lock";
}
