/** Accounts of the chain as the engine takes them. */

import type { Address } from "@/api/model";
import { rpcAt } from "@/chain/rpc";
import type { AccountUpdate } from "@/wasm/sealane_wasm";

/** Fetches accounts as they are now. */
export async function fetchAccounts(
  addresses: readonly string[],
  rpcPath: string,
): Promise<AccountUpdate[]> {
  if (addresses.length === 0) {
    return [];
  }
  const { context, value } = await rpcAt(rpcPath)
    .getMultipleAccounts(addresses as Address[], { encoding: "base64", commitment: "confirmed" })
    .send();
  const { slot } = context;
  return addresses.map((address, at) => {
    const account = value[at];
    return account
      ? { address, slot, owner: account.owner, data: account.data[0], closed: false }
      : { address, slot, closed: true };
  });
}
