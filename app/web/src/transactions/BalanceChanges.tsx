import type { Address, Simulation } from "@/api/model";
import { useTokenMap } from "@/api/queries";
import { signedAmount } from "@/lib/format";
import { Skeleton } from "@/ui/State";
import { TokenIcon } from "@/ui/TokenIcon";
import { useWallet } from "@/wallet/store";

/** What a transaction changes of a wallet's tokens, by mint. */
export function walletChanges(
  simulation: Simulation,
  owner: Address,
): { mint: Address; change: bigint }[] {
  const changes = new Map<Address, bigint>();
  for (const change of simulation.changes) {
    if (change.balance === "tokens" && change.owner === owner && change.mint) {
      changes.set(change.mint, (changes.get(change.mint) ?? 0n) + change.after - change.before);
    }
  }
  return [...changes]
    .filter(([, change]) => change !== 0n)
    .map(([mint, change]) => ({ mint, change }))
    .sort((one, other) => (one.change < other.change ? -1 : 1));
}

/** What a simulation says happens to the wallet, before anything is signed. */
export function BalanceChanges({
  simulation,
  isPending,
}: {
  simulation: Simulation | null;
  isPending: boolean;
}) {
  const tokens = useTokenMap();
  const wallet = useWallet();
  const changes = simulation && wallet ? walletChanges(simulation, wallet.address) : [];
  return (
    <section aria-label="Balance changes" className="rounded-xl border border-line p-3">
      <h3 className="mb-1 text-muted text-xs">Balance changes, simulated</h3>
      {isPending ? (
        <Skeleton className="h-12 w-full" />
      ) : changes.length === 0 ? (
        <p className="min-h-12 text-muted text-xs">
          {simulation
            ? "No token of your wallet changes."
            : "The transaction could not be simulated. Its bounds hold all the same."}
        </p>
      ) : (
        <ul className="flex min-h-12 flex-col">
          {changes.map(({ mint, change }) => {
            const token = tokens.get(mint);
            return (
              <li key={mint} className="flex min-h-6 items-center justify-between gap-3 text-sm">
                <span className="flex items-center gap-2">
                  <TokenIcon mint={mint} symbol={token?.symbol ?? mint} size="sm" />
                  {token?.symbol ?? mint}
                </span>
                <span className={change > 0n ? "num text-up" : "num text-down"}>
                  {signedAmount(change, token?.decimals ?? 0)}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
