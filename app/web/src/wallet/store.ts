/** Which wallet is connected. */

import { useSyncExternalStore } from "react";
import { create } from "zustand";
import {
  availableWallets,
  connectWallet,
  disconnectWallet,
  onAccountChange,
  onWalletsChange,
  optionOf,
} from "./standard";
import type { ConnectedWallet, WalletOption } from "./types";

const STORAGE_KEY = "sealane.wallet";

interface WalletState {
  wallet: ConnectedWallet | null;
  /** The wallet that is being asked. */
  connecting: string | null;
  error: Error | null;
  isDialogOpen: boolean;
  connect: (name: string) => Promise<void>;
  /** Connects the wallet of the last visit, if it is there and still agrees. */
  reconnect: () => Promise<void>;
  disconnect: () => Promise<void>;
  setDialogOpen: (open: boolean) => void;
}

let stopWatching = () => {};

export const useWalletStore = create<WalletState>()((set, get) => {
  function adopt(wallet: ConnectedWallet | null) {
    set({ wallet, connecting: null, error: null });
    if (wallet) {
      localStorage.setItem(STORAGE_KEY, wallet.name);
    }
  }

  async function connect(name: string, silent: boolean) {
    set({ connecting: silent ? null : name, error: null });
    try {
      const wallet = await connectWallet(name, silent);
      stopWatching();
      stopWatching = onAccountChange(name, adopt);
      adopt(wallet);
      if (wallet) {
        set({ isDialogOpen: false });
      }
    } catch (error) {
      set({ connecting: null, error: silent ? null : (error as Error) });
    }
  }

  return {
    wallet: null,
    connecting: null,
    error: null,
    isDialogOpen: false,
    connect: (name) => connect(name, false),
    reconnect: async () => {
      const name = localStorage.getItem(STORAGE_KEY);
      const isThere = name !== null && availableWallets().some((wallet) => wallet.name === name);
      if (isThere && !get().wallet && !get().connecting) {
        await connect(name, true);
      }
    },
    disconnect: async () => {
      const { wallet } = get();
      stopWatching();
      localStorage.removeItem(STORAGE_KEY);
      set({ wallet: null, error: null });
      if (wallet) {
        await disconnectWallet(wallet.name).catch(() => {});
      }
    },
    setDialogOpen: (isDialogOpen) => set({ isDialogOpen, error: null }),
  };
});

/** The connected wallet, if any. */
export function useWallet(): ConnectedWallet | null {
  return useWalletStore((state) => state.wallet);
}

/** The wallets in this browser, as they come and go. */
export function useWalletOptions(): readonly WalletOption[] {
  return useSyncExternalStore(onWalletsChange, availableWallets).map(optionOf);
}
