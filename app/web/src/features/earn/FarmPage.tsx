import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { usePortfolio } from "@/api/live";
import type { Address } from "@/api/model";
import { useFarm } from "@/api/staking/live";
import { PagePending, useTitle } from "@/app/PageStates";
import { bpsText, compactAmount, compactNumber, dateText } from "@/lib/format";
import { durationText, useNow } from "@/lib/time";
import { CopyableAddress } from "@/ui/Copy";
import { Panel, Stat } from "@/ui/Panel";
import { ErrorState, Notice } from "@/ui/State";
import { useWallet } from "@/wallet/store";
import { EpochsPanel } from "./EpochsPanel";
import { FarmIcon, kindText } from "./FarmName";
import { type FarmView, useFarmViews } from "./farms";
import { beginOf, epochAt, multiplierOf, WHOLE } from "./lock";
import { MakersPanel } from "./MakersPanel";
import { PositionPanel } from "./PositionPanel";
import { RewardsPanel } from "./RewardsPanel";
import { StakePanel } from "./StakePanel";

export function FarmPage() {
  const { farm: address } = useParams({ from: "/earn/$farm" });
  const { data, error } = useFarm(address as Address);
  const [view] = useFarmViews(data && [data]);
  useTitle(view?.name ?? "Farm");
  if (view) {
    return <Page view={view} />;
  }
  return error ? <ErrorState error={error} className="flex-1" /> : <PagePending />;
}

function Page({ view }: { view: FarmView }) {
  const { farm } = view;
  const wallet = useWallet();
  const stakes = usePortfolio(wallet?.address).data?.stakes;
  const positions = (stakes ?? []).filter((position) => position.farm === farm.address);
  const [chosen, setChosen] = useState<number | null>(null);
  const index = chosen ?? positions[0]?.index ?? 0;
  const position = positions.find((candidate) => candidate.index === index);
  return (
    <div className="mx-auto grid w-full max-w-6xl flex-1 content-start gap-4 p-3 sm:p-5 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <FarmHeader view={view} />
      {farm.paused.length > 0 && (
        <Notice tone="warn" className="lg:col-span-2">
          The farm's authority has paused: {farm.paused.join(", ").replaceAll("_", " ")}. Unstaking,
          withdrawing and claiming can never be paused.
        </Notice>
      )}
      <div className="flex min-w-0 flex-col gap-4 max-lg:row-start-3">
        <RewardsPanel view={view} position={position} />
        <EpochsPanel view={view} />
        <TermsPanel view={view} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        {view.book ? (
          <MakersPanel view={view} book={view.book} positions={positions} />
        ) : (
          <StakePanel
            view={view}
            positions={positions}
            index={index}
            position={position}
            onChoose={setChosen}
          />
        )}
        {position && <PositionPanel key={position.address} view={view} position={position} />}
      </div>
    </div>
  );
}

function FarmHeader({ view }: { view: FarmView }) {
  const { farm, token, reference } = view;
  const now = useNow();
  const epoch = epochAt(farm.epochs, now);
  const most = multiplierOf(farm.lock, farm.lock.maxEpochs);
  return (
    <section
      aria-label="Farm"
      className="flex flex-wrap items-center gap-x-8 gap-y-3 rounded-card border border-line bg-surface p-3 sm:p-4 lg:col-span-2"
    >
      <div className="flex items-center gap-3">
        <FarmIcon view={view} size="lg" />
        <div>
          <h1 className="font-semibold text-lg">{view.name}</h1>
          <p className="text-muted text-xs">
            {kindText(view)} · <CopyableAddress address={farm.address} label="farm" />
          </p>
        </div>
      </div>
      <dl className="grid flex-1 grid-cols-2 gap-x-6 gap-y-2 max-sm:basis-full sm:grid-cols-4">
        <Stat
          name="Staked"
          sub={farm.tvl === null ? "–" : `${compactNumber(farm.tvl)} ${reference?.symbol ?? ""}`}
        >
          {compactAmount(farm.staked, farm.stakeDecimals)}{" "}
          <span className="text-muted">{token.symbol}</span>
        </Stat>
        <Stat
          name={most > WHOLE ? "APR without a lock" : "APR"}
          sub={
            farm.aprBps !== null && most > WHOLE
              ? `to ${bpsText((farm.aprBps * most) / WHOLE)} locked`
              : ""
          }
        >
          {farm.aprBps === null ? "–" : <span className="text-up">{bpsText(farm.aprBps)}</span>}
        </Stat>
        <Stat name={`Epoch ${epoch} ends in`} sub={`${durationText(farm.epochs.seconds)} each`}>
          <time dateTime={new Date(beginOf(farm.epochs, epoch + 1) * 1000).toISOString()}>
            {durationText(beginOf(farm.epochs, epoch + 1) - now)}
          </time>
        </Stat>
        <Stat name="Cool-down" sub="from unstaking">
          {farm.cooldownSeconds > 0 ? durationText(farm.cooldownSeconds) : "None"}
        </Stat>
      </dl>
    </section>
  );
}

function TermsPanel({ view: { farm, liquidity } }: { view: FarmView }) {
  const first = farm.rewards.reduce<number | null>(
    (least, { end }) => (least === null || end < least ? end : least),
    null,
  );
  return (
    <Panel title="How it pays">
      <p className="text-muted text-xs">
        An epoch pays to whoever staked in it, by weight and time, to the second. Weight is the
        amount
        {farm.lock.maxEpochs > 0
          ? `, times ${multiplierOf(farm.lock, 1) / WHOLE} with one epoch of its lock left and ${multiplierOf(farm.lock, farm.lock.maxEpochs) / WHOLE} with ${farm.lock.maxEpochs}. It falls as the lock runs down, and nobody can leave before its end.`
          : "."}{" "}
        Rewards can be claimed for at least {durationText(farm.graceSeconds)} after their epoch.
        {first !== null && ` The first reward ends ${dateText(first)}.`}
        {liquidity && (
          <>
            {" "}
            What is staked comes from the{" "}
            <Link
              to="/pools/$pool"
              params={{ pool: liquidity.pool.address }}
              className="text-accent underline underline-offset-2"
            >
              {liquidity.base.symbol}/{liquidity.quote.symbol} pool
            </Link>
            , shard {liquidity.shardIndex}; it goes on earning fees.
          </>
        )}
      </p>
    </Panel>
  );
}
