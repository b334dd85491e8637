import type { Address } from "@solana/kit";
import type { WalletAccount } from "@wallet-standard/base";

/** A wallet that this page can use. */
export interface WalletOption {
  name: string;
  icon: string;
  /** Keeps its key in this browser: for test networks only. */
  isBurner: boolean;
}

export interface ConnectedWallet extends WalletOption {
  address: Address;
  account: WalletAccount;
}

/** Why a wallet did not do what was asked. */
export class WalletError extends Error {
  override readonly name = "WalletError";

  constructor(
    readonly code: "rejected" | "wrong_network" | "unsupported" | "failed",
    message: string,
    readonly hint: string | null = null,
  ) {
    super(message);
  }
}

/** Wallets report a refusal in their own ways: by a code or in words. */
export function walletErrorOf(cause: unknown): WalletError {
  if (cause instanceof WalletError) {
    return cause;
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : null;
  if (code === 4001 || /reject|denied|declin|cancel/i.test(message)) {
    return new WalletError(
      "rejected",
      "You declined the request in your wallet",
      "Nothing was sent",
    );
  }
  return new WalletError(
    "failed",
    `The wallet failed: ${message || "no reason given"}`,
    "Try again, or use another wallet",
  );
}
