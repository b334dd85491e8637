/** What the gateway sends, as far as the app reads it. */

export interface WireConfig {
  cluster: string;
  rpc_path: string;
  faucet_path: string | null;
  explorer: string | null;
  genesis_hash: string;
}

export interface WireBoth {
  base: string;
  quote: string;
}

export interface WireToken {
  mint: string;
  symbol: string;
  name: string;
  decimals: number;
  program: string;
  transfer_fee_bps: number;
}

export interface WirePool {
  pool: string;
  base_mint: string;
  quote_mint: string;
  base_decimals: number;
  quote_decimals: number;
  curve: { kind: string; amplification?: { now_times_100: number } };
  fees: { min_pips: number; max_pips: number; slope_pips: number; protocol_share_bps: number };
  authority: string;
  paused: string[];
  price: string | null;
  shards: {
    shard: string;
    index: number;
    base_reserve: string;
    quote_reserve: string;
    price: string | null;
    lp_mint: string;
    lp_supply: string;
  }[];
  tvl: WireBoth;
  tvl_quote: string;
  volume_24h: WireBoth;
  fees_24h: WireBoth;
  trades_24h: number;
  apr_bps: number | null;
}

export interface WireMarket {
  market: string;
  base_mint: string;
  quote_mint: string;
  base_decimals: number;
  quote_decimals: number;
  base_lot: string;
  tick: string;
  lot_size: string;
  tick_size: string;
  fees: { taker_pips: number; maker_pips: number };
  paused: string[];
  best_bid: string | null;
  best_ask: string | null;
  mid: string | null;
  last: string | null;
  change_24h_bps: number | null;
  volume_24h: WireBoth;
  trades_24h: number;
  lanes: { count: number; quoting: number; orders: number };
}

export interface WireLevel {
  price: string;
  size: string;
  orders: number;
}

export interface WireBook {
  bids: WireLevel[];
  asks: WireLevel[];
}

export interface WireTrade {
  id: number;
  venue: string;
  signature: string;
  slot: number;
  time: number;
  side: string;
  price: string;
  base: string;
  quote: string;
}

export interface WireCandle {
  time: number;
  open: string;
  high: string;
  low: string;
  close: string;
  base: string;
  quote: string;
}

export interface WireHop {
  kind: string;
  venue: string;
  shard_index?: number;
  lanes?: string[];
  input_mint: string;
  output_mint: string;
  sent: string;
  received: string;
}

export interface WireQuote {
  slot: number;
  mode: string;
  input_mint: string;
  output_mint: string;
  sent: string;
  received: string;
  minimum_received: string;
  maximum_sent: string;
  unspent: string;
  price_impact_bps: number;
  fees: { mint: string; lp: string; protocol: string; taker: string; transfer: string }[];
  leftovers: { mint: string; amount: string }[];
  compute_units: number;
  accounts: number;
  route: { share_bps: number; hops: WireHop[] }[];
  legs: WireHop[];
}

export interface WirePortfolio {
  owner: string;
  lamports: string;
  tokens: {
    mint: string;
    account: string;
    amount: string;
    decimals: number;
    associated: boolean;
  }[];
  lp: {
    pool: string;
    shard: string;
    shard_index: number;
    lp_mint: string;
    shares: string;
    total_shares: string;
    base: string;
    quote: string;
  }[];
  lanes: {
    lane: string;
    market: string;
    index: number;
    capacity: number;
    base_free: string;
    base_locked: string;
    quote_free: string;
    quote_locked: string;
    orders: {
      id: string;
      client_id: string;
      side: string;
      price_ticks: number;
      price: string;
      lots: string;
      size: string;
      expires_slot: number | null;
      expires_at: number | null;
      expired: boolean;
    }[];
  }[];
}

export interface WireActivity {
  id: number;
  kind: string;
  signature: string;
  slot: number;
  time: number;
  venue: string | null;
  side: string | null;
  base: string | null;
  quote: string | null;
  price: string | null;
  fee: string | null;
}

export interface WireReport {
  slot: number;
  balances: {
    account: string;
    balance: string;
    mint?: string;
    owner?: string;
    before: string;
    after: string;
  }[];
  fills: unknown[];
  compute_units: number;
}
