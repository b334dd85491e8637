import type { Realm } from "@/api/governance/model";
import { useTokenMap } from "@/api/queries";
import { useValuation } from "@/features/portfolio/valuation";
import { exactAmount, priceText, shortAddress } from "@/lib/format";
import { CopyableAddress } from "@/ui/Copy";
import { Fact, Panel } from "@/ui/Panel";

/** What the realm has; only proposals spend it. */
export function TreasuryPanel({ realm }: { realm: Realm }) {
  const tokens = useTokenMap();
  const { of, reference } = useValuation();
  const held = realm.balances.filter(({ amount }) => amount > 0n);
  return (
    <Panel title="Treasury">
      <dl>
        <Fact name="SOL">{exactAmount(realm.lamports, 9)}</Fact>
        {held.map(({ mint, account, amount, decimals }) => {
          const worth = of(mint, amount);
          return (
            <Fact key={account} name={tokens.get(mint)?.symbol ?? shortAddress(mint)}>
              {exactAmount(amount, decimals)}
              {worth !== null && (
                <span className="block text-faint">
                  {priceText(worth, 2)} {reference?.symbol}
                </span>
              )}
            </Fact>
          );
        })}
        <Fact name="Address">
          <CopyableAddress address={realm.treasury} label="treasury" />
        </Fact>
      </dl>
      <p className="pt-2 text-2xs text-faint">
        It signs for the realm: for transfers, and for pools, markets, farms and programs that it is
        the authority of.
      </p>
    </Panel>
  );
}
