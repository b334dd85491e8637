/** Proposals as the gateway reads them off the chain. */

import type { Address } from "@solana/kit";
import { environment } from "./environment";
import { farmOf } from "./stakes";

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${environment.url}/api/v1${path}`);
  return (await response.json()) as T;
}

export interface VoteNow {
  owner: Address;
  weight: string;
  body: string;
  ballot: { kind: string; options?: number[] } | null;
}

export interface ProposalNow {
  state: string;
  author: Address;
  deposit: string;
  total: string;
  tally: { approving: string; no: string };
  options: { name: string }[];
}

export const proposalNow = (proposal: string) => ask<ProposalNow>(`/proposals/${proposal}`);
export const votesNow = (proposal: string) => ask<VoteNow[]>(`/proposals/${proposal}/votes`);

/** Waits until there is an epoch whose beginning can be a snapshot: what was staked before it votes. */
export async function electorate(farmName: string): Promise<void> {
  for (;;) {
    const { epochs } = await ask<{ epochs: { now: number } }>(`/farms/${farmOf(farmName)}`);
    if (epochs.now > 0) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
