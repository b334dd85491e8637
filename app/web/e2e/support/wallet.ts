/** A wallet for tests: it signs with a key of its own, and can be told to reject, hold or alter. */

import { readFileSync } from "node:fs";
import {
  type Address,
  createKeyPairFromPrivateKeyBytes,
  getAddressFromPublicKey,
} from "@solana/kit";
import type { Page } from "playwright-core";
import { chainState } from "./environment";

export const WALLET_NAME = "Test wallet";

export type Behaviour = "sign" | "reject" | "hold" | "wrong_network";

interface Control {
  behaviour: Behaviour;
  /** Lets go of what is held. */
  release: () => void;
  requests: number;
  /** What was signed last. */
  signed: number[];
}

declare global {
  interface Window {
    sealaneTestWallet: Control;
  }
}

export interface TestKey {
  address: Address;
  seed: number[];
}

export async function newKey(): Promise<TestKey> {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const pair = await createKeyPairFromPrivateKeyBytes(seed);
  return { address: await getAddressFromPublicKey(pair.publicKey), seed: [...seed] };
}

/** The key of one of the chain's own wallets. */
export async function keyOf(wallet: string): Promise<TestKey> {
  const keypair = chainState().wallets.find(({ name }) => name === wallet)?.keypair ?? "";
  // A file as the Solana tools write it: the secret, then the public key.
  const seed = (JSON.parse(readFileSync(keypair, "utf8")) as number[]).slice(0, 32);
  const pair = await createKeyPairFromPrivateKeyBytes(Uint8Array.from(seed));
  return { address: await getAddressFromPublicKey(pair.publicKey), seed };
}

/** Runs in the page before anything else does: registers by the wallet-standard protocol. */
function register({
  address,
  seed,
  name,
}: {
  address: string;
  seed: number[];
  name: string;
}): void {
  const control: Control = {
    behaviour: "sign",
    release: () => {},
    requests: 0,
    signed: [],
  };
  window.sealaneTestWallet = control;
  const PKCS8 = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
  const chains = () => [
    control.behaviour === "wrong_network" ? "solana:mainnet" : "solana:localnet",
  ];
  const account = () => ({
    address,
    publicKey: new Uint8Array(32),
    chains: chains(),
    features: ["solana:signTransaction"],
  });
  async function sign(transaction: Uint8Array): Promise<Uint8Array> {
    control.requests += 1;
    if (control.behaviour === "reject") {
      throw Object.assign(new Error("User rejected the request."), { code: 4001 });
    }
    if (control.behaviour === "hold") {
      await new Promise<void>((resolve) => {
        control.release = resolve;
      });
    }
    const key = await crypto.subtle.importKey(
      "pkcs8",
      new Uint8Array([...PKCS8, ...seed]),
      "Ed25519",
      false,
      ["sign"],
    );
    // One signer, who pays: its signature is the first of the transaction.
    const signatures = transaction[0] ?? 0;
    const message = transaction.slice(1 + 64 * signatures);
    const signed = transaction.slice();
    signed.set(new Uint8Array(await crypto.subtle.sign("Ed25519", key, message)), 1);
    control.signed = [...signed];
    return signed;
  }
  const wallet = {
    version: "1.0.0",
    name,
    icon: "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAxIDEiPjxyZWN0IHdpZHRoPSIxIiBoZWlnaHQ9IjEiIGZpbGw9IiM4ODgiLz48L3N2Zz4=",
    chains: ["solana:localnet", "solana:mainnet"],
    get accounts() {
      return [account()];
    },
    features: {
      "standard:connect": { version: "1.0.0", connect: async () => ({ accounts: [account()] }) },
      "standard:events": { version: "1.0.0", on: () => () => {} },
      "solana:signTransaction": {
        version: "1.0.0",
        supportedTransactionVersions: ["legacy", 0],
        signTransaction: async (...inputs: { transaction: Uint8Array }[]) =>
          Promise.all(
            inputs.map(async (input) => ({ signedTransaction: await sign(input.transaction) })),
          ),
      },
    },
  };
  const callback = (api: { register: (...wallets: unknown[]) => void }) => api.register(wallet);
  window.dispatchEvent(new CustomEvent("wallet-standard:register-wallet", { detail: callback }));
  window.addEventListener("wallet-standard:app-ready", (event) =>
    callback((event as CustomEvent<{ register: (...wallets: unknown[]) => void }>).detail),
  );
}

export async function installWallet(page: Page, key: TestKey): Promise<void> {
  await page.addInitScript(register, { address: key.address, seed: key.seed, name: WALLET_NAME });
}

export async function tellWallet(page: Page, behaviour: Behaviour): Promise<void> {
  await page.evaluate((next) => {
    window.sealaneTestWallet.behaviour = next;
  }, behaviour);
}

export async function releaseWallet(page: Page): Promise<void> {
  await page.evaluate(() => window.sealaneTestWallet.release());
}

/** How many times the wallet was asked, and the transaction that it signed last. */
export async function walletLog(page: Page): Promise<{ requests: number; signed: Uint8Array }> {
  const { requests, signed } = await page.evaluate(() => {
    const log = window.sealaneTestWallet;
    return { requests: log.requests, signed: log.signed };
  });
  return { requests, signed: Uint8Array.from(signed) };
}
