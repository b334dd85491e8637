import { Link, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { Toaster } from "sonner";
import { useConfig } from "@/api/queries";
import { registerBurner } from "@/wallet/burner";
import { ConnectDialog } from "@/wallet/ConnectDialog";
import { useWalletStore } from "@/wallet/store";
import { WalletButton } from "@/wallet/WalletButton";
import { ConnectionNotice } from "./ConnectionNotice";
import { FirstRunGuide } from "./FirstRunGuide";
import { Logo } from "./Logo";
import { NetworkStatus } from "./NetworkStatus";
import { NAV } from "./nav";
import { SettingsButton } from "./SettingsDialog";
import { ThemeButton } from "./ThemeButton";
import { useApplyTheme, useTheme } from "./theme";

/** Toasts look like the rest of the page. */
const TOAST_STYLE = {
  fontFamily: '"Inter Variable", ui-sans-serif, system-ui, sans-serif',
  background: "var(--surface)",
  color: "var(--text)",
  borderColor: "var(--line-strong)",
  boxShadow: "var(--shadow)",
} as const;

/** Wallets may announce themselves after the page has loaded; this is how long we look out. */
const RECONNECT_TRIES_MS = [0, 150, 600, 1500];

function useWalletOnStart() {
  const config = useConfig().data;
  const reconnect = useWalletStore((state) => state.reconnect);
  useEffect(() => {
    if (config?.faucetPath) {
      registerBurner(config.cluster);
    }
    const timers = RECONNECT_TRIES_MS.map((delay) => setTimeout(() => void reconnect(), delay));
    return () => timers.forEach(clearTimeout);
  }, [config, reconnect]);
}

export function Shell() {
  useApplyTheme();
  useWalletOnStart();
  const theme = useTheme();
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="-translate-y-16 fixed top-2 left-2 z-50 rounded-lg bg-accent-fill px-3 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 border-line border-b bg-surface">
        <div className="flex h-14 items-center gap-2 px-3 sm:gap-4 sm:px-5">
          <Link
            to="/swap"
            aria-label="Sealane, home"
            className="flex items-center gap-2 rounded font-semibold text-base"
          >
            <Logo />
            <span className="max-[400px]:sr-only md:max-lg:sr-only">Sealane</span>
          </Link>
          <nav aria-label="Main" className="hidden h-full md:flex">
            {NAV.map((item) => (
              <Link
                key={item.to}
                to={item.to}
                className="-mb-px flex items-center border-transparent border-b-2 px-2 font-medium text-muted hover:text-text lg:px-3.5"
                activeProps={{ className: "border-accent! text-text!" }}
              >
                {item.label}
              </Link>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-1">
            <NetworkStatus />
            <ThemeButton />
            <SettingsButton />
            <WalletButton />
          </div>
        </div>
        <ConnectionNotice />
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="flex flex-1 flex-col outline-none max-md:min-h-[calc(100dvh-3.5rem)]"
      >
        <Outlet />
      </main>
      <Footer />
      <BottomNav />
      <ConnectDialog />
      <FirstRunGuide />
      <Toaster
        theme={theme}
        position="bottom-right"
        closeButton
        toastOptions={{ style: TOAST_STYLE }}
        offset={{ bottom: 24 }}
        mobileOffset={{ bottom: 72 }}
      />
    </div>
  );
}

function Footer() {
  return (
    <footer className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 border-line border-t px-3 py-3 pb-20 text-faint text-xs sm:px-5 md:pb-3">
      <span>Trades settle on Solana; this page never holds your keys.</span>
      <nav aria-label="About" className="flex gap-4">
        <Link to="/how-it-works" className="hover:text-text">
          How it works
        </Link>
        <a href="/docs" className="hover:text-text">
          API
        </a>
      </nav>
    </footer>
  );
}

/** On phones, within reach of a thumb. */
function BottomNav() {
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 flex border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {NAV.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="flex h-14 flex-1 flex-col items-center justify-center gap-0.5 font-medium text-2xs text-muted"
          activeProps={{ className: "text-accent!" }}
        >
          <Icon aria-hidden className="size-5" />
          {label}
        </Link>
      ))}
    </nav>
  );
}
