//! The command line as a person or a script runs it: the built binary against a real local chain.
//!
//! Runs on the embedded chain, or on Agave's validator where `SEALANE_VALIDATOR` names its binary.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use sealane_localnet::{
    Backend, Chain, ChainConfig, Progress, StateDirectory, World, program_files, workspace_root,
};
use serde_json::Value;
use solana_keypair::Keypair;
use tempfile::TempDir;
use tokio::process::Command;

/// The exit code of what was refused or failed.
const REFUSED: i32 = 1;
/// The exit code of wrong usage.
const USAGE: i32 = 2;

/// The binary, beside the folder of this test's executable.
fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("this test's executable");
    let folder = own.ancestors().nth(2).expect("target/debug");
    let binary = folder.join("sealane");
    assert!(
        binary.is_file(),
        "{} is missing: build it with `cargo build -p sealane-cli`",
        binary.display()
    );
    binary
}

async fn start_chain() -> Chain {
    let backend = std::env::var_os("SEALANE_VALIDATOR").map_or(Backend::Embedded, |path| {
        Backend::Validator {
            binary: PathBuf::from(path),
        }
    });
    let root = workspace_root(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a checkout");
    Chain::start(ChainConfig {
        backend,
        programs: program_files(&root.join("target/deploy")),
        ..ChainConfig::default()
    })
    .await
    .expect("the chain starts")
}

/// What a run of the binary came to.
struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Outcome {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

/// A person with an empty home and a wallet of their own.
struct Person {
    home: TempDir,
    url: String,
}

impl Person {
    /// With a wallet that holds nothing.
    fn new(url: &str) -> Self {
        let home = tempfile::tempdir().expect("a home");
        let person = Self {
            home,
            url: url.to_owned(),
        };
        let key = serde_json::to_vec(Keypair::new().to_bytes().as_slice()).expect("a key");
        std::fs::write(person.key(), key).expect("the key is written");
        person
    }

    fn key(&self) -> PathBuf {
        self.home.path().join("key.json")
    }

    /// Runs the binary with nobody at a terminal.
    async fn run(&self, arguments: &[&str]) -> Outcome {
        let key = self.key();
        let here = [
            "--url",
            self.url.as_str(),
            "--keypair",
            key.to_str().unwrap(),
        ];
        self.run_bare(&[arguments, &here].concat()).await
    }

    /// The same without saying where the chain and the wallet are.
    async fn run_bare(&self, arguments: &[&str]) -> Outcome {
        let output = Command::new(binary())
            .args(arguments)
            .current_dir(self.home.path())
            .env("HOME", self.home.path())
            .env_remove("SEALANE_URL")
            .env_remove("SEALANE_KEYPAIR")
            .stdin(Stdio::null())
            .output()
            .await
            .expect("the binary runs");
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Runs what has to work and returns its JSON.
    async fn json(&self, arguments: &[&str]) -> Value {
        let outcome = self.run(&[arguments, &["--output", "json"]].concat()).await;
        assert_eq!(
            outcome.code,
            Some(0),
            "{arguments:?}: {}{}",
            outcome.stdout,
            outcome.stderr
        );
        assert_eq!(
            outcome.stderr, "",
            "{arguments:?}: nothing to say off a terminal"
        );
        outcome.json()
    }

    /// Runs what has to fail with this exit code, and returns the error after checking that it
    /// says what to do next.
    async fn fails(&self, arguments: &[&str], code: i32) -> Value {
        let outcome = self.run(&[arguments, &["--output", "json"]].concat()).await;
        assert_eq!(
            outcome.code,
            Some(code),
            "{arguments:?}: {}{}",
            outcome.stdout,
            outcome.stderr
        );
        let error = outcome.json()["error"].clone();
        for field in ["code", "message", "hint"] {
            let text = error[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{arguments:?}: no {field} in {error}");
        }
        error
    }

    /// The code of what has to be refused.
    async fn refused(&self, arguments: &[&str]) -> String {
        let error = self.fails(arguments, REFUSED).await;
        error["code"].as_str().expect("a code").to_owned()
    }

    async fn address(&self) -> String {
        text(&self.json(&["address"]).await["address"])
    }

    /// Base units of a mint in the wallet.
    async fn holds(&self, mint: &str) -> u64 {
        let balances = self.json(&["balances", "--all"]).await;
        let tokens = balances["tokens"].as_array().expect("tokens").clone();
        let held = tokens.iter().find(|token| token["mint"] == mint);
        held.map_or(0, |token| token["amount"].as_u64().expect("an amount"))
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is no amount"))
}

/// A person with SOL, two tokens and a pool of three shards with liquidity.
struct Market {
    maker: Person,
    base: String,
    quote: String,
    pool: String,
}

impl Market {
    async fn open(chain: &Chain) -> Self {
        let maker = Person::new(chain.rpc_url());
        maker.json(&["faucet", "sol", "10"]).await;
        let create = ["token", "create", "--supply", "1000000", "--decimals"];
        let base = maker.json(&[&create[..], &["9"]].concat()).await;
        let quote = maker.json(&[&create[..], &["6"]].concat()).await;
        let (base, quote) = (text(&base["mint"]), text(&quote["mint"]));
        let created = maker
            .json(&["pool", "create", &base, &quote, "--shards", "3"])
            .await;
        let pool = text(&created["pool"]["address"]);
        for (shard, amounts) in [
            ("0", ["100", "15000"]),
            ("1", ["200", "30000"]),
            ("2", ["400", "60000"]),
        ] {
            let [base, quote] = amounts;
            let line = [
                "liquidity",
                "add",
                &pool,
                "--shard",
                shard,
                "--base",
                base,
                "--quote",
                quote,
                "--yes",
            ];
            let added = maker.json(&line).await;
            assert_eq!(added["quote"]["first_deposit"], true);
        }
        Self {
            maker,
            base,
            quote,
            pool,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_to_a_swap_at_its_quote() {
    let chain = start_chain().await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = Market::open(&chain).await;

    let shown = maker.json(&["pool", "show", &pool]).await;
    let shards = shown["shards"].as_array().expect("shards");
    assert_eq!(shards.len(), 3);
    assert!(
        shards.iter().all(|shard| shard["price"] == "150"),
        "{shown}"
    );
    assert_eq!(shown["tvl_quote"], "210000");
    let listed = maker.json(&["pool", "list", "--mint", &base]).await;
    assert_eq!(listed["pools"][0]["address"], pool.as_str());

    // The best shard of the best pool, by mint and by pool, is the same.
    let exact_in = ["1.5", &base, &quote];
    let quoted = maker.json(&[&["quote"], &exact_in[..]].concat()).await;
    let by_pool = maker.json(&["quote", "1.5", &base, &pool]).await;
    assert_eq!(quoted["received"], by_pool["received"]);

    let before = (maker.holds(&base).await, maker.holds(&quote).await);
    let swapped = maker
        .json(&[&["swap", "--yes"], &exact_in[..]].concat())
        .await;
    let after = (maker.holds(&base).await, maker.holds(&quote).await);
    for field in ["sent", "received"] {
        assert_eq!(swapped[field], quoted[field], "{field} as quoted before");
        assert_eq!(
            swapped[field], swapped["quote"][field],
            "{field} as quoted at last"
        );
    }
    assert_eq!(before.0 - after.0, 1_500_000_000);
    assert_eq!(after.1 - before.1, number(&swapped["received"]));
    let transaction = &swapped["transaction"];
    assert!(
        number(&transaction["compute_units"]) < 10_000,
        "{transaction}"
    );
    assert!(text(&transaction["signature"]).len() > 80);
    assert_eq!(transaction["moved"][0]["change"], -1_500_000_000);
    assert_eq!(transaction["moved"][1]["change"], swapped["received"]);

    let line = ["swap", "100", &base, &quote, "--exact-out", "--yes"];
    let bought = maker.json(&line).await;
    assert_eq!(bought["received"], 100_000_000);
    assert_eq!(maker.holds(&quote).await, after.1 + 100_000_000);

    // Base units in, base units out.
    let raw = maker
        .json(&["quote", "1500000000", &base, &quote, "--raw"])
        .await;
    assert_eq!(raw["sent"], 1_500_000_000);
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn liquidity_in_every_way_and_back() {
    let chain = start_chain().await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = Market::open(&chain).await;
    let before = (maker.holds(&base).await, maker.holds(&quote).await);

    // One amount, and as much of the other token as goes with it, into the smallest shard.
    let added = maker
        .json(&["liquidity", "add", &pool, "--base", "10", "--yes"])
        .await;
    assert_eq!(added["quote"]["shard_index"], 0);
    let after = (maker.holds(&base).await, maker.holds(&quote).await);
    assert_eq!(before.0 - after.0, 10_000_000_000);
    assert_eq!(before.1 - after.1, 1_500_000_000);
    assert_eq!(number(&added["quote"]["quote"]), 1_500_000_000);

    let line = [
        "liquidity",
        "add",
        &pool,
        "--quote-only",
        "100",
        "--shard",
        "1",
        "--yes",
    ];
    let one_sided = maker.json(&line).await;
    assert_eq!(one_sided["quote"]["side"], "quote");
    assert_eq!(maker.holds(&quote).await, after.1 - 100_000_000);

    let line = [
        "liquidity",
        "remove",
        &pool,
        "--percent",
        "50",
        "--shard",
        "2",
        "--to",
        "quote",
        "--yes",
    ];
    let removed = maker.json(&line).await;
    let part = &removed["shards"][0];
    let received = &part["transaction"]["moved"];
    let gained = received.as_array().expect("moved").iter();
    let gained: Vec<_> = gained
        .filter(|moved| moved["mint"] == quote.as_str())
        .collect();
    assert_eq!(gained[0]["change"], part["quote"]["received"]);

    // Everything from all shards leaves nothing but what is locked for good.
    let all = maker
        .json(&["liquidity", "remove", &pool, "--all", "--yes"])
        .await;
    assert_eq!(all["shards"].as_array().expect("shards").len(), 3);
    assert_eq!(
        maker
            .refused(&["liquidity", "remove", &pool, "--all", "--yes"])
            .await,
        "NoLiquidity"
    );
    let shown = maker.json(&["pool", "show", &pool]).await;
    for shard in shown["shards"].as_array().expect("shards") {
        assert!(number(&shard["lp_supply"]) <= 1_000, "{shard}");
    }
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_name_what_is_wrong_and_move_nothing() {
    let chain = start_chain().await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = Market::open(&chain).await;
    let stranger = Person::new(chain.rpc_url());
    let before = maker.json(&["pool", "show", &pool]).await;

    let swap = ["swap", "1", &base, &quote, "--yes"];
    assert_eq!(stranger.refused(&swap).await, "InsufficientFunds");
    let mint = ["faucet", "token", &base, "1"];
    assert_eq!(stranger.refused(&mint).await, "NotMintAuthority");
    assert_eq!(
        stranger.refused(&["pool", "pause", &pool, "swap"]).await,
        "WrongAuthority"
    );
    assert_eq!(
        stranger.refused(&["pool", "accept-authority", &pool]).await,
        "InsufficientFundsForFee"
    );
    assert_eq!(
        maker.refused(&["pool", "accept-authority", &pool]).await,
        "NoPendingAuthority"
    );
    assert_eq!(
        maker.refused(&["quote", "0", &base, &quote]).await,
        "ZeroAmount"
    );
    assert_eq!(
        maker
            .refused(&["quote", "1", &base, &pool, "--shard", "3"])
            .await,
        "UnknownShard"
    );
    assert_eq!(
        maker.refused(&["pool", "show", &base]).await,
        "WrongAccount"
    );
    assert_eq!(
        maker.refused(&["pool", "create", &base, &quote]).await,
        "PoolExists"
    );
    assert_eq!(
        maker.refused(&["pool", "create", &base, &base]).await,
        "SameMint"
    );
    assert_eq!(
        maker.refused(&["pool", "rebalance", &pool, "1", "1"]).await,
        "SameShard"
    );
    assert_eq!(
        maker.refused(&["pool", "rebalance", &pool, "0", "1"]).await,
        "NothingToRebalance"
    );
    assert_eq!(
        maker.refused(&["pool", "collect-fees", &pool]).await,
        "NothingToCollect"
    );
    assert_eq!(
        maker.refused(&["pool", "ramp", &pool, "10"]).await,
        "NotStableSwap"
    );
    let fees = ["pool", "set-fees", &pool, "--fee-slope", "1"];
    let invalid = maker.fails(&fees, REFUSED).await;
    assert_eq!(invalid["code"], "InvalidFee");
    assert_eq!(invalid["number"], 6006);

    let other = maker.json(&["token", "create"]).await;
    let other = text(&other["mint"]);
    assert_eq!(
        maker.refused(&["quote", "1", &base, &other]).await,
        "NoPool"
    );
    assert_eq!(
        maker.refused(&["quote", "1", &other, &pool]).await,
        "WrongMint"
    );

    for (wrong, code) in [
        (&["swap", "1", &base, &quote][..], "NeedsConsent"),
        (&["quote", "1,5", &base, &quote], "InvalidAmount"),
        (&["quote", "0.0000000001", &base, &quote], "InvalidAmount"),
        (&["quote", "1", "tBTC", &quote], "UnknownName"),
        (&["pool", "set-fees", &pool], "NothingToSet"),
        (&["pool", "pause", &pool], "Usage"),
        (&["swap", "1"], "Usage"),
    ] {
        assert_eq!(maker.fails(wrong, USAGE).await["code"], code, "{wrong:?}");
    }
    assert_eq!(maker.json(&["pool", "show", &pool]).await, before);

    // For people: two lines on standard error, and nothing on standard output.
    let outcome = maker.run(&["quote", "0", &base, &quote]).await;
    assert_eq!(outcome.code, Some(REFUSED));
    assert_eq!(outcome.stdout, "");
    assert_eq!(
        outcome.stderr,
        "error: the amount is zero (ZeroAmount)\n next: give an amount above zero\n"
    );
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_runs_its_pool_and_hands_it_over() {
    let chain = start_chain().await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = Market::open(&chain).await;

    let paused = maker
        .json(&["pool", "pause", &pool, "swap", "rebalance"])
        .await;
    assert_eq!(
        paused["pool"]["paused"],
        serde_json::json!(["swap", "rebalance"])
    );
    assert_eq!(
        maker.refused(&["swap", "1", &base, &quote, "--yes"]).await,
        "Paused"
    );
    let resumed = maker.json(&["pool", "resume", &pool, "swap"]).await;
    assert_eq!(resumed["pool"]["paused"], serde_json::json!(["rebalance"]));

    let fees = maker
        .json(&["pool", "set-fees", &pool, "--fee-bps", "30"])
        .await;
    let fees = &fees["pool"]["fees"];
    assert_eq!(
        (&fees["min_pips"], &fees["max_pips"]),
        (&3_000.into(), &3_000.into())
    );
    let swapped = maker
        .json(&["swap", "1", &base, &quote, "--shard", "1", "--yes"])
        .await;
    assert_eq!(swapped["quote"]["shard_index"], 1);
    let collected = maker.json(&["pool", "collect-fees", &pool]).await;
    assert_eq!(collected["quote"], swapped["quote"]["protocol_fee"]);
    assert_eq!(collected["shards"][0]["shard_index"], 1);
    maker.json(&["pool", "resume", &pool, "all"]).await;
    let rebalanced = maker.json(&["pool", "rebalance", &pool, "0", "1"]).await;
    assert!(number(&rebalanced["quote"]["base_moved"]) > 0);

    let heir = Person::new(chain.rpc_url());
    heir.json(&["faucet", "sol", "1"]).await;
    let address = heir.address().await;
    let proposed = maker
        .json(&["pool", "propose-authority", &pool, &address])
        .await;
    assert_eq!(proposed["pool"]["pending_authority"], address.as_str());
    assert_eq!(
        maker.refused(&["pool", "accept-authority", &pool]).await,
        "WrongAuthority"
    );
    let accepted = heir.json(&["pool", "accept-authority", &pool]).await;
    assert_eq!(accepted["pool"]["authority"], address.as_str());
    assert_eq!(
        maker.refused(&["pool", "add-shard", &pool]).await,
        "WrongAuthority"
    );
    let added = heir.json(&["pool", "add-shard", &pool]).await;
    assert_eq!(added["shards"][0]["index"], 3);
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn stable_pools_and_average_prices() {
    let chain = start_chain().await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = Market::open(&chain).await;

    let line = [
        "pool",
        "create",
        &base,
        &quote,
        "--stable",
        "--amplification",
        "50",
        "--shards",
        "1",
        "--id",
        "7",
    ];
    let created = maker.json(&line).await;
    let stable = text(&created["pool"]["address"]);
    assert_eq!(created["pool"]["amplification"]["now_times_100"], 5_000);
    let moving = maker
        .json(&["pool", "ramp", &stable, "100", "--over", "2d"])
        .await;
    assert_eq!(moving["pool"]["amplification"]["target_times_100"], 10_000);
    assert_eq!(
        maker
            .refused(&["pool", "ramp", &stable, "5000", "--over", "2d"])
            .await,
        "InvalidRamp"
    );
    maker.json(&["pool", "stop-ramp", &stable]).await;

    let first = maker
        .json(&["twap", &pool, "--shard", "2", "--over", "1s"])
        .await;
    assert_eq!(first["average_price"], "150");
    let line = [
        "twap",
        &pool,
        "--shard",
        "2",
        "--since",
        &text(&first["earlier"]),
    ];
    let since = maker.json(&line).await;
    assert_eq!(since["average_price"], "150");
    assert!(number(&since["seconds"]) >= number(&first["seconds"]));

    let fee = [
        "token",
        "create",
        "--transfer-fee-bps",
        "100",
        "--max-fee",
        "5",
        "--supply",
        "1000",
    ];
    let token = maker.json(&fee).await;
    let mint = text(&token["mint"]);
    let line = ["pool", "create", &mint, &quote, "--shards", "1"];
    let created = maker.json(&line).await;
    let taxed = text(&created["pool"]["address"]);
    let line = [
        "liquidity",
        "add",
        &taxed,
        "--base",
        "500",
        "--quote",
        "500",
        "--yes",
    ];
    maker.json(&line).await;
    let before = maker.holds(&mint).await;
    let bought = maker
        .json(&["swap", "10", &quote, &mint, "--exact-out", "--yes"])
        .await;
    assert_eq!(maker.holds(&mint).await - before, 10_000_000);
    assert!(number(&bought["quote"]["transfer_fee_out"]) > 0);
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_chain_of_a_checkout_is_found_by_itself() {
    let chain = start_chain().await;
    let person = Person::new(chain.rpc_url());
    let directory = StateDirectory::take(person.home.path().join("target/localnet"));
    let directory = directory.expect("a folder for the state");
    let world = World::build(&chain, &directory, &Progress::silent()).await;
    let world = world.expect("the world is built");
    directory
        .publish(&world.state(&chain))
        .expect("the state is published");

    // The chain, the first demo wallet, and names: nothing has to be said.
    let swapped = person
        .run_bare(&["swap", "1", "tSOL", "tUSDC", "--yes", "--output", "json"])
        .await;
    assert_eq!(
        swapped.code,
        Some(0),
        "{}{}",
        swapped.stdout,
        swapped.stderr
    );
    let swapped = swapped.json();
    assert_eq!(swapped["received"], swapped["quote"]["received"]);
    let shown = person.run_bare(&["pool", "show", "tSOL/tUSDC"]).await;
    assert!(shown.stdout.contains("tSOL/tUSDC"), "{}", shown.stdout);
    assert!(
        !shown.stdout.contains('\u{1b}'),
        "no colours off a terminal"
    );
    assert_eq!(shown.stderr, "");
    let alice = person.run_bare(&["balances", "alice"]).await;
    let address = world.wallets.alice.address().to_string();
    assert!(alice.stdout.contains(&address), "{}", alice.stdout);
    assert!(alice.stdout.contains("tUSDX"), "{}", alice.stdout);

    // A chain that is gone is said to be gone.
    let url = chain.rpc_url().to_owned();
    chain.stop().await.expect("a clean stop");
    let gone = person.run_bare(&["pool", "list", "--output", "json"]).await;
    assert_eq!(gone.code, Some(REFUSED));
    let error = &gone.json()["error"];
    assert_eq!(error["code"], "NoNode");
    assert!(text(&error["message"]).contains(&url), "{error}");
}
