/**
 * What the app knows about the exchange. Amounts are `bigint`s of base units; prices of pools are
 * decimals for people; prices of order books are ticks. `decode.ts` makes these from what the
 * gateway sends.
 */

import type { Address } from "@solana/kit";
import type { VoteRecord } from "./governance/model";
import type { StakePosition } from "./staking/model";

export type { Address };

export interface Config {
  cluster: string;
  rpcPath: string;
  /** Where test tokens come from; null where there are none to give. */
  faucetPath: string | null;
  /** With `{signature}` in it. */
  explorer: string | null;
  genesisHash: string;
}

export interface Token {
  mint: Address;
  symbol: string;
  name: string;
  decimals: number;
  program: "spl_token" | "token_2022";
  transferFeeBps: number;
}

/** An amount of both tokens of a pair. */
export interface Both {
  base: bigint;
  quote: bigint;
}

export type Curve = { kind: "constant_product" } | { kind: "stable_swap"; amplification: number };

export interface PoolFees {
  /** The least that a trade pays, in millionths of its output. */
  minPips: number;
  /** What the smallest trade pays. */
  maxPips: number;
  /** How fast the rate falls with the part of the reserve that is bought. */
  slopePips: number;
  /** The part of the fee that goes to the pool's authority. */
  protocolShareBps: number;
}

export interface Shard {
  address: Address;
  index: number;
  baseReserve: bigint;
  quoteReserve: bigint;
  price: number | null;
  lpMint: Address;
  lpSupply: bigint;
}

export interface Pool {
  address: Address;
  baseMint: Address;
  quoteMint: Address;
  baseDecimals: number;
  quoteDecimals: number;
  curve: Curve;
  fees: PoolFees;
  authority: Address;
  paused: string[];
  /** Quote tokens for one base token. */
  price: number | null;
  shards: Shard[];
  tvl: Both;
  /** In whole quote tokens at the pool's price. */
  tvlQuote: number;
  volume24h: Both;
  fees24h: Both;
  trades24h: number;
  aprBps: number | null;
}

export interface MarketFees {
  takerPips: number;
  /** Negative: a rebate. */
  makerPips: number;
}

export interface Market {
  address: Address;
  baseMint: Address;
  quoteMint: Address;
  baseDecimals: number;
  quoteDecimals: number;
  /** Base units in a lot. */
  baseLot: bigint;
  /** Quote units by which a lot's value grows with each tick. */
  tick: bigint;
  /** A tick, in whole quote tokens for one whole base token. */
  tickSize: string;
  /** A lot, in whole base tokens. */
  lotSize: string;
  fees: MarketFees;
  paused: string[];
  bestBid: number | null;
  bestAsk: number | null;
  mid: number | null;
  last: number | null;
  change24hBps: number | null;
  volume24h: Both;
  trades24h: number;
  lanes: number;
  orders: number;
}

export type Side = "buy" | "sell";

/** All orders at one price, for people: whole tokens. */
export interface Level {
  price: number;
  size: number;
  orders: number;
}

export interface Book {
  /** Best first. */
  bids: Level[];
  asks: Level[];
}

export interface Trade {
  id: number;
  time: number;
  signature: string;
  /** What the taker did. */
  side: Side;
  /** Quote tokens for one base token. */
  price: number;
  base: bigint;
  quote: bigint;
}

export interface Candle {
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** In whole base tokens. */
  volume: number;
}

export const CANDLE_INTERVALS = ["1s", "1m", "5m", "15m", "1h", "4h", "1d"] as const;
export type CandleInterval = (typeof CANDLE_INTERVALS)[number];

export type SwapMode = "exact_in" | "exact_out";

export interface QuoteRequest {
  inputMint: Address;
  outputMint: Address;
  amount: bigint;
  mode: SwapMode;
  slippageBps: number;
  excluded: readonly Address[];
  /** Who trades: own orders are left alone, and shards that are as good are spread over traders. */
  owner: Address | null;
}

/** One trade of a route. */
export interface Hop {
  kind: "pool" | "market";
  venue: Address;
  /** Of a pool. */
  shardIndex: number | null;
  /** Of a market: how many makers' lanes are named. */
  lanes: number;
  inputMint: Address;
  outputMint: Address;
  sent: bigint;
  received: bigint;
}

/** One way from the token sent to the token received. */
export interface Segment {
  shareBps: number;
  hops: Hop[];
}

export interface FeeTotal {
  mint: Address;
  lp: bigint;
  protocol: bigint;
  taker: bigint;
  transfer: bigint;
}

export interface Route {
  mode: SwapMode;
  inputMint: Address;
  outputMint: Address;
  sent: bigint;
  received: bigint;
  minimumReceived: bigint;
  maximumSent: bigint;
  /** What stays in the wallet because books trade whole lots. */
  unspent: bigint;
  priceImpactBps: number;
  segments: Segment[];
  /** The trades in the order in which they are executed. */
  legs: Hop[];
  fees: FeeTotal[];
  /** What stays in the wallet of tokens that are only passed through. */
  leftovers: { mint: Address; amount: bigint }[];
  accounts: number;
  computeUnits: number;
  slot: number;
}

export interface Balance {
  mint: Address;
  account: Address;
  amount: bigint;
  decimals: number;
  /** Whether it is the wallet's associated account, which trades use. */
  associated: boolean;
}

export interface LpPosition {
  pool: Address;
  shard: Address;
  shardIndex: number;
  lpMint: Address;
  shares: bigint;
  totalShares: bigint;
  /** What the shares are worth now. */
  value: Both;
}

export interface OpenOrder {
  id: string;
  lane: Address;
  market: Address;
  side: Side;
  price: number;
  priceTicks: number;
  /** In whole base tokens. */
  size: number;
  lots: bigint;
  clientId: string;
  expiresAt: number | null;
  expiresSlot: number | null;
  expired: boolean;
}

export interface Lane {
  address: Address;
  market: Address;
  index: number;
  free: Both;
  locked: Both;
  orders: OpenOrder[];
  /** Orders that each side has room for. */
  capacity: number;
}

export interface Portfolio {
  owner: Address;
  lamports: bigint;
  balances: Balance[];
  positions: LpPosition[];
  lanes: Lane[];
  stakes: StakePosition[];
  /** On proposals that are open. */
  votes: VoteRecord[];
}

export interface HistoryEntry {
  id: number;
  kind: string;
  time: number;
  slot: number;
  signature: string;
  venue: Address | null;
  side: Side | null;
  price: number | null;
  base: bigint | null;
  quote: bigint | null;
  /** Of the base amount, where it is not the venue's base token: in farms. */
  mint: Address | null;
  fee: bigint | null;
}

/** A balance that a simulated transaction changes. */
export interface BalanceChange {
  account: Address;
  /** `token` of a token account; otherwise which balance of a lane or a shard. */
  balance: string;
  mint: Address | null;
  owner: Address | null;
  before: bigint;
  after: bigint;
}

/** What a transaction would do now. */
export interface Simulation {
  changes: BalanceChange[];
  fills: number;
  computeUnits: number;
}
