import { useCallback } from "react";
import { useConfig } from "@/api/queries";
import { useSettings } from "@/app/settings";
import type { Prepared } from "@/transactions/run";
import { useWallet } from "@/wallet/store";
import type { Operation } from "./operations";

/** Builds transactions for the connected wallet, with the priority fee of the settings. */
export function usePrepare(): (operations: readonly Operation[]) => Promise<Prepared> {
  const wallet = useWallet();
  const config = useConfig().data;
  const mode = useSettings((settings) => settings.priorityMode);
  const lamports = useSettings((settings) => settings.priorityLamports);
  const capLamports = useSettings((settings) => settings.priorityCapLamports);
  return useCallback(
    async (operations) => {
      if (!wallet || !config) {
        throw new Error("Connect a wallet first");
      }
      const { prepare } = await import("./prepare");
      return prepare(operations, {
        owner: wallet.address,
        config,
        priority: { mode, lamports, capLamports },
      });
    },
    [wallet, config, mode, lamports, capLamports],
  );
}
