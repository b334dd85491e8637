/** Stakes as they lie on the chain. */

import {
  type Address,
  address,
  createSolanaRpc,
  getAddressEncoder,
  getBase64Encoder,
  getProgramDerivedAddress,
} from "@solana/kit";
import { chainState, environment } from "./environment";

const rpc = createSolanaRpc(`${environment.url}/rpc`);

/** Where a position's account keeps what is read here: see `programs/staking/src/state/position.rs`. */
const DELEGATE_AT = 104;
const COOLING_AT = 136;
const COOLED_AT = 144;
const CLAIM_FROM_AT = 192;
const ENTRY_COUNT_AT = 200;
const ENTRIES_AT = 208;
const ENTRY_BYTES = 32;
const ENTRY_EPOCH_AT = 24;
const ENTRY_LOCK_AT = 28;

export interface StakeNow {
  amount: bigint;
  /** The epoch of the last change, and the first in which it is free as of that. */
  epoch: number;
  lockUntil: number;
  cooling: bigint;
  cooledAt: bigint;
  claimFrom: number;
  hasDelegate: boolean;
}

export function farmOf(name: string): Address {
  const farm = chainState().farms.find((candidate) => candidate.name === name);
  if (!farm) {
    throw new Error(`the chain has no farm ${name}`);
  }
  return address(farm.address);
}

async function positionAddress(farm: Address, owner: Address, index: number): Promise<Address> {
  const program = chainState().programs.find(({ name }) => name === "staking");
  const encoder = getAddressEncoder();
  const [derived] = await getProgramDerivedAddress({
    programAddress: address(program?.address ?? ""),
    seeds: [
      "position",
      encoder.encode(farm),
      encoder.encode(owner),
      Uint8Array.of(index & 255, index >> 8),
    ],
  });
  return derived;
}

/** An owner's position in a farm; null where there is none. */
export async function stakeOf(
  owner: Address,
  farmName: string,
  index = 0,
): Promise<StakeNow | null> {
  const at = await positionAddress(farmOf(farmName), owner, index);
  const { value } = await rpc
    .getAccountInfo(at, { encoding: "base64", commitment: "confirmed" })
    .send();
  if (!value) {
    return null;
  }
  const bytes = Uint8Array.from(getBase64Encoder().encode(value.data[0]));
  const view = new DataView(bytes.buffer);
  const count = view.getUint32(ENTRY_COUNT_AT, true);
  const last = ENTRIES_AT + ENTRY_BYTES * (count - 1);
  return {
    amount: count === 0 ? 0n : view.getBigUint64(last, true),
    epoch: count === 0 ? 0 : view.getUint32(last + ENTRY_EPOCH_AT, true),
    lockUntil: count === 0 ? 0 : view.getUint32(last + ENTRY_LOCK_AT, true),
    cooling: view.getBigUint64(COOLING_AT, true),
    cooledAt: view.getBigInt64(COOLED_AT, true),
    claimFrom: view.getUint32(CLAIM_FROM_AT, true),
    hasDelegate: bytes.slice(DELEGATE_AT, DELEGATE_AT + 32).some((byte) => byte !== 0),
  };
}
