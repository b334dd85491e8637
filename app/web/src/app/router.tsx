import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { SwapPage } from "@/features/swap/SwapPage";
import { NotFound, PageError, PagePending } from "./PageStates";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/swap" });
  },
});

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Which tokens to swap, by symbol or mint, so that a pair can be linked to. */
export interface SwapSearch {
  from?: string;
  to?: string;
}

const swap = createRoute({
  getParentRoute: () => root,
  path: "/swap",
  component: SwapPage,
  validateSearch: (search): SwapSearch => {
    const [from, to] = [text(search.from), text(search.to)];
    return { ...(from && { from }), ...(to && { to }) };
  },
});

const trade = createRoute({
  getParentRoute: () => root,
  path: "/trade",
  component: lazyRouteComponent(() => import("@/features/trade/TradePage"), "TradePage"),
});

const tradeMarket = createRoute({
  getParentRoute: () => root,
  path: "/trade/$market",
  component: lazyRouteComponent(() => import("@/features/trade/TradePage"), "TradePage"),
});

const pools = createRoute({
  getParentRoute: () => root,
  path: "/pools",
  component: lazyRouteComponent(() => import("@/features/pools/PoolsPage"), "PoolsPage"),
});

const createPool = createRoute({
  getParentRoute: () => root,
  path: "/pools/create",
  component: lazyRouteComponent(() => import("@/features/pools/CreatePoolPage"), "CreatePoolPage"),
});

const pool = createRoute({
  getParentRoute: () => root,
  path: "/pools/$pool",
  component: lazyRouteComponent(() => import("@/features/pools/PoolPage"), "PoolPage"),
});

const portfolio = createRoute({
  getParentRoute: () => root,
  path: "/portfolio",
  component: lazyRouteComponent(
    () => import("@/features/portfolio/PortfolioPage"),
    "PortfolioPage",
  ),
});

const learn = createRoute({
  getParentRoute: () => root,
  path: "/how-it-works",
  component: lazyRouteComponent(() => import("@/features/learn/LearnPage"), "LearnPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    index,
    swap,
    trade,
    tradeMarket,
    pools,
    createPool,
    pool,
    portfolio,
    learn,
  ]),
  defaultErrorComponent: PageError,
  defaultPendingComponent: PagePending,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
