import { useMutation } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import type { Realm } from "@/api/governance/model";
import type { Address, Config } from "@/api/model";
import { useConfig, useTokenMap } from "@/api/queries";
import type { DryRun, Effect } from "@/chain/dryRun";
import type { SettingChange } from "@/engine/changes";
import { engine } from "@/engine/exchange";
import { failureReader } from "@/engine/failure";
import { useVenueNames } from "@/features/portfolio/venues";
import { isAddress } from "@/lib/address";
import { shortAddress, signedAmount } from "@/lib/format";
import { Button } from "@/ui/Button";
import { FailureNotice, Notice } from "@/ui/State";
import type { AccountUpdate, Instruction } from "@/wasm/sealane_wasm";

interface DryRunViewProps {
  realm: Realm;
  /** Who pays in the simulation. */
  payer: Address | undefined;
  instructions: readonly Instruction[];
}

interface NamedEffect extends Omit<Effect, "token"> {
  token: { mint: Address; owner: Address; change: bigint } | null;
}

interface Answer extends Omit<DryRun, "effects"> {
  effects: NamedEffect[];
  /** What changes of pools and markets. */
  settings: SettingChange[];
}

/** Accounts before or after, as the engine takes them. */
function accountsOf(effects: readonly Effect[], which: 0 | 1): AccountUpdate[] {
  return effects.flatMap(({ address, program, data }) => {
    const bytes = data[which];
    return bytes && program ? [{ address, owner: program, slot: 1n, data: bytes }] : [];
  });
}

async function run(
  { realm, payer, instructions }: DryRunViewProps,
  config: Config,
): Promise<Answer> {
  const [{ dryRun }, { rpcAt }, { getAddressDecoder }] = await Promise.all([
    import("@/chain/dryRun"),
    import("@/chain/rpc"),
    import("@solana/kit"),
  ]);
  const from = payer ?? realm.treasury;
  const answer = await dryRun(rpcAt(config.rpcPath), from, instructions, failureReader());
  const { decode } = getAddressDecoder();
  const { effects } = answer;
  return {
    ...answer,
    settings: await engine().changes(accountsOf(effects, 0), accountsOf(effects, 1)),
    effects: effects.map((effect) => ({
      ...effect,
      token: effect.token && {
        mint: decode(effect.token.mint),
        owner: decode(effect.token.owner),
        change: effect.token.amounts[1] - effect.token.amounts[0],
      },
    })),
  };
}

/** Who would have to sign besides the treasury: nobody can. */
export function foreignSigner({
  realm,
  instructions,
}: Pick<DryRunViewProps, "realm" | "instructions">): string | null {
  const accounts = instructions.flatMap((instruction) => instruction.accounts);
  const foreign = accounts.find(({ address, isSigner }) => isSigner && address !== realm.treasury);
  return foreign?.address ?? null;
}

/** Executes instructions on the node as it is now, without sending them, and tells what they change. */
export function DryRunView(props: DryRunViewProps) {
  const config = useConfig().data;
  const dry = useMutation({ mutationFn: (of: Config) => run(props, of) });
  const signer = foreignSigner(props);
  if (signer) {
    return (
      <Notice tone="danger">
        It can never be executed: it needs the signature of {shortAddress(signer)}, and only the
        treasury signs for the realm.
      </Notice>
    );
  }
  return (
    <section aria-label="Dry run" className="flex flex-col gap-2">
      <Button
        size="sm"
        className="self-start"
        disabled={!config || props.instructions.length === 0}
        busy={dry.isPending}
        onClick={() => config && dry.mutate(config)}
      >
        <FlaskConical aria-hidden className="size-3.5" /> Dry run
      </Button>
      <div aria-live="polite" className="flex flex-col gap-2">
        <FailureNotice error={dry.error} />
        {dry.data && <Result answer={dry.data} realm={props.realm} />}
      </div>
    </section>
  );
}

function Result({ answer, realm }: { answer: Answer; realm: Realm }) {
  const { refusal, effects, settings, computeUnits } = answer;
  if (refusal) {
    return (
      <Notice tone="danger">
        Executed now, it would be refused: {refusal.message}. {refusal.hint}
      </Notice>
    );
  }
  // A pool's bytes are not told besides what they mean.
  const isNotSaid = ({ address, lamports }: NamedEffect) =>
    lamports[0] !== lamports[1] || !settings.some(({ venue }) => venue === address);
  return (
    <>
      <Notice tone="good">
        Executed now, it would go through, with {computeUnits.toLocaleString("en-US")} compute
        units.
        {effects.length === 0 && " It changes nothing."}
      </Notice>
      {effects.length > 0 && (
        <ul aria-label="What it changes" className="flex flex-col gap-1 text-xs">
          {settings.map((change) => (
            <SettingLine key={`${change.venue}/${change.name}`} change={change} />
          ))}
          {effects.filter(isNotSaid).map((effect) => (
            <EffectLine key={effect.address} effect={effect} realm={realm} />
          ))}
        </ul>
      )}
    </>
  );
}

function SettingLine({ change }: { change: SettingChange }) {
  const venues = useVenueNames();
  const text = (value: string) => (isAddress(value) ? shortAddress(value) : value);
  return (
    <li className="flex items-baseline justify-between gap-3">
      <span className="text-muted">
        {venues.of(change.venue)?.name ?? shortAddress(change.venue)}: {change.name.toLowerCase()}
      </span>
      <span className="num shrink-0 text-right">
        {text(change.before)} → {text(change.after)}
      </span>
    </li>
  );
}

function EffectLine({ effect, realm }: { effect: NamedEffect; realm: Realm }) {
  const tokens = useTokenMap();
  const venues = useVenueNames();
  const { address, token, lamports, data } = effect;
  const nameOf = (of: Address) =>
    of === realm.treasury ? "The treasury" : (venues.of(of)?.name ?? shortAddress(of));
  const lamportsChange = lamports[1] - lamports[0];
  const known = token && tokens.get(token.mint);
  const changes = [
    token &&
      token.change !== 0n &&
      `${signedAmount(token.change, known?.decimals ?? 0)} ${known?.symbol ?? shortAddress(token.mint)}`,
    lamportsChange !== 0n && `${signedAmount(lamportsChange, 9)} SOL`,
    !token && bytesText(data),
  ].filter((text): text is string => typeof text === "string");
  return (
    <li className="flex items-baseline justify-between gap-3">
      <span className="text-muted" title={address}>
        {nameOf(token?.owner ?? address)}
      </span>
      <span className="num text-right">{changes.join(", ")}</span>
    </li>
  );
}

function bytesText([before, after]: Effect["data"]): string | null {
  if (!before || !after) {
    return before ? "closed" : after ? `created, ${after.length} bytes` : null;
  }
  const count = after.reduce((sum, byte, at) => sum + (byte === before[at] ? 0 : 1), 0);
  return count === 0 ? null : `${count} of ${after.length} bytes change`;
}
