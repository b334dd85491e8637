import { postBeside } from "@/api/http";
import type { Address } from "@/api/model";

/** Asks a test network's faucet for SOL and tokens. */
export async function askFaucet(path: string, owner: Address): Promise<void> {
  await postBeside(path, { owner });
}
