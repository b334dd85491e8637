/** What the gateway sends, by the names that the app uses. Generated: see `npm run api`. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type WireConfig = Schemas["ConfigView"];
export type WireBoth = Schemas["Both"];
export type WireToken = Schemas["TokenView"];
export type WirePool = Schemas["PoolView"];
export type WireMarket = Schemas["MarketView"];
export type WireLevel = Schemas["BookView"]["bids"][number];
export type WireBook = Schemas["BookView"];
export type WireTrade = Schemas["TradeView"];
export type WireCandle = Schemas["CandleView"];
export type WireHop = Schemas["HopView"];
export type WireQuote = Schemas["QuoteView"];
export type WirePortfolio = Schemas["PortfolioView"];
export type WireLane = Schemas["LaneView"];
export type WireActivity = Schemas["ActivityView"];
export type WireFarm = Schemas["FarmView"];
export type WireReward = Schemas["RewardView"];
export type WireEpoch = Schemas["EpochView"];
export type WirePosition = Schemas["PositionView"];
export type WireRealm = Schemas["RealmView"];
export type WireRules = Schemas["RulesView"];
export type WireProposal = Schemas["ProposalView"];
export type WireProposalDetail = Schemas["ProposalDetailView"];
export type WireVote = Schemas["VoteView"];
export type WirePower = Schemas["PowerView"];
