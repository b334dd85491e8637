/**
 * From what somebody wants to do to a confirmed transaction: built, signed, sent, confirmed. Every
 * step is told, every failure has a reason and can be tried again.
 */

import type { QueryClient } from "@tanstack/react-query";
import { refreshPortfolio } from "@/api/live";
import type { Config } from "@/api/model";
import { failureReader } from "@/engine/failure";
import { signTransaction } from "@/wallet/standard";
import type { ConnectedWallet } from "@/wallet/types";

/** A transaction that only lacks its signature. */
export interface Prepared {
  transaction: Uint8Array;
  lastValidBlockHeight: bigint;
  /** The programs that its instructions call, in order. */
  programs: readonly string[];
}

export type Stage = "building" | "signing" | "sending" | "confirming";

export interface Context {
  wallet: ConnectedWallet;
  config: Config;
  queries: QueryClient;
}

export interface Outcome {
  signature: string;
  slot: bigint;
}

/** Signs, sends and waits. What has changed on the chain is asked for again afterwards. */
export async function signSendConfirm(
  prepared: Prepared,
  { wallet, config, queries }: Context,
  onStage: (stage: Stage, signature?: string) => void,
): Promise<Outcome> {
  onStage("signing");
  const signed = await signTransaction(wallet, prepared.transaction, config.cluster);
  onStage("sending");
  const [{ rpcAt }, { confirm, sendAndConfirm }, { getBase58Decoder }] = await Promise.all([
    import("@/chain/rpc"),
    import("@/chain/send"),
    import("@solana/kit"),
  ]);
  const options = {
    rpc: rpcAt(config.rpcPath),
    rpcPath: config.rpcPath,
    lastValidBlockHeight: prepared.lastValidBlockHeight,
    programs: prepared.programs,
    readFailure: failureReader(),
    onSent: (signature: string) => onStage("confirming", signature),
  };
  try {
    if (signed.kind === "signed") {
      return await sendAndConfirm(signed.transaction, options);
    }
    const signature = getBase58Decoder().decode(signed.signature) as Parameters<typeof confirm>[0];
    onStage("confirming", signature);
    return await confirm(signature, options);
  } finally {
    void refreshPortfolio(wallet.address);
    for (const key of ["history", "pools", "markets", "farms", "realms", "proposals"]) {
      void queries.invalidateQueries({ queryKey: [key] });
    }
  }
}
