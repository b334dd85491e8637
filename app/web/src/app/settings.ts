/** What a person sets once and expects to find again. */

import { create } from "zustand";
import { persist } from "zustand/middleware";

export type ThemeChoice = "system" | "light" | "dark";
export type PriorityMode = "off" | "auto" | "custom";

export const SLIPPAGE_PRESETS_BPS = [10, 50, 100] as const;
/** From here on a swap is likely to be used against its owner. */
export const HIGH_SLIPPAGE_BPS = 200;
export const MAX_SLIPPAGE_BPS = 5_000;

interface Settings {
  theme: ThemeChoice;
  slippageBps: number;
  priorityMode: PriorityMode;
  /** Lamports for a transaction, where the mode is `custom`. */
  priorityLamports: number;
  /** The most that `auto` may come to, in lamports for a transaction. */
  priorityCapLamports: number;
  hasSeenGuide: boolean;
  set: (change: Partial<Omit<Settings, "set">>) => void;
}

export const useSettings = create<Settings>()(
  persist(
    (set) => ({
      theme: "system",
      slippageBps: 50,
      priorityMode: "auto",
      priorityLamports: 10_000,
      priorityCapLamports: 1_000_000,
      hasSeenGuide: false,
      set: (change) => set(change),
    }),
    { name: "sealane.settings", version: 1 },
  ),
);
