/** From here on a person should look twice. */
export const WARN_IMPACT_BPS = 100;
/** From here on a person must say that it is meant. */
export const CONFIRM_IMPACT_BPS = 500;

export type ImpactLevel = "fine" | "warn" | "confirm";

export function impactLevel(bps: number): ImpactLevel {
  if (bps >= CONFIRM_IMPACT_BPS) {
    return "confirm";
  }
  return bps >= WARN_IMPACT_BPS ? "warn" : "fine";
}

/** The colour of a price impact. */
export const IMPACT_TONES: Record<ImpactLevel, string> = {
  fine: "text-text",
  warn: "text-warn",
  confirm: "text-down",
};
