import {
  ArrowLeftRight,
  CandlestickChart,
  Droplets,
  type LucideIcon,
  WalletMinimal,
} from "lucide-react";

export interface NavItem {
  to: "/swap" | "/trade" | "/pools" | "/portfolio";
  label: string;
  icon: LucideIcon;
}

/**
 * The areas of the app, in both navigations. Up to six fit into the bar at the bottom of a phone:
 * Earn and Govern take the two places left when the programs behind them exist.
 */
export const NAV: readonly NavItem[] = [
  { to: "/swap", label: "Swap", icon: ArrowLeftRight },
  { to: "/trade", label: "Trade", icon: CandlestickChart },
  { to: "/pools", label: "Pools", icon: Droplets },
  { to: "/portfolio", label: "Portfolio", icon: WalletMinimal },
];
