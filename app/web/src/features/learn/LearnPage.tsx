import type { ReactNode } from "react";
import { useTitle } from "@/app/PageStates";

/** Fees, shards, lanes, stakes and votes, plainly. */
export function LearnPage() {
  useTitle("How it works");
  return (
    <article className="mx-auto flex w-full max-w-2xl flex-1 flex-col gap-8 p-4 py-8 text-[0.9375rem] leading-6 sm:p-8">
      <header>
        <h1 className="mb-2 font-semibold text-2xl">How Sealane works</h1>
        <p className="text-muted">
          Two trades get into each other's way only if they have a shard or a counterparty in
          common. Everything here follows from that.
        </p>
      </header>
      <Section title="Swaps">
        <p>
          A swap looks at every pool and every order book, splits your amount where that brings you
          more, and goes through up to three other tokens on the way. All of it happens in one
          transaction, or none of it does.
        </p>
        <p>
          <Term>Minimum received</Term> is what you are certain to get. If the price has become
          worse than your slippage tolerance allows by the time your transaction is executed,
          nothing is traded and you pay only the network's fee.
        </p>
        <p>
          <Term>Price impact</Term> is what your trade's own size costs you. Above 1% we warn you;
          from 5% on you must say that you mean it.
        </p>
      </Section>
      <Section title="Shards">
        <p>
          A pool is split into shards: small pools of the same two tokens, side by side. A swap uses
          one of them, so that swaps in other shards do not wait for it. You need not choose: the
          route does, and shows which shard it took.
        </p>
        <p>
          Liquidity belongs to a shard. Adding to the smallest one is usually best, since traders go
          there first. Anybody may bring two shards' prices together, and nobody's liquidity is
          worth less after it.
        </p>
      </Section>
      <Section title="What a swap costs">
        <p>
          Most pools charge a rate that falls as a swap gets larger for its shard: from 1.2% for a
          very small swap down to 0.1% with the usual setting. This makes one swap in one shard
          cheaper than the same swap cut into pieces. Stable pools charge one low rate.
        </p>
        <p>
          The fee stays with the shard's liquidity providers, less the pool authority's part, which
          each pool's page names. Quotes include all fees.
        </p>
      </Section>
      <Section title="Lanes">
        <p>
          An order book here has no account that everybody writes to. Your orders and balances in a
          market lie in a <Term>lane</Term>: an account of your own. Placing and cancelling touch
          nothing else, and nobody but you can withdraw from it.
        </p>
        <p>
          Your first order opens the lane and moves what it needs into it, in the same transaction.
          The lane's rent, about 0.013 SOL, comes back when you close it. You can also trade
          straight from your wallet, without a lane.
        </p>
      </Section>
      <Section title="What trading in the book costs">
        <p>
          Whoever takes an order pays the market's taker fee; whoever's order waited pays the maker
          fee, or gets a rebate where it is negative. Both are counted in the quote token, and the
          market's page shows them.
        </p>
      </Section>
      <Section title="Stakes and farms">
        <p>
          A farm pays those who stake its token: liquidity of a pool, or the governance token. Time
          is cut into <Term>epochs</Term>. When one is over, what it pays is shared by weight and
          time, to the second, however short the stake; then you can claim it.
        </p>
        <p>
          A <Term>lock</Term> multiplies your weight, by more the longer it has left, up to five
          times. It cannot be ended early, by anybody. What is not locked can be unstaked at any
          time: it stops earning at once, and is yours after the farm's cool-down.
        </p>
        <p>
          Your tokens lie in your position alone. A farm's authority can pause new stakes, never
          unstaking, withdrawing or claiming.
        </p>
      </Section>
      <Section title="Governance">
        <p>
          Whoever stakes the governance token votes, with the weight that the stake had when the
          epoch of the proposal's <Term>snapshot</Term> began. What is bought or staked afterwards
          does not count, and what moves on counts once. You can let somebody else vote with your
          weight, and overrule them at any time.
        </p>
        <p>
          A proposal passes with enough weight for it, more than against it, and a quorum that took
          part. Its instructions are written down before the voting begins, and executed as they
          were written, by anybody, once the <Term>time-lock</Term> has given everybody time to
          leave. A dry run shows what they would change now.
        </p>
      </Section>
      <Section title="The network's fees">
        <p>
          Solana charges a small base fee for each transaction. A <Term>priority fee</Term> on top
          makes validators prefer yours while the network is busy. Left on automatic, it follows
          what others pay, up to the cap in your settings.
        </p>
        <p>
          Accounts lock some SOL as rent while they exist: a token account about 0.002 SOL, a lane
          about 0.013 SOL. Closing them brings it back.
        </p>
      </Section>
      <Section title="Safety">
        <p>
          Your keys stay in your wallet. Before you sign, a simulation shows which balances change
          and by how much; the same bounds are part of the transaction, so that the chain enforces
          them.
        </p>
      </Section>
    </article>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </section>
  );
}

function Term({ children }: { children: ReactNode }) {
  return <strong className="font-semibold text-text">{children}</strong>;
}
