/** Instructions into transactions, and back and forth between their forms. */

import {
  type AccountMeta,
  AccountRole,
  type Address,
  appendTransactionMessageInstructions,
  type Blockhash,
  compileTransaction,
  createTransactionMessage,
  getCompiledTransactionMessageDecoder,
  getTransactionDecoder,
  getTransactionEncoder,
  type Instruction,
  pipe,
  setTransactionMessageComputeUnitLimit,
  setTransactionMessageComputeUnitPrice,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from "@solana/kit";

/** An instruction as the engine builds it. */
export interface EngineInstruction {
  programId: string;
  accounts: readonly { address: string; isSigner: boolean; isWritable: boolean }[];
  data: Uint8Array;
}

export interface Lifetime {
  blockhash: Blockhash;
  lastValidBlockHeight: bigint;
}

export interface Budget {
  computeUnits: number;
  microLamportsPerUnit: bigint;
}

function roleOf(account: { isSigner: boolean; isWritable: boolean }): AccountRole {
  if (account.isSigner) {
    return account.isWritable ? AccountRole.WRITABLE_SIGNER : AccountRole.READONLY_SIGNER;
  }
  return account.isWritable ? AccountRole.WRITABLE : AccountRole.READONLY;
}

export function toInstruction(instruction: EngineInstruction): Instruction {
  const accounts: AccountMeta[] = instruction.accounts.map((account) => ({
    address: account.address as Address,
    role: roleOf(account),
  }));
  return { programAddress: instruction.programId as Address, accounts, data: instruction.data };
}

/** An unsigned transaction of these instructions. */
export function buildTransaction(
  payer: Address,
  instructions: readonly EngineInstruction[],
  lifetime: Lifetime,
  budget: Budget,
): Uint8Array {
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (empty) => setTransactionMessageFeePayer(payer, empty),
    (payable) => setTransactionMessageLifetimeUsingBlockhash(lifetime, payable),
    (lasting) => setTransactionMessageComputeUnitLimit(budget.computeUnits, lasting),
    (limited) =>
      budget.microLamportsPerUnit > 0n
        ? setTransactionMessageComputeUnitPrice(budget.microLamportsPerUnit, limited)
        : limited,
    (priced) => appendTransactionMessageInstructions(instructions.map(toInstruction), priced),
  );
  return new Uint8Array(getTransactionEncoder().encode(compileTransaction(message)));
}

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (symbol) => symbol.charCodeAt(0));
}

/** The programs that a transaction's instructions call, in order. */
export function programsOf(transaction: Uint8Array): string[] {
  const { messageBytes } = getTransactionDecoder().decode(transaction);
  const message = getCompiledTransactionMessageDecoder().decode(messageBytes);
  if (!("instructions" in message)) {
    return [];
  }
  return message.instructions.map(
    (instruction) => message.staticAccounts[instruction.programAddressIndex] ?? "",
  );
}
