/** What the parts of the trade page share: the price that was clicked in the book. */

import { create } from "zustand";

interface TicketState {
  /** A price for the ticket, and a count so that the same price can be clicked twice. */
  picked: { price: string; count: number } | null;
  pick: (price: string) => void;
}

export const useTicketState = create<TicketState>()((set, get) => ({
  picked: null,
  pick: (price) => set({ picked: { price, count: (get().picked?.count ?? 0) + 1 } }),
}));
