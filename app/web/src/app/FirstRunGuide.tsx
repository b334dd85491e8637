import { Link } from "@tanstack/react-router";
import { useConfig } from "@/api/queries";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useWalletStore } from "@/wallet/store";
import { useSettings } from "./settings";

/** A few sentences for who comes for the first time. */
export function FirstRunGuide() {
  const hasSeen = useSettings((settings) => settings.hasSeenGuide);
  const set = useSettings((settings) => settings.set);
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const config = useConfig().data;
  const close = () => set({ hasSeenGuide: true });
  return (
    <Dialog open={!hasSeen} onOpenChange={(open) => !open && close()} title="Welcome to Sealane">
      <ol className="flex flex-col gap-3 pt-1 text-muted text-sm">
        <li>
          <strong className="text-text">Swap</strong> exchanges one token for another at the best
          price over all pools and order books. You see what you get, at least, before you sign.
        </li>
        <li>
          <strong className="text-text">Trade</strong> is the order book. Your orders lie in a lane:
          an account of your own, which only you can withdraw from.
        </li>
        <li>
          <strong className="text-text">Pools</strong> pay you a part of each trade for the tokens
          you lend them.
        </li>
        <li>
          <strong className="text-text">Earn</strong> pays for what you stake, and staked governance
          tokens vote in <strong className="text-text">Govern</strong>.
        </li>
        {config?.faucetPath && (
          <li>
            This is a <strong className="text-text">test network</strong>: connect the burner
            wallet, and get test tokens from your portfolio. They are worth nothing.
          </li>
        )}
      </ol>
      <p className="mt-3 text-faint text-xs">
        More in{" "}
        <Link
          to="/how-it-works"
          onClick={close}
          className="text-accent underline underline-offset-2"
        >
          How it works
        </Link>
        .
      </p>
      <div className="mt-4 flex gap-2">
        <Button
          tone="primary"
          className="flex-1"
          onClick={() => {
            close();
            openWallets(true);
          }}
        >
          Connect a wallet
        </Button>
        <Button className="flex-1" onClick={close}>
          Look around
        </Button>
      </div>
    </Dialog>
  );
}
