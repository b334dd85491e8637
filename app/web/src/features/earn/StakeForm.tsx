import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { StakePosition } from "@/api/staking/model";
import { usePlan } from "@/engine/usePlan";
import { parseAmount } from "@/lib/amount";
import { bpsText, percentText } from "@/lib/format";
import { useNow } from "@/lib/time";
import { AmountPanel } from "@/tokens/AmountPanel";
import { useBalances } from "@/tokens/balances";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button } from "@/ui/Button";
import { Fact } from "@/ui/Panel";
import { useWallet, useWalletStore } from "@/wallet/store";
import type { FarmView } from "./farms";
import { LockSlider } from "./LockSlider";
import { epochAt, lockChoice, lockLeft, multiplierText } from "./lock";
import { RewardAmounts } from "./RewardAmounts";
import { partOfWeight, yieldAt } from "./rewards";

interface StakeFormProps {
  view: FarmView;
  index: number;
  position: StakePosition | undefined;
}

function useStake({ view, position }: StakeFormProps) {
  const { farm } = view;
  const now = useNow();
  const balance = useBalances().of(farm.stakeMint);
  const [text, setText] = useState("");
  const [wanted, setWanted] = useState(0);
  const parsed = parseAmount(text, farm.stakeDecimals);
  const amount = parsed.ok ? parsed.amount : 0n;
  const held = lockLeft(position, epochAt(farm.epochs, now));
  const lock = lockChoice(farm, Math.max(held, wanted), now);
  const error =
    text !== "" && !parsed.ok
      ? parsed.message
      : balance !== undefined && amount > balance
        ? `Not enough ${view.token.symbol}`
        : null;
  // What is added to a position comes under its lock, and so does what is there already.
  const weight = ((position?.amount ?? 0n) + amount) * BigInt(lock.multiplier);
  const total = farm.weight - (position?.weight ?? 0n) + weight;
  return {
    now,
    text,
    setText,
    wanted,
    setWanted,
    amount,
    balance,
    held,
    lock,
    error,
    weight,
    total,
  };
}

export function StakeForm(props: StakeFormProps) {
  const { view, index, position } = props;
  const { farm, token } = view;
  const form = useStake(props);
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const plan = usePlan();
  const { run, isBusy, progress } = useTransactAll();
  const isPaused = farm.paused.includes("stake");
  const isReady = form.amount > 0n && form.error === null && !isPaused;
  const label = isPaused
    ? "Staking is paused"
    : (form.error ?? (form.amount > 0n ? "Stake" : "Enter an amount"));
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={async (event) => {
        event.preventDefault();
        if (!wallet) {
          openWallets(true);
          return;
        }
        const lockUntil = form.lock.left > form.held ? form.lock.until : null;
        const operation = {
          kind: "stake",
          farm: farm.address,
          index,
          isNew: position === undefined,
          amount: form.amount,
          lockUntil,
        } as const;
        if (await run({ title: `Stake in ${view.name}`, plan: () => plan(operation) })) {
          form.setText("");
        }
      }}
    >
      <AmountPanel
        label="Amount"
        token={token}
        text={form.text}
        onText={form.setText}
        balance={form.balance}
        showParts
        error={form.error}
        note={<Source view={view} balance={form.balance} />}
      />
      {farm.lock.maxEpochs > 0 && (
        <LockSlider
          farm={farm}
          lock={form.lock}
          least={form.held}
          now={form.now}
          onChange={form.setWanted}
        />
      )}
      <Outlook view={view} form={form} />
      <Button
        type="submit"
        tone="primary"
        size="lg"
        disabled={wallet !== null && !isReady}
        busy={isBusy}
      >
        {!wallet ? "Connect a wallet" : (progress ?? label)}
      </Button>
      {position === undefined && wallet && (
        <p className="text-2xs text-faint">
          The first stake opens your position here: a small deposit in SOL, returned when it is
          closed. Your {token.symbol} lie in it alone.
        </p>
      )}
    </form>
  );
}

/** Where to get what is staked, for whoever has none. */
function Source({ view, balance }: { view: FarmView; balance: bigint | undefined }) {
  if (balance !== 0n) {
    return null;
  }
  const className = "text-accent underline underline-offset-2";
  return view.liquidity ? (
    <Link to="/pools/$pool" params={{ pool: view.liquidity.pool.address }} className={className}>
      Add liquidity first
    </Link>
  ) : (
    <Link to="/swap" search={{ to: view.farm.stakeMint }} className={className}>
      Get {view.token.symbol}
    </Link>
  );
}

/** What a stake will weigh and earn, if nobody else changes anything. */
function Outlook({ view, form }: { view: FarmView; form: ReturnType<typeof useStake> }) {
  const { aprBps, rewards, weight } = view.farm;
  const isShown = form.amount > 0n || form.weight > 0n;
  const share = form.total > 0n ? Number(form.weight) / Number(form.total) : 0;
  const own =
    aprBps === null
      ? null
      : yieldAt(aprBps, form.lock.multiplier, { before: weight, after: form.total });
  return (
    <dl>
      <Fact name="Multiplier">{multiplierText(form.lock.multiplier)}</Fact>
      <Fact name="Your part of the weight, after">{isShown ? percentText(share, 3) : "–"}</Fact>
      <Fact name="APR for you, about">{isShown && own !== null ? bpsText(own) : "–"}</Fact>
      <Fact name="Earns a day, about">
        {isShown ? (
          <RewardAmounts
            amounts={rewards.map(({ mint, perDay }) => [
              mint,
              partOfWeight(perDay, form.weight, form.total),
            ])}
          />
        ) : (
          "–"
        )}
      </Fact>
    </dl>
  );
}
