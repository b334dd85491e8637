import { useCallback, useMemo } from "react";
import { useConfig } from "@/api/queries";
import { useSettings } from "@/app/settings";
import type { Prepared } from "@/transactions/run";
import { useWallet } from "@/wallet/store";
import type { Operation } from "./operations";
import type { PrepareContext } from "./prepare";

/** Who transactions are built for, and what is offered for their priority; null without a wallet. */
export function usePrepareContext(): PrepareContext | null {
  const owner = useWallet()?.address;
  const config = useConfig().data;
  const mode = useSettings((settings) => settings.priorityMode);
  const lamports = useSettings((settings) => settings.priorityLamports);
  const capLamports = useSettings((settings) => settings.priorityCapLamports);
  return useMemo(
    () => (owner && config ? { owner, config, priority: { mode, lamports, capLamports } } : null),
    [owner, config, mode, lamports, capLamports],
  );
}

/** Builds transactions for the connected wallet, with the priority fee of the settings. */
export function usePrepare(): (operations: readonly Operation[]) => Promise<Prepared> {
  const context = usePrepareContext();
  return useCallback(
    async (operations) => {
      if (!context) {
        throw new Error("Connect a wallet first");
      }
      const { prepare } = await import("./prepare");
      return prepare(operations, context);
    },
    [context],
  );
}
