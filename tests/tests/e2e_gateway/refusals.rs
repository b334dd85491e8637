//! What is refused is refused in one form, with a reason; and limits hold.

use sealane_localnet::world::TokenName;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use crate::stage::{Stage, list, text};

/// Asserts that an error says everything it has to.
fn is_whole(error: &Value, what: &str) {
    for field in ["code", "message", "hint", "request_id"] {
        assert!(!text(&error["error"][field]).is_empty(), "{what}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_why() {
    let stage = Stage::set().await;
    let (sol, usdc) = (
        stage.token(TokenName::Sol).mint,
        stage.token(TokenName::Usdc).mint,
    );
    let stranger = Pubkey::new_unique();
    let quote = |rest: &str| format!("/api/v1/quote?input_mint={sol}&output_mint={usdc}&{rest}");
    let market = stage.world.markets[0].address;
    let cases: Vec<(String, u16, &str)> = vec![
        ("/api/v1/nothing".into(), 404, "not_found"),
        ("/nothing".into(), 404, "not_found"),
        ("/api/v1/pools/nonsense".into(), 400, "bad_request"),
        (format!("/api/v1/pools/{stranger}"), 404, "unknown_pool"),
        (
            format!("/api/v1/pools/{stranger}/trades"),
            404,
            "unknown_pool",
        ),
        (format!("/api/v1/markets/{stranger}"), 404, "unknown_market"),
        (
            format!("/api/v1/markets/{stranger}/book"),
            404,
            "unknown_market",
        ),
        (
            format!("/api/v1/markets/{market}/book?depth=0"),
            400,
            "bad_request",
        ),
        (
            format!("/api/v1/markets/{market}/book?depth=501"),
            400,
            "bad_request",
        ),
        (
            format!("/api/v1/markets/{market}/trades?limit=0"),
            400,
            "bad_request",
        ),
        (
            format!("/api/v1/markets/{market}/trades?limit=x"),
            400,
            "bad_request",
        ),
        (
            format!("/api/v1/candles?venue={market}&interval=2m"),
            400,
            "bad_request",
        ),
        (
            format!("/api/v1/candles?venue={stranger}&interval=1m"),
            404,
            "unknown_venue",
        ),
        ("/api/v1/candles".into(), 400, "bad_request"),
        ("/api/v1/portfolio/nonsense".into(), 400, "bad_request"),
        ("/api/v1/quote".into(), 400, "bad_request"),
        (quote("amount=0"), 400, "zero_amount"),
        (quote("amount=-1"), 400, "bad_request"),
        (quote("amount=18446744073709551616"), 400, "bad_request"),
        (
            quote("amount=1&slippage_bps=10001"),
            400,
            "invalid_slippage",
        ),
        (quote("amount=1&max_hops=0"), 400, "bad_request"),
        (quote("amount=1&mode=sideways"), 400, "bad_request"),
        (quote("amount=1&exclude=x"), 400, "bad_request"),
        (quote("amount=1"), 422, "amount_too_small"),
        (
            quote("amount=18446744073709551615&mode=exact_out"),
            422,
            "not_enough_liquidity",
        ),
        (
            quote("amount=1000000&max_accounts=3"),
            422,
            "route_too_large",
        ),
        (
            quote(&format!("amount=1000&exclude={usdc}")),
            422,
            "all_excluded",
        ),
        (
            format!("/api/v1/quote?input_mint={sol}&output_mint={sol}&amount=1"),
            400,
            "same_mint",
        ),
        (
            format!("/api/v1/quote?input_mint={sol}&output_mint={stranger}&amount=1"),
            404,
            "unknown_mint",
        ),
        ("/api/v1/ws".into(), 400, "bad_request"),
    ];
    for (path, status, code) in cases {
        let (answered, error) = stage.get(&path).await;
        assert_eq!(
            (answered, &error["error"]["code"]),
            (status, &code.into()),
            "{path}: {error}"
        );
        is_whole(&error, &path);
    }
    bodies(&stage).await;
    rpc(&stage).await;
    stage.end().await;
}

async fn bodies(stage: &Stage) {
    for path in ["/api/v1/transaction", "/api/v1/simulate"] {
        for body in [json!({}), json!(5), json!({ "transaction": "???" })] {
            let (status, error) = stage.post(path, &body).await;
            assert_eq!(status, 400, "{path} {body}: {error}");
            is_whole(&error, path);
        }
        let (status, error) = stage.get(path).await;
        assert_eq!(
            (status, text(&error["error"]["code"])),
            (405, "method_not_allowed")
        );
        let long = json!({ "transaction": "A".repeat(100_000) });
        let (status, error) = stage.post(path, &long).await;
        assert_eq!(
            (status, text(&error["error"]["code"])),
            (413, "body_too_large")
        );
        let sent = reqwest::Client::new()
            .post(stage.url(path))
            .body("{}")
            .send();
        assert_eq!(sent.await.expect("an answer").status().as_u16(), 415);
    }
    // An id that comes with a request goes with the answer; one that could not be an id does not.
    for (given, is_kept) in [("abc-123", true), ("a b\"c", false)] {
        let sent = reqwest::Client::new()
            .get(stage.url("/api/v1/nothing"))
            .header("x-request-id", given)
            .send()
            .await
            .expect("an answer");
        let header = sent.headers()["x-request-id"]
            .to_str()
            .expect("text")
            .to_owned();
        assert_eq!(header == given, is_kept);
        let error: Value = serde_json::from_str(&sent.text().await.expect("text")).expect("JSON");
        assert_eq!(error["error"]["request_id"], header);
    }
}

async fn rpc(stage: &Stage) {
    let call = |method: &str| json!({ "jsonrpc": "2.0", "id": 1, "method": method });
    let (status, answer) = stage.post("/rpc", &call("getSlot")).await;
    assert_eq!(status, 200);
    assert!(
        answer["result"].as_u64().is_some_and(|slot| slot > 0),
        "{answer}"
    );
    for method in ["getProgramAccounts", "surfnet_timeTravel", "nonsense"] {
        let (status, answer) = stage.post("/rpc", &call(method)).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (200, &(-32_601).into()),
            "{answer}"
        );
    }
    let batch = json!([call("getSlot"), call("getBlockHeight")]);
    let (_, answers) = stage.post("/rpc", &batch).await;
    assert_eq!(list(&answers).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_told_when_to_come_back() {
    let stage = Stage::set_with(|config| {
        config.http.rate_per_second = 5;
        config.http.rate_burst = 2_000;
    })
    .await;
    let client = reqwest::Client::new();
    let mut limited = None;
    for _ in 0..3_000 {
        let answer = client
            .get(stage.url("/health/live"))
            .send()
            .await
            .expect("an answer");
        if answer.status().as_u16() == 429 {
            limited = Some(answer);
            break;
        }
    }
    let limited = limited.expect("a limit");
    let wait = limited.headers()["retry-after"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        (1..=2).contains(&wait.parse::<u64>().expect("seconds")),
        "{wait}"
    );
    let error: Value = serde_json::from_str(&limited.text().await.expect("text")).expect("JSON");
    assert_eq!(error["error"]["code"], "rate_limited");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_web_app_is_served_beside_the_interface() {
    let web = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(web.path().join("assets")).expect("a folder");
    std::fs::write(web.path().join("index.html"), "<html>first</html>").expect("a page");
    std::fs::write(web.path().join("assets/a-1.js"), "1").expect("a script");
    let root = web.path().to_owned();
    let stage = Stage::set_with(|config| {
        config.http.web_root = Some(root);
        config.http.cors_origins = vec!["https://one.example".into()];
    })
    .await;
    let get = async |path: &str| {
        let sent = reqwest::Client::new().get(stage.url(path));
        let sent = sent.header("origin", "https://one.example").send();
        sent.await.expect("an answer")
    };
    for path in ["/", "/pools/anything", "/index.html"] {
        let page = get(path).await;
        assert_eq!(page.headers()["cache-control"], "no-cache", "{path}");
        assert!(page.headers().contains_key("content-security-policy"));
        assert!(page.text().await.expect("text").contains("first"), "{path}");
    }
    let script = get("/assets/a-1.js").await;
    assert!(
        script.headers()["cache-control"]
            .to_str()
            .expect("text")
            .contains("immutable")
    );
    assert_eq!(
        script.headers()["access-control-allow-origin"],
        "https://one.example"
    );
    // What is none of the page's paths stays an error in its own form.
    assert_eq!(get("/api/v1/nothing").await.status().as_u16(), 404);
    let outside = get("/..%2f..%2fetc/passwd").await;
    assert!(!outside.text().await.expect("text").contains("root:"));
    stage.end().await;
}
