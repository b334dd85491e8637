import type { RealmConfig } from "@/api/governance/model";
import { bpsText, exactAmount } from "@/lib/format";
import { durationText } from "@/lib/time";
import { Fact, Panel } from "@/ui/Panel";

/** By which rules votes are taken and counted. */
export function RulesPanel({ config }: { config: RealmConfig }) {
  return (
    <Panel title="Rules">
      <dl>
        <Fact name="Voting">{durationText(config.votingSeconds)}</Fact>
        {config.coolOffSeconds > 0 && (
          <Fact name="then only votes against">{durationText(config.coolOffSeconds)}</Fact>
        )}
        <Fact name="Quorum">{bpsText(config.quorumBps)} of all weight</Fact>
        <Fact name="An option needs">{bpsText(config.thresholdBps)} of all weight</Fact>
        <Fact name="Veto of the community">
          {config.communityVetoBps > 0 ? bpsText(config.communityVetoBps) : "None"}
        </Fact>
        <Fact name="Veto of the council">
          {config.councilVetoBps > 0 ? bpsText(config.councilVetoBps) : "None"}
        </Fact>
        <Fact name="Time-lock">{durationText(config.timeLockSeconds)}</Fact>
        <Fact name="Executed within">{durationText(config.executionSeconds)}</Fact>
        <Fact name="Deposit">{exactAmount(config.deposit, 9)} SOL</Fact>
        <Fact name="Decided early">{config.early ? "Once nothing can change it" : "Never"}</Fact>
      </dl>
      <p className="pt-2 text-2xs text-faint">
        An option also needs more weight than no and veto together. The deposit comes back, unless
        the proposal is vetoed.
      </p>
    </Panel>
  );
}
