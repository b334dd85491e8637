/** What a transaction changes of pools and markets, in words. */

import type { Address } from "@/api/model";
import { bpsText, pipsText } from "@/lib/format";
import type { MarketInfo, PoolInfo } from "@/wasm/sealane_wasm";

/** A setting as it is and as it would be. */
export interface SettingChange {
  venue: Address;
  name: string;
  before: string;
  after: string;
}

type Settings = Record<string, string>;

function pausedText(actions: readonly string[]): string {
  return actions.length > 0
    ? actions.map((name) => name.replaceAll("_", " ")).join(", ")
    : "nothing";
}

function poolSettings({ fees, paused, authority, curve }: PoolInfo): Settings {
  return {
    "Smallest swap pays": pipsText(fees.maxPips),
    "Largest swap pays": pipsText(fees.minPips),
    "How fast that falls": String(fees.slopePips),
    "Of it to the authority": bpsText(fees.protocolShareBps),
    Paused: pausedText(paused),
    Authority: authority,
    Amplification: curve.kind === "stable_swap" ? String(curve.amplification) : "none",
  };
}

function marketSettings(market: MarketInfo): Settings {
  return {
    "Taker fee": pipsText(market.takerFeePips),
    "Maker fee": pipsText(market.makerFeePips),
    "Of it to referrers": bpsText(market.referrerShareBps),
    Paused: pausedText(market.paused),
    Authority: market.authority,
  };
}

/** What an engine that knows some accounts says of them. */
export interface Venues {
  pools: () => PoolInfo[];
  markets: () => MarketInfo[];
}

function settingsOf(venues: Venues): Map<string, Settings> {
  return new Map([
    ...venues.pools().map((pool) => [pool.pool, poolSettings(pool)] as const),
    ...venues.markets().map((market) => [market.market, marketSettings(market)] as const),
  ]);
}

/** What is not the same before and after. */
export function changesBetween(before: Venues, after: Venues): SettingChange[] {
  const [was, is] = [settingsOf(before), settingsOf(after)];
  return [...is].flatMap(([venue, settings]) =>
    Object.entries(settings).flatMap(([name, value]) => {
      const old = was.get(venue)?.[name];
      return old === undefined || old === value
        ? []
        : [{ venue: venue as Address, name, before: old, after: value }];
    }),
  );
}
