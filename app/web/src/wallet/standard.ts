/** Wallets that announce themselves by the wallet-standard protocol. */

import type { Address } from "@solana/kit";
import type {
  SolanaSignAndSendTransactionFeature,
  SolanaSignTransactionFeature,
} from "@solana/wallet-standard-features";
import { getWallets } from "@wallet-standard/app";
import type { IdentifierString, Wallet, WalletAccount } from "@wallet-standard/base";
import type {
  StandardConnectFeature,
  StandardDisconnectFeature,
  StandardEventsFeature,
} from "@wallet-standard/features";
import { BURNER_NAME } from "./burner";
import { type ConnectedWallet, WalletError, type WalletOption, walletErrorOf } from "./types";

type Features = Partial<
  StandardConnectFeature &
    StandardDisconnectFeature &
    StandardEventsFeature &
    SolanaSignTransactionFeature &
    SolanaSignAndSendTransactionFeature
>;

const features = (wallet: Wallet): Features => wallet.features as Features;

function isUsable(wallet: Wallet): boolean {
  const known = features(wallet);
  return (
    known["standard:connect"] !== undefined &&
    (known["solana:signTransaction"] !== undefined ||
      known["solana:signAndSendTransaction"] !== undefined)
  );
}

let snapshot: readonly Wallet[] = [];

function refresh(): readonly Wallet[] {
  const next = getWallets().get().filter(isUsable);
  if (next.length !== snapshot.length || next.some((wallet, at) => wallet !== snapshot[at])) {
    snapshot = next;
  }
  return snapshot;
}

/** The wallets there are now: the same array until that changes. */
export function availableWallets(): readonly Wallet[] {
  return refresh();
}

/** Calls back when a wallet comes or goes. */
export function onWalletsChange(changed: () => void): () => void {
  const { on } = getWallets();
  const offs = [on("register", changed), on("unregister", changed)];
  return () => {
    for (const off of offs) {
      off();
    }
  };
}

export function optionOf(wallet: Wallet): WalletOption {
  return { name: wallet.name, icon: wallet.icon, isBurner: wallet.name === BURNER_NAME };
}

function connectedOf(wallet: Wallet, account: WalletAccount): ConnectedWallet {
  return { ...optionOf(wallet), address: account.address as Address, account };
}

function findWallet(name: string): Wallet {
  const wallet = availableWallets().find((candidate) => candidate.name === name);
  if (!wallet) {
    throw new WalletError(
      "failed",
      `${name} is not available in this browser`,
      "Install it, or choose another wallet",
    );
  }
  return wallet;
}

/** Asks a wallet for its account. Silently: only if it has agreed before. */
export async function connectWallet(
  name: string,
  silent: boolean,
): Promise<ConnectedWallet | null> {
  const wallet = findWallet(name);
  try {
    const connect = features(wallet)["standard:connect"];
    const answer = await connect?.connect(silent ? { silent: true } : undefined);
    const account = (answer?.accounts ?? wallet.accounts)[0];
    if (!account) {
      if (silent) {
        return null;
      }
      throw new WalletError(
        "rejected",
        "The wallet shared no account",
        "Choose an account in it, and connect again",
      );
    }
    return connectedOf(wallet, account);
  } catch (cause) {
    throw walletErrorOf(cause);
  }
}

export async function disconnectWallet(name: string): Promise<void> {
  const wallet = availableWallets().find((candidate) => candidate.name === name);
  if (wallet) {
    await features(wallet)["standard:disconnect"]?.disconnect();
  }
}

/** Calls back when the wallet's account is switched or withdrawn. */
export function onAccountChange(
  name: string,
  changed: (wallet: ConnectedWallet | null) => void,
): () => void {
  const wallet = availableWallets().find((candidate) => candidate.name === name);
  const events = wallet && features(wallet)["standard:events"];
  if (!wallet || !events) {
    return () => {};
  }
  return events.on("change", ({ accounts }) => {
    if (accounts) {
      const account = accounts[0];
      changed(account ? connectedOf(wallet, account) : null);
    }
  });
}

/** What a wallet made of a transaction: signed, or sent by itself. */
export type Signed =
  | { kind: "signed"; transaction: Uint8Array }
  | { kind: "sent"; signature: Uint8Array };

/** Has a transaction signed for a cluster such as `localnet`. */
export async function signTransaction(
  connected: ConnectedWallet,
  transaction: Uint8Array,
  cluster: string,
): Promise<Signed> {
  const wallet = findWallet(connected.name);
  const { account } = connected;
  const chain: IdentifierString = `solana:${cluster}`;
  if (!account.chains.includes(chain)) {
    const known =
      account.chains.map((name) => name.replace("solana:", "")).join(", ") || "no network";
    throw new WalletError(
      "wrong_network",
      `Your wallet is set to ${known}; this page trades on ${cluster}`,
      `Switch the wallet's network to ${cluster}, then connect it again`,
    );
  }
  const known = features(wallet);
  try {
    const sign = known["solana:signTransaction"];
    if (sign) {
      const [output] = await sign.signTransaction({ account, transaction, chain });
      if (!output) {
        throw new WalletError(
          "failed",
          "The wallet returned no transaction",
          "Try again, or use another wallet",
        );
      }
      return { kind: "signed", transaction: output.signedTransaction };
    }
    const send = known["solana:signAndSendTransaction"];
    const [output] = (await send?.signAndSendTransaction({ account, transaction, chain })) ?? [];
    if (!output) {
      throw new WalletError(
        "unsupported",
        "The wallet cannot sign transactions",
        "Use another wallet",
      );
    }
    return { kind: "sent", signature: output.signature };
  } catch (cause) {
    throw walletErrorOf(cause);
  }
}
