import { type ReactNode, useState } from "react";
import type { Realm } from "@/api/governance/model";
import type { Address, Pool } from "@/api/model";
import { useMarkets, usePools, useTokenMap } from "@/api/queries";
import { useFarms } from "@/api/staking/live";
import { useFarmViews } from "@/features/earn/farms";
import { usePairs } from "@/features/pools/names";
import { useVenueNames } from "@/features/portfolio/venues";
import { amountText } from "@/lib/amount";
import { exactAmount, shortAddress } from "@/lib/format";
import { SelectField } from "@/ui/SelectField";
import { Notice } from "@/ui/State";
import { TextArea } from "@/ui/TextArea";
import { TextField } from "@/ui/TextField";
import {
  type Kind,
  type Read,
  readFees,
  readInstruction,
  readTransfer,
  type Wanted,
} from "./draft";

/** What is typed about what is to be executed; its fields, and what they come to. */
export interface CallFields {
  fields: ReactNode;
  wanted: Read<Wanted>;
}

const NOTHING: Read<Wanted> = { value: null };

function wanting<T>(read: Read<T>, want: (value: T) => Wanted): Read<Wanted> {
  return "error" in read ? read : { value: want(read.value) };
}

/** The fields of each kind keep what was typed when another kind is looked at. */
export function useCallFields(kind: Kind, realm: Realm): CallFields {
  const all: Record<Kind, CallFields> = {
    fees: useFeeFields(realm),
    pause: usePauseFields(realm),
    transfer: useTransferFields(realm),
    text: { fields: null, wanted: NOTHING },
    custom: useCustomFields(realm),
  };
  return all[kind];
}

/** Only its authority can change a venue: others' proposals would never be executed. */
function AuthorityNotice({ authority, realm }: { authority: Address | undefined; realm: Realm }) {
  return authority === undefined || authority === realm.treasury ? null : (
    <Notice tone="warn">
      The realm is not the authority of this one, {shortAddress(authority)} is: what passes could
      not be executed before that changes.
    </Notice>
  );
}

const percentOf = (pips: number) => amountText(BigInt(pips), 4);

function useFeeFields(realm: Realm): CallFields {
  const pairs = usePairs(usePools().data).sort(
    (one, other) => owned(other.pool, realm) - owned(one.pool, realm),
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const [texts, setTexts] = useState<{ least: string; most: string; share: string } | null>(null);
  const pair = pairs.find(({ pool }) => pool.address === chosen) ?? pairs[0];
  if (!pair) {
    return { fields: <Notice>There is no pool yet.</Notice>, wanted: { error: "Choose a pool" } };
  }
  const { pool } = pair;
  const { fees } = pool;
  const now = {
    least: percentOf(fees.minPips),
    most: percentOf(fees.maxPips),
    share: amountText(BigInt(fees.protocolShareBps), 2),
  };
  const shown = texts ?? now;
  const read = readFees(shown, fees);
  const isSame = "value" in read && JSON.stringify(read.value) === JSON.stringify(fees);
  const field = (name: keyof typeof now, label: string) => (
    <TextField
      label={label}
      inputMode="decimal"
      suffix="%"
      aside={`now ${now[name]}%`}
      value={shown[name]}
      onChange={(text) => setTexts({ ...shown, [name]: text })}
    />
  );
  return {
    wanted: isSame
      ? { error: "Change something" }
      : wanting(read, (value) => ({
          request: { kind: "fees", pool: pool.address, fees: value },
        })),
    fields: (
      <>
        <SelectField
          label="Pool"
          value={pool.address}
          onChange={(address) => {
            setChosen(address);
            setTexts(null);
          }}
          options={pairs.map(({ pool: { address }, base, quote }) => ({
            value: address as string,
            label: `${base.symbol}/${quote.symbol} · ${shortAddress(address)}`,
          }))}
        />
        <AuthorityNotice authority={pool.authority} realm={realm} />
        <div className="grid gap-x-3 sm:grid-cols-3">
          {field("most", "Smallest swap pays")}
          {field("least", "Largest swap pays")}
          {field("share", "Of it to the realm")}
        </div>
        {"error" in read && <Notice tone="warn">{read.error}.</Notice>}
      </>
    ),
  };
}

function owned({ authority }: Pool, realm: Realm): number {
  return authority === realm.treasury ? 1 : 0;
}

const POOL_ACTIONS = ["swap", "add_liquidity", "remove_single_sided", "rebalance"];
const MARKET_ACTIONS = ["place", "take", "deposit", "cross"];
const FARM_ACTIONS = ["stake", "fund"];

interface Venue {
  address: Address;
  label: string;
  actions: readonly string[];
  paused: readonly string[];
  authority: Address | undefined;
}

function useVenues(): Venue[] {
  const pools = usePools().data ?? [];
  const markets = useMarkets().data ?? [];
  const names = useVenueNames();
  const farms = useFarmViews(useFarms().data);
  const label = (address: Address) =>
    `${names.of(address)?.name ?? "Unknown"} · ${shortAddress(address)}`;
  return [
    ...pools.map(({ address, paused, authority }) => ({
      address,
      label: label(address),
      actions: POOL_ACTIONS,
      paused,
      authority,
    })),
    ...markets.map(({ address, paused }) => ({
      address,
      label: label(address),
      actions: MARKET_ACTIONS,
      paused,
      authority: undefined,
    })),
    ...farms.map(({ farm, name }) => ({
      address: farm.address,
      label: `${name} · ${shortAddress(farm.address)}`,
      actions: FARM_ACTIONS,
      paused: farm.paused,
      authority: farm.authority,
    })),
  ];
}

function usePauseFields(realm: Realm): CallFields {
  const rank = ({ authority }: Venue) => (authority === realm.treasury ? 0 : 1);
  const venues = useVenues().sort((one, other) => rank(one) - rank(other));
  const [chosen, setChosen] = useState<string | null>(null);
  const [actions, setActions] = useState<readonly string[] | null>(null);
  const venue = venues.find(({ address }) => address === chosen) ?? venues[0];
  if (!venue) {
    return { fields: <Notice>There is nothing yet.</Notice>, wanted: { error: "Choose a venue" } };
  }
  const paused = actions ?? venue.paused;
  const isSame =
    paused.length === venue.paused.length && paused.every((each) => venue.paused.includes(each));
  return {
    wanted: isSame
      ? { error: "Change something" }
      : { value: { request: { kind: "pause", venue: venue.address, actions: paused } } },
    fields: (
      <>
        <SelectField
          label="Pool, market or farm"
          value={venue.address}
          onChange={(address) => {
            setChosen(address);
            setActions(null);
          }}
          options={venues.map(({ address, label }) => ({ value: address as string, label }))}
        />
        <AuthorityNotice authority={venue.authority} realm={realm} />
        <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
          <legend className="mb-1 text-muted text-xs">Paused once this is executed</legend>
          {venue.actions.map((action) => (
            <label key={action} className="flex items-center gap-2 text-sm">
              <input
                type="checkbox"
                checked={paused.includes(action)}
                onChange={() =>
                  setActions(
                    paused.includes(action)
                      ? paused.filter((each) => each !== action)
                      : [...paused, action],
                  )
                }
                className="size-4 accent-(--accent)"
              />
              {action.replaceAll("_", " ")}
            </label>
          ))}
        </fieldset>
        <p className="text-2xs text-faint">
          Withdrawing in proportion, cancelling, unstaking and claiming cannot be paused by anybody.
        </p>
      </>
    ),
  };
}

const SOL_DECIMALS = 9;

function useTransferFields(realm: Realm): CallFields {
  const tokens = useTokenMap();
  const [mint, setMint] = useState<string>("SOL");
  const [amount, setAmount] = useState("");
  const [to, setTo] = useState("");
  const balance = realm.balances.find((held) => held.mint === mint);
  const token = balance
    ? {
        symbol: tokens.get(balance.mint)?.symbol ?? shortAddress(balance.mint),
        decimals: balance.decimals,
        held: balance.amount,
      }
    : { symbol: "SOL", decimals: SOL_DECIMALS, held: realm.lamports };
  const read = readTransfer({ amount, to }, token);
  return {
    wanted: wanting(read, (value) => ({
      request: { kind: "transfer", realm: realm.address, mint: balance?.mint ?? null, ...value },
    })),
    fields: (
      <>
        <SelectField
          label="Token of the treasury"
          value={mint}
          onChange={setMint}
          options={[
            { value: "SOL", label: `SOL: ${exactAmount(realm.lamports, SOL_DECIMALS)}` },
            ...realm.balances.map((held) => ({
              value: held.mint as string,
              label: `${tokens.get(held.mint)?.symbol ?? shortAddress(held.mint)}: ${exactAmount(held.amount, held.decimals)}`,
            })),
          ]}
        />
        <TextField
          label="Amount"
          inputMode="decimal"
          suffix={token.symbol}
          value={amount}
          onChange={setAmount}
          error={amount !== "" && "error" in read && to !== "" ? read.error : null}
        />
        <TextField
          label="Who gets it: a wallet's address"
          value={to}
          onChange={setTo}
          autoComplete="off"
          spellCheck={false}
        />
      </>
    ),
  };
}

function useCustomFields(realm: Realm): CallFields {
  const [program, setProgram] = useState("");
  const [accounts, setAccounts] = useState("");
  const [data, setData] = useState("");
  const read = readInstruction({ program, accounts, data });
  return {
    wanted: wanting(read, (instruction) => ({ instruction })),
    fields: (
      <>
        <TextField
          label="Program"
          value={program}
          onChange={setProgram}
          autoComplete="off"
          spellCheck={false}
        />
        <TextArea
          label="Accounts, one a line: address, then signer or writable"
          isCode
          rows={5}
          value={accounts}
          onChange={setAccounts}
          spellCheck={false}
          placeholder={`${realm.treasury} signer`}
        />
        <TextArea
          label="Data, hexadecimal"
          isCode
          rows={3}
          value={data}
          onChange={setData}
          spellCheck={false}
        />
        {program !== "" && "error" in read && <Notice tone="warn">{read.error}.</Notice>}
        <p className="text-2xs text-faint">
          Only the treasury can sign, for itself: {realm.treasury}.
        </p>
      </>
    ),
  };
}
