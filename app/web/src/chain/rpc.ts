import { createSolanaRpc } from "@solana/kit";

export type Rpc = ReturnType<typeof createSolanaRpc>;

const clients = new Map<string, Rpc>();

/** The node, through the gateway: the page needs no other origin and knows no key. */
export function rpcAt(path: string): Rpc {
  const known = clients.get(path);
  if (known) {
    return known;
  }
  const client = createSolanaRpc(new URL(path, location.origin).href as `${string}//${string}`);
  clients.set(path, client);
  return client;
}
