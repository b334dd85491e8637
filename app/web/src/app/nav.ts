import {
  ArrowLeftRight,
  CandlestickChart,
  Droplets,
  Landmark,
  type LucideIcon,
  Sprout,
  WalletMinimal,
} from "lucide-react";

export interface NavItem {
  to: "/swap" | "/trade" | "/pools" | "/earn" | "/govern" | "/portfolio";
  label: string;
  icon: LucideIcon;
}

/** The areas of the app, in both navigations. No more than six fit into the bar at the bottom of a phone. */
export const NAV: readonly NavItem[] = [
  { to: "/swap", label: "Swap", icon: ArrowLeftRight },
  { to: "/trade", label: "Trade", icon: CandlestickChart },
  { to: "/pools", label: "Pools", icon: Droplets },
  { to: "/earn", label: "Earn", icon: Sprout },
  { to: "/govern", label: "Govern", icon: Landmark },
  { to: "/portfolio", label: "Portfolio", icon: WalletMinimal },
];
