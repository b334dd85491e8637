// The compiled library says what the SDK says on the host, to the unit and to the byte.
//
// Run by `cargo xtask test --stage wasm`, which compiles the library and writes the fixture:
// SEALANE_WASM is the folder with the library, SEALANE_WASM_FIXTURE the fixture.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test, { before } from "node:test";
import { pathToFileURL } from "node:url";

const folder = process.env.SEALANE_WASM;
const fixturePath = process.env.SEALANE_WASM_FIXTURE;
assert.ok(folder && fixturePath, "run this by `cargo xtask test --stage wasm`");

let wasm;
let fixture;
let exchange;

before(async () => {
  wasm = await import(pathToFileURL(join(folder, "sealane_wasm.js")).href);
  await wasm.default({ module_or_path: await readFile(join(folder, "sealane_wasm_bg.wasm")) });
  fixture = JSON.parse(await readFile(fixturePath, "utf8"));
  exchange = new wasm.Exchange();
  const changed = exchange.applyAll(fixture.accounts);
  assert.ok(changed > 50, `only ${changed} accounts changed something`);
  for (const address of fixture.absent) exchange.remove(address, 100n);
});

/** Arguments: texts such as "5n" are bigints. */
function argument(value) {
  if (typeof value === "string" && /^\d+n$/.test(value)) return BigInt(value.slice(0, -1));
  if (Array.isArray(value)) return value.map(argument);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, argument(inner)]));
  }
  return value;
}

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** Whether an answer has all that is expected, whose numbers are digits and whose names are snake_case. */
function covers(actual, expected, path) {
  if (Array.isArray(expected)) {
    assert.equal(actual.length, expected.length, `${path}: length`);
    expected.forEach((inner, at) => covers(actual[at], inner, `${path}[${at}]`));
  } else if (expected !== null && typeof expected === "object") {
    for (const [name, inner] of Object.entries(expected)) {
      const field = camel(name);
      assert.ok(field in actual, `${path} has no ${field}`);
      covers(actual[field], inner, `${path}.${field}`);
    }
  } else if (typeof expected === "string") {
    assert.equal(String(actual), expected, path);
  } else {
    assert.equal(actual, expected, path);
  }
}

const plain = (instructions) =>
  instructions.map(({ programId, accounts, data }) => ({ programId, accounts, data: [...data] }));

function refused(work, expected, path) {
  assert.throws(work, (error) => {
    assert.ok(error instanceof Error && error.name === "SealaneError", path);
    const told = { code: error.code, message: error.message, hint: error.hint };
    assert.deepEqual(told, { code: expected.code, message: expected.message, hint: expected.hint }, path);
    assert.equal(error.number ?? null, expected.number, `${path}: number`);
    return true;
  });
}

test("routes, quotes and instructions are the SDK's", () => {
  let routed = 0;
  const venues = new Set();
  fixture.trades.forEach((trade, at) => {
    const request = argument(trade.request);
    if (trade.refused) {
      refused(() => exchange.route(request), trade.refused, `trade ${at}`);
      return;
    }
    const route = exchange.route(request);
    covers(route, trade.route, `trade ${at}`);
    for (const trade of [route, ...route.legs]) {
      for (const field of ["sent", "received", "minimumReceived", "maximumSent", "slot"]) {
        assert.equal(typeof trade[field], "bigint", field);
      }
    }
    // As it would be stored, or sent to a worker and back.
    const copied = structuredClone(route);
    const built = exchange.routeInstructions(copied, argument(trade.caller));
    assert.deepEqual(plain(built), trade.instructions, `trade ${at}: instructions`);
    const size = wasm.transactionSize(built, trade.request.trader);
    assert.equal(size, route.transaction.bytes, `trade ${at}: size`);
    for (const leg of route.legs) venues.add(leg.venue);
    routed += 1;
  });
  assert.ok(routed * 2 > fixture.trades.length, `only ${routed} of ${fixture.trades.length} have a route`);
  assert.deepEqual([...venues].sort(), ["market", "pool"]);
});

test("simulations are the SDK's, and give what was quoted", () => {
  let received = 0;
  fixture.trades.forEach((trade, at) => {
    if (trade.refused) return;
    const route = exchange.route(argument(trade.request));
    const built = exchange.routeInstructions(route, argument(trade.caller));
    assert.deepEqual(exchange.simulationAccounts(built), [], `trade ${at}`);
    if (trade.simulation.refused) {
      refused(() => exchange.simulate(built), trade.simulation.refused, `trade ${at}`);
      return;
    }
    const simulation = exchange.simulate(built);
    const { fills, ...rest } = trade.simulation;
    covers(simulation, rest, `trade ${at}: simulation`);
    assert.equal(simulation.fills.length, Number(fills), `trade ${at}: fills`);
    const arrived = simulation.balances.find(
      (change) =>
        change.balance === "tokens" &&
        change.owner === trade.request.trader &&
        change.mint === trade.request.mintOut,
    );
    assert.equal(arrived.after - arrived.before, route.received, `trade ${at}: received`);
    received += 1;
  });
  assert.ok(received > 100, `only ${received} trades could be simulated`);
});

test("every other instruction is the SDK's", () => {
  const methods = new Set();
  for (const { method, arguments: given, instructions } of fixture.calls) {
    const answer = exchange[method](...argument(given));
    const built = answer.transactions
      ? answer.transactions.flatMap((transaction) => transaction.instructions)
      : (answer.instructions ?? [answer]);
    assert.deepEqual(plain(built), instructions, method);
    methods.add(method);
  }
  assert.ok(methods.size >= 14, [...methods].join(" "));
});

test("proposals, voting power and what is done with them are the SDK's", () => {
  const governance = exchange.governance();
  const { known, calls, open } = fixture.governance;
  const [proposal] = governance.proposals(known.realm);
  assert.equal(proposal.proposal, known.proposal);
  covers(proposal, known.expected, "the proposal");
  for (const field of ["cast", "quorum", "threshold", "slot"]) {
    assert.equal(typeof proposal[field], "bigint", field);
  }
  assert.ok(proposal.cast > 0n, "nobody has voted");
  const power = governance.power(known.proposal, known.voter);
  covers(power, known.power, "voting power");
  assert.equal(power.length, 1);
  const methods = new Set();
  for (const { method, arguments: given, instructions } of calls) {
    const answer = governance[method](...argument(given));
    const built = answer.transactions
      ? answer.transactions.flatMap((transaction) => transaction.instructions)
      : answer;
    assert.deepEqual(plain(built), instructions, method);
    methods.add(method);
  }
  assert.equal(methods.size, 5, [...methods].join(" "));
  refused(() => governance.finalize(...argument(open.arguments)), open.refused, "voting is open");
  const pause = calls.find(({ method }) => method === "proposePause");
  const [instruction] = governance.proposePause(...argument(pause.arguments));
  const decoded = governance.decode(instruction, []);
  assert.equal(decoded.programName, "Sealane staking");
  assert.deepEqual(decoded.accounts.map(({ address }) => address), instruction.accounts.map(({ address }) => address));
  // An hour later nobody votes any more.
  assert.equal(governance.proposal(known.proposal, exchange.clock().unixTimestamp + 3600n).state, "counting");
});

test("farms, positions and what is done in them are the SDK's", () => {
  const staking = exchange.staking();
  const { farm, positions, calls, locked } = fixture.staking;
  assert.deepEqual(staking.missing(farm), []);
  const [known] = staking.farms();
  assert.equal(known.farm, farm);
  assert.equal(known.shards.reduce((sum, { staked }) => sum + staked, 0n), known.staked);
  for (const { owner, position, expected } of positions) {
    const [info] = staking.positions(owner);
    assert.equal(info.position, position);
    covers(info, expected, `position of ${owner}`);
    for (const field of ["amount", "weight", "votingPower", "cooling", "slot"]) {
      assert.equal(typeof info[field], "bigint", field);
    }
    assert.equal(typeof info.pending[0].amount, "bigint");
    assert.ok(info.pending[0].amount > 0n, "nothing was earned");
    // An epoch later the present one has ended.
    const [later] = staking.positions(owner, known.epochEndsAt);
    assert.ok(later.pending[0].amount > info.pending[0].amount);
  }
  const methods = new Set();
  for (const { method, arguments: given, instructions } of calls) {
    const plan = staking[method](...argument(given));
    const built = plan.transactions.flatMap((transaction) => transaction.instructions);
    assert.deepEqual(plain(built), instructions, method);
    methods.add(method);
  }
  assert.equal(methods.size, 8, [...methods].join(" "));
  const plan = staking.claim(argument(calls.find(({ method }) => method === "claim").arguments)[0]);
  const paid = positions.find(({ position }) => position === calls.find(({ method }) => method === "claim").arguments[0].position);
  // The first reward has no transfer fee: all that was earned arrives, to the unit.
  assert.equal(String(plan.amounts[0].amount), paid.expected.pending[0].amount);
  assert.equal(plan.closedEpochs, 2);
  refused(() => staking.unstake(...argument(locked.arguments)), locked.refused, "a locked stake");
  // What is fed later does not change what was asked for before.
  const before = staking.farm(farm);
  exchange.remove(positions[0].position, 1_000n);
  assert.deepEqual(staking.farm(farm), before);
  assert.equal(staking.positions(positions[0].owner).length, 1);
  assert.equal(exchange.staking().positions(positions[0].owner).length, 0);
  const logs = [
    "Program sea4T2aveND5SykWmcwFEBdmspeLAeJcWFH6AzXBQfs invoke [1]",
    "Program sea4T2aveND5SykWmcwFEBdmspeLAeJcWFH6AzXBQfs failed: custom program error: 0x1795",
  ];
  assert.equal(wasm.decodeError({ logs }).code, "locked");
});

test("what is known can be looked at", () => {
  const pools = exchange.pools();
  assert.equal(pools.length, 4);
  assert.deepEqual(
    pools.map((pool) => pool.shards.length).sort(),
    [1, 2, 2, 4],
  );
  const [market] = exchange.markets();
  assert.equal(market.lanes, 8);
  const book = exchange.book(market.market, { depth: 2 });
  assert.equal(book.bids.length, 2);
  assert.equal(book.bids[0].price, market.bestBid);
  assert.equal(exchange.parsePrice(market.market, book.bids[0].price), book.bids[0].priceTicks);
  assert.equal(exchange.parseSize(market.market, book.asks[0].size), book.asks[0].lots);
  const lanes = exchange.bestLanes(market.market, "ask");
  assert.equal(new Set(lanes).size, lanes.length);
  const owner = new Map(fixture.lanes).get(lanes[0]);
  const best = exchange.lanes(owner, market.market).find(({ lane }) => lane === lanes[0]);
  assert.equal(best.asks[0].price, market.bestAsk);
  const { lane } = exchange.openLane({ market: market.market, owner, index: 3 });
  assert.equal(exchange.laneAddress(market.market, owner, 3), lane);
  assert.equal(typeof exchange.clock().slot, "bigint");
  assert.deepEqual(exchange.missing(market.market), []);
});

test("amounts lose nothing, and mistakes are explained", () => {
  assert.equal(wasm.parseAmount("18446744073709.551615", 6), 18446744073709551615n);
  assert.equal(wasm.formatAmount(18446744073709551615n, 6), "18446744073709.551615");
  refused(
    () => wasm.parseAmount("1.0000001", 6),
    {
      code: "too_precise",
      message:
        "`1.0000001` has 7 digits after the point, but this token has 6 decimals; write at most 6",
      hint: "write fewer digits after the point",
      number: null,
    },
    "too precise",
  );
  assert.throws(
    () => exchange.route({ mintIn: "nonsense" }),
    (error) => error.code === "invalid_argument" && error.message.includes("nonsense"),
  );
  const logs = [
    "Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs invoke [1]",
    "Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs failed: custom program error: 0x1772",
  ];
  const problem = wasm.decodeError({ logs });
  assert.equal(problem.code, "slippage_exceeded");
  assert.equal(problem.number, 6002);
  assert.equal(problem.hint, "quote again, or allow more slippage");
});
