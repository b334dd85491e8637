import { useMemo } from "react";
import { usePortfolio } from "@/api/live";
import type { Address, Portfolio } from "@/api/model";
import { useWallet } from "@/wallet/store";

/** What a wallet can use: what its associated accounts hold, and its shares of pools, by mint. */
export function spendable(portfolio: Portfolio): ReadonlyMap<Address, bigint> {
  const held = new Map<Address, bigint>();
  for (const balance of portfolio.balances) {
    if (balance.associated) {
      held.set(balance.mint, (held.get(balance.mint) ?? 0n) + balance.amount);
    }
  }
  for (const { lpMint, shares } of portfolio.positions) {
    held.set(lpMint, (held.get(lpMint) ?? 0n) + shares);
  }
  return held;
}

export interface Balances {
  /** Undefined while nobody is connected or nothing is known. */
  of: (mint: Address | undefined) => bigint | undefined;
  lamports: bigint | undefined;
}

/** The connected wallet's balances. */
export function useBalances(): Balances {
  const wallet = useWallet();
  const { data } = usePortfolio(wallet?.address);
  return useMemo(() => {
    const held = data && spendable(data);
    return {
      of: (mint) => (held && mint ? (held.get(mint) ?? 0n) : undefined),
      lamports: data?.lamports,
    };
  }, [data]);
}
