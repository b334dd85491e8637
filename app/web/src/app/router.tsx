import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { FILTERS, type Filter } from "@/features/govern/states";
import { SwapPage } from "@/features/swap/SwapPage";
import { NotFound, PageError, PagePending } from "./PageStates";
import { Shell } from "./Shell";

/** Pages that are loaded when they are first gone to, or in a quiet moment before. */
const PAGES = {
  trade: () => import("@/features/trade/TradePage"),
  pools: () => import("@/features/pools/PoolsPage"),
  pool: () => import("@/features/pools/PoolPage"),
  createPool: () => import("@/features/pools/CreatePoolPage"),
  earn: () => import("@/features/earn/EarnPage"),
  farm: () => import("@/features/earn/FarmPage"),
  govern: () => import("@/features/govern/GovernPage"),
  proposal: () => import("@/features/govern/ProposalPage"),
  propose: () => import("@/features/govern/NewProposalPage"),
  portfolio: () => import("@/features/portfolio/PortfolioPage"),
  learn: () => import("@/features/learn/LearnPage"),
};

/** Fetches the other pages, so that going to them needs neither time nor a connection. */
export function preloadPages(): void {
  for (const load of Object.values(PAGES)) {
    // Whoever goes there meets the failure, and can do something about it.
    load().catch(() => {});
  }
}

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
  component: lazyRouteComponent(PAGES.trade, "TradePage"),
});

const tradeMarket = createRoute({
  getParentRoute: () => root,
  path: "/trade/$market",
  component: lazyRouteComponent(PAGES.trade, "TradePage"),
});

const pools = createRoute({
  getParentRoute: () => root,
  path: "/pools",
  component: lazyRouteComponent(PAGES.pools, "PoolsPage"),
});

const createPool = createRoute({
  getParentRoute: () => root,
  path: "/pools/create",
  component: lazyRouteComponent(PAGES.createPool, "CreatePoolPage"),
});

const pool = createRoute({
  getParentRoute: () => root,
  path: "/pools/$pool",
  component: lazyRouteComponent(PAGES.pool, "PoolPage"),
});

const earn = createRoute({
  getParentRoute: () => root,
  path: "/earn",
  component: lazyRouteComponent(PAGES.earn, "EarnPage"),
});

const farm = createRoute({
  getParentRoute: () => root,
  path: "/earn/$farm",
  component: lazyRouteComponent(PAGES.farm, "FarmPage"),
});

/** Which proposals are shown. */
export interface GovernSearch {
  filter?: Filter;
}

const govern = createRoute({
  getParentRoute: () => root,
  path: "/govern",
  component: lazyRouteComponent(PAGES.govern, "GovernPage"),
  validateSearch: (search): GovernSearch => {
    const filter = FILTERS.find((each) => each === search.filter);
    return filter ? { filter } : {};
  },
});

const propose = createRoute({
  getParentRoute: () => root,
  path: "/govern/new",
  component: lazyRouteComponent(PAGES.propose, "NewProposalPage"),
});

const proposal = createRoute({
  getParentRoute: () => root,
  path: "/govern/$proposal",
  component: lazyRouteComponent(PAGES.proposal, "ProposalPage"),
});

const portfolio = createRoute({
  getParentRoute: () => root,
  path: "/portfolio",
  component: lazyRouteComponent(PAGES.portfolio, "PortfolioPage"),
});

const learn = createRoute({
  getParentRoute: () => root,
  path: "/how-it-works",
  component: lazyRouteComponent(PAGES.learn, "LearnPage"),
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
    earn,
    farm,
    govern,
    propose,
    proposal,
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
