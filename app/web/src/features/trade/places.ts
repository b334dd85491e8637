import type { Market } from "@/api/model";

function placesOf(decimal: string): number {
  const [, fraction = ""] = decimal.split(".");
  return fraction.replace(/0+$/, "").length;
}

/** Decimal places of a market's prices. */
export function tickPlaces(market: Pick<Market, "tickSize">): number {
  return placesOf(market.tickSize);
}

/** Decimal places of a market's sizes. */
export function lotPlaces(market: Pick<Market, "lotSize">): number {
  return placesOf(market.lotSize);
}
