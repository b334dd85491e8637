import { Link } from "@tanstack/react-router";
import type { Realm } from "@/api/governance/model";
import { usePortfolio } from "@/api/live";
import { useFarm } from "@/api/staking/live";
import { multiplierText } from "@/features/earn/lock";
import { exactAmount, percentText } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Fact, Panel } from "@/ui/Panel";
import { useWallet, useWalletStore } from "@/wallet/store";
import { shareOf } from "./measure";
import { exactWeight } from "./weight";

/** How much of the vote somebody has, were a proposal made now. */
export function PowerPanel({ realm }: { realm: Realm }) {
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const { data: farm } = useFarm(realm.communityFarm);
  const stakes = usePortfolio(wallet?.address).data?.stakes ?? [];
  const positions = stakes.filter(({ farm: of }) => of === realm.communityFarm);
  const power = positions.reduce((sum, { votingPower }) => sum + votingPower, 0n);
  const decimals = farm?.stakeDecimals ?? 0;
  return (
    <Panel title="Your voting power">
      {!wallet ? (
        <Button className="w-full" onClick={() => openWallets(true)}>
          Connect a wallet
        </Button>
      ) : positions.length === 0 ? (
        <p className="text-muted text-xs">
          None yet: whoever{" "}
          <Link
            to="/earn/$farm"
            params={{ farm: realm.communityFarm }}
            className="text-accent underline underline-offset-2"
          >
            stakes
          </Link>{" "}
          votes, from the next epoch on.
        </p>
      ) : (
        <dl>
          {positions.map((position) => (
            <Fact key={position.address} name={`Position ${position.index}`}>
              {exactAmount(position.amount, decimals)} staked, {multiplierText(position.multiplier)}
            </Fact>
          ))}
          <Fact name="Weight at this epoch's beginning">{exactWeight(power, decimals)}</Fact>
          <Fact name="Part of all, about">
            {farm ? percentText(shareOf(power, farm.weight), 3) : "–"}
          </Fact>
        </dl>
      )}
    </Panel>
  );
}
