/** The exchange in this browser: the SDK's own quoting and building, as WebAssembly. */

import type { Address } from "@/api/model";
import type { EngineInstruction } from "@/chain/transaction";
import type { Operation } from "./operations";

export interface Built {
  instructions: EngineInstruction[];
  computeUnits: number;
}

export interface ExchangeEngine {
  instructions: (operations: readonly Operation[], owner: Address) => Built;
}

/** Loads the engine, once. */
export async function exchange(): Promise<ExchangeEngine> {
  throw new Error("The engine is not available yet");
}
