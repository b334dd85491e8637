//! A local chain comes up, deploys, pays, stops and gives its ports back: on the embedded backend,
//! and on Agave's validator too when `SEALANE_VALIDATOR` names its executable.

mod common;

use std::net::TcpListener;
use std::time::Duration;

use common::{backends, bare, port_of, with_programs};
use sealane_localnet::{Chain, ChainConfig, ChainError};
use solana_keypair::Keypair;
use solana_signer::Signer;

const ONE_SOL: u64 = 1_000_000_000;

#[tokio::test]
async fn a_chain_is_healthy_when_start_returns_and_gone_after_stop() {
    for backend in backends() {
        let chain = Chain::start(bare(&backend)).await.unwrap();
        let rpc = chain.rpc();
        rpc.get_health().await.unwrap();
        let (rpc_port, ws_port) = (port_of(chain.rpc_url()), port_of(chain.ws_url()));
        assert_eq!(ws_port, rpc_port + 1, "{backend:?}");
        chain.stop().await.unwrap();
        for port in [rpc_port, ws_port] {
            TcpListener::bind(("127.0.0.1", port)).unwrap();
        }
        assert!(rpc.get_health().await.is_err(), "{backend:?}");
    }
}

#[tokio::test]
async fn the_same_wallet_can_be_funded_twice_alike() {
    for backend in backends() {
        let chain = Chain::start(bare(&backend)).await.unwrap();
        let wallet = Keypair::new().pubkey();
        let first = chain.fund(&wallet, ONE_SOL).await.unwrap();
        let second = chain.fund(&wallet, ONE_SOL).await.unwrap();
        assert_ne!(first, second, "{backend:?}");
        let balance = chain.rpc().get_balance(&wallet).await.unwrap();
        assert_eq!(balance, 2 * ONE_SOL, "{backend:?}");
        chain.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_taken_port_is_refused_by_name() {
    for backend in backends() {
        let chain = Chain::start(bare(&backend)).await.unwrap();
        let taken = port_of(chain.rpc_url());
        let error = Chain::start(ChainConfig {
            rpc_port: Some(taken),
            ..bare(&backend)
        })
        .await
        .err()
        .expect("the port is taken");
        assert!(
            matches!(error, ChainError::PortTaken { port, .. } if port == taken),
            "{error}"
        );
        chain.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_chain_takes_the_port_asked_for_and_can_be_started_on_it_again() {
    for backend in backends() {
        let chain = Chain::start(bare(&backend)).await.unwrap();
        let port = port_of(chain.rpc_url());
        chain.stop().await.unwrap();
        let again = Chain::start(ChainConfig {
            rpc_port: Some(port),
            ..bare(&backend)
        })
        .await
        .unwrap();
        assert_eq!(port_of(again.rpc_url()), port, "{backend:?}");
        again.stop().await.unwrap();
    }
}

#[tokio::test]
async fn dropping_a_chain_stops_it() {
    for backend in backends() {
        let chain = Chain::start(bare(&backend)).await.unwrap();
        let rpc = chain.rpc();
        drop(chain);
        let mut looks = 0;
        while rpc.get_health().await.is_ok() {
            looks += 1;
            assert!(looks < 100, "{backend:?} is still there");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn programs_are_executable_when_start_returns() {
    for backend in backends() {
        let config = with_programs(&backend);
        let programs = config.programs.clone();
        let chain = Chain::start(config)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        for program in programs {
            let account = chain.rpc().get_account(&program.id).await.unwrap();
            assert!(account.executable, "{} on {backend:?}", program.id);
        }
        chain.stop().await.unwrap();
    }
}
