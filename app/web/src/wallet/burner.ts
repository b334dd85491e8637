/**
 * A wallet for test networks whose key lies in this browser's storage. It speaks the
 * wallet-standard protocol like any other, so that nothing else of the app knows about it.
 */

import type { Address } from "@solana/kit";
import type { IdentifierString, Wallet, WalletAccount, WalletIcon } from "@wallet-standard/base";
import { registerWallet } from "@wallet-standard/wallet";

export const BURNER_NAME = "Burner wallet";

const STORAGE_KEY = "sealane.burner";

const ICON: WalletIcon = `data:image/svg+xml;base64,${btoa(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#e08a1e" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M8.5 14.5A2.5 2.5 0 0 0 11 12c0-1.4-.5-2-1-3-1-2.1-.2-4 2-6 .5 2.5 2 4.9 4 6.5s3 3.5 3 5.5a7 7 0 1 1-14 0c0-1.2.4-2.3 1-3a2.5 2.5 0 0 0 2.5 2.5z"/></svg>',
)}`;

interface StoredKey {
  address: Address;
  /** The 32 bytes of the private key, in hexadecimal. */
  seed: string;
}

function readStored(): StoredKey | null {
  const text = localStorage.getItem(STORAGE_KEY);
  if (text === null) {
    return null;
  }
  const stored: unknown = JSON.parse(text);
  const isKey =
    typeof stored === "object" &&
    stored !== null &&
    "address" in stored &&
    "seed" in stored &&
    typeof stored.address === "string" &&
    typeof stored.seed === "string" &&
    /^[0-9a-f]{64}$/.test(stored.seed);
  if (!isKey) {
    throw new Error(
      "the key in this browser's storage cannot be read; clear the site's data to make a new one",
    );
  }
  return { address: stored.address as Address, seed: stored.seed as string };
}

const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const fromHex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

async function createStored(): Promise<StoredKey> {
  const { createKeyPairFromPrivateKeyBytes, getAddressFromPublicKey } = await import("@solana/kit");
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const pair = await createKeyPairFromPrivateKeyBytes(seed);
  const stored = { address: await getAddressFromPublicKey(pair.publicKey), seed: toHex(seed) };
  localStorage.setItem(STORAGE_KEY, JSON.stringify(stored));
  return stored;
}

async function sign(stored: StoredKey, transaction: Uint8Array): Promise<Uint8Array> {
  const kit = await import("@solana/kit");
  const pair = await kit.createKeyPairFromPrivateKeyBytes(fromHex(stored.seed));
  const decoded = kit.getTransactionDecoder().decode(transaction);
  const signed = await kit.partiallySignTransaction([pair], decoded);
  return new Uint8Array(kit.getTransactionEncoder().encode(signed));
}

/** Whether this browser can hold such a key: WebCrypto needs a secure page. */
export function canUseBurner(): boolean {
  return typeof crypto !== "undefined" && crypto.subtle !== undefined;
}

let isRegistered = false;

/** Offers the burner wallet on a test network; at most once. */
export function registerBurner(cluster: string): void {
  if (isRegistered || !canUseBurner()) {
    return;
  }
  isRegistered = true;
  const chain: IdentifierString = `solana:${cluster}`;
  let accounts: readonly WalletAccount[] = [];

  async function account(stored: StoredKey): Promise<WalletAccount> {
    const { getBase58Encoder } = await import("@solana/kit");
    return {
      address: stored.address,
      publicKey: getBase58Encoder().encode(stored.address) as Uint8Array,
      chains: [chain],
      features: ["solana:signTransaction"],
      label: "Burner",
    };
  }

  const wallet: Wallet = {
    version: "1.0.0",
    name: BURNER_NAME,
    icon: ICON,
    chains: [chain],
    get accounts() {
      return accounts;
    },
    features: {
      "standard:connect": {
        version: "1.0.0",
        connect: async (input?: { silent?: boolean }) => {
          const stored = readStored() ?? (input?.silent ? null : await createStored());
          accounts = stored ? [await account(stored)] : [];
          return { accounts };
        },
      },
      "standard:disconnect": {
        version: "1.0.0",
        disconnect: async () => {
          accounts = [];
        },
      },
      "standard:events": { version: "1.0.0", on: () => () => {} },
      "solana:signTransaction": {
        version: "1.0.0",
        supportedTransactionVersions: ["legacy", 0],
        signTransaction: async (...inputs: readonly { transaction: Uint8Array }[]) => {
          const stored = readStored();
          if (!stored) {
            throw new Error("the key is no longer in this browser's storage");
          }
          return Promise.all(
            inputs.map(async ({ transaction }) => ({
              signedTransaction: await sign(stored, transaction),
            })),
          );
        },
      },
    },
  };
  registerWallet(wallet);
}
