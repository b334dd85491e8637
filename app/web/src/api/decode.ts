/** From what the gateway sends to what the app knows. */

import * as governance from "./governance/decode";
import type {
  Address,
  Both,
  Candle,
  Config,
  HistoryEntry,
  Hop,
  Lane,
  Level,
  Market,
  Pool,
  Portfolio,
  Route,
  Side,
  Token,
  Trade,
} from "./model";
import * as staking from "./staking/decode";
import { maybeAmount, maybeNumber } from "./values";
import type {
  WireActivity,
  WireBoth,
  WireCandle,
  WireConfig,
  WireHop,
  WireLane,
  WireLevel,
  WireMarket,
  WirePool,
  WirePortfolio,
  WireQuote,
  WireToken,
  WireTrade,
} from "./wire";

export function both(wire: WireBoth): Both {
  return { base: BigInt(wire.base), quote: BigInt(wire.quote) };
}

export function config(wire: WireConfig): Config {
  return {
    cluster: wire.cluster,
    rpcPath: wire.rpc_path,
    faucetPath: wire.faucet_path ?? null,
    explorer: wire.explorer ?? null,
    genesisHash: wire.genesis_hash,
  };
}

export function token(wire: WireToken): Token {
  return {
    mint: wire.mint as Address,
    symbol: wire.symbol,
    name: wire.name,
    decimals: wire.decimals,
    program: wire.program === "token_2022" ? "token_2022" : "spl_token",
    transferFeeBps: wire.transfer_fee_bps,
  };
}

export function pool(wire: WirePool): Pool {
  const amplification = wire.curve.amplification;
  return {
    address: wire.pool as Address,
    baseMint: wire.base_mint as Address,
    quoteMint: wire.quote_mint as Address,
    baseDecimals: wire.base_decimals,
    quoteDecimals: wire.quote_decimals,
    curve: amplification
      ? { kind: "stable_swap", amplification: amplification.now_times_100 / 100 }
      : { kind: "constant_product" },
    fees: {
      minPips: wire.fees.min_pips,
      maxPips: wire.fees.max_pips,
      slopePips: wire.fees.slope_pips,
      protocolShareBps: wire.fees.protocol_share_bps,
    },
    authority: wire.authority as Address,
    paused: wire.paused,
    price: maybeNumber(wire.price),
    shards: wire.shards.map((shard) => ({
      address: shard.shard as Address,
      index: shard.index,
      baseReserve: BigInt(shard.base_reserve),
      quoteReserve: BigInt(shard.quote_reserve),
      price: maybeNumber(shard.price),
      lpMint: shard.lp_mint as Address,
      lpSupply: BigInt(shard.lp_supply),
    })),
    tvl: both(wire.tvl),
    tvlQuote: Number(wire.tvl_quote),
    volume24h: both(wire.volume_24h),
    fees24h: both(wire.fees_24h),
    trades24h: wire.trades_24h,
    aprBps: wire.apr_bps ?? null,
  };
}

export function market(wire: WireMarket): Market {
  return {
    address: wire.market as Address,
    baseMint: wire.base_mint as Address,
    quoteMint: wire.quote_mint as Address,
    baseDecimals: wire.base_decimals,
    quoteDecimals: wire.quote_decimals,
    baseLot: BigInt(wire.base_lot),
    tick: BigInt(wire.tick),
    tickSize: wire.tick_size,
    lotSize: wire.lot_size,
    fees: { takerPips: wire.fees.taker_pips, makerPips: wire.fees.maker_pips },
    paused: wire.paused,
    bestBid: maybeNumber(wire.best_bid),
    bestAsk: maybeNumber(wire.best_ask),
    mid: maybeNumber(wire.mid),
    last: maybeNumber(wire.last),
    change24hBps: wire.change_24h_bps ?? null,
    volume24h: both(wire.volume_24h),
    trades24h: wire.trades_24h,
    lanes: wire.lanes.count,
    orders: wire.lanes.orders,
  };
}

export function level(wire: WireLevel): Level {
  return { price: Number(wire.price), size: Number(wire.size), orders: wire.orders };
}

const side = (text: string): Side => (text === "sell" ? "sell" : "buy");

export function trade(wire: WireTrade): Trade {
  return {
    id: wire.id,
    time: wire.time,
    signature: wire.signature,
    side: side(wire.side),
    price: Number(wire.price),
    base: BigInt(wire.base),
    quote: BigInt(wire.quote),
  };
}

export function candle(wire: WireCandle, baseDecimals: number): Candle {
  return {
    time: wire.time,
    open: Number(wire.open),
    high: Number(wire.high),
    low: Number(wire.low),
    close: Number(wire.close),
    volume: Number(wire.base) / 10 ** baseDecimals,
  };
}

function hop(wire: WireHop): Hop {
  return {
    kind: wire.kind === "market" ? "market" : "pool",
    venue: wire.venue as Address,
    shardIndex: wire.shard_index ?? null,
    lanes: wire.lanes?.length ?? 0,
    inputMint: wire.input_mint as Address,
    outputMint: wire.output_mint as Address,
    sent: BigInt(wire.sent),
    received: BigInt(wire.received),
  };
}

export function route(wire: WireQuote): Route {
  return {
    mode: wire.mode === "exact_out" ? "exact_out" : "exact_in",
    inputMint: wire.input_mint as Address,
    outputMint: wire.output_mint as Address,
    sent: BigInt(wire.sent),
    received: BigInt(wire.received),
    minimumReceived: BigInt(wire.minimum_received),
    maximumSent: BigInt(wire.maximum_sent),
    unspent: BigInt(wire.unspent),
    priceImpactBps: wire.price_impact_bps,
    segments: wire.route.map((segment) => ({
      shareBps: segment.share_bps,
      hops: segment.hops.map(hop),
    })),
    legs: wire.legs.map(hop),
    fees: wire.fees.map((fees) => ({
      mint: fees.mint as Address,
      lp: BigInt(fees.lp),
      protocol: BigInt(fees.protocol),
      taker: BigInt(fees.taker),
      transfer: BigInt(fees.transfer),
    })),
    leftovers: wire.leftovers.map((left) => ({
      mint: left.mint as Address,
      amount: BigInt(left.amount),
    })),
    accounts: wire.accounts,
    computeUnits: wire.compute_units,
    slot: wire.slot,
  };
}

function lane(wire: WireLane): Lane {
  return {
    address: wire.lane as Address,
    market: wire.market as Address,
    index: wire.index,
    free: { base: BigInt(wire.base_free), quote: BigInt(wire.quote_free) },
    locked: { base: BigInt(wire.base_locked), quote: BigInt(wire.quote_locked) },
    capacity: wire.capacity,
    orders: wire.orders.map((order) => ({
      id: order.id,
      lane: wire.lane as Address,
      market: wire.market as Address,
      side: side(order.side),
      price: Number(order.price),
      priceTicks: order.price_ticks,
      size: Number(order.size),
      lots: BigInt(order.lots),
      clientId: order.client_id,
      expiresAt: order.expires_at ?? null,
      expiresSlot: order.expires_slot ?? null,
      expired: order.expired,
    })),
  };
}

export function portfolio(wire: WirePortfolio): Portfolio {
  return {
    owner: wire.owner as Address,
    lamports: BigInt(wire.lamports),
    balances: wire.tokens.map((held) => ({
      mint: held.mint as Address,
      account: held.account as Address,
      amount: BigInt(held.amount),
      decimals: held.decimals,
      associated: held.associated,
    })),
    positions: wire.lp.map((held) => ({
      pool: held.pool as Address,
      shard: held.shard as Address,
      shardIndex: held.shard_index,
      lpMint: held.lp_mint as Address,
      shares: BigInt(held.shares),
      totalShares: BigInt(held.total_shares),
      value: { base: BigInt(held.base), quote: BigInt(held.quote) },
    })),
    lanes: wire.lanes.map(lane),
    stakes: wire.positions.map(staking.position),
    votes: wire.votes.map(governance.vote),
  };
}

export function activity(wire: WireActivity): HistoryEntry {
  return {
    id: wire.id,
    kind: wire.kind,
    time: wire.time,
    slot: wire.slot,
    signature: wire.signature,
    venue: (wire.venue ?? null) as Address | null,
    side: wire.side ? side(wire.side) : null,
    price: maybeNumber(wire.price),
    base: maybeAmount(wire.base),
    quote: maybeAmount(wire.quote),
    mint: (wire.mint ?? null) as Address | null,
    fee: maybeAmount(wire.fee),
  };
}
