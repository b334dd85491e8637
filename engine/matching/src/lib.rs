//! A price-time order book for markets matched off-chain.
