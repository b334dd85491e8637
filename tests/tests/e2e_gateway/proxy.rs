//! A wire between the gateway and the node that can be cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A wire that can be cut and joined again.
pub(crate) struct Wire {
    pub(crate) address: SocketAddr,
    is_cut: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Wire {
    /// To the address in a URL, such as `http://127.0.0.1:8899`.
    pub(crate) async fn to(url: &str) -> Self {
        let target: SocketAddr = url
            .split_once("://")
            .and_then(|(_, host)| host.trim_end_matches('/').parse().ok())
            .expect("an address and a port");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let is_cut = watch::Sender::new(false);
        let task = tokio::spawn(accept(listener, target, is_cut.clone()));
        Self {
            address,
            is_cut,
            task,
        }
    }

    pub(crate) fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    pub(crate) fn join(&self) {
        self.is_cut.send_replace(false);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, is_cut: watch::Sender<bool>) {
    loop {
        let Ok((mut from, _)) = listener.accept().await else {
            return;
        };
        let mut cut = is_cut.subscribe();
        tokio::spawn(async move {
            if *cut.borrow() {
                return;
            }
            let Ok(mut to) = TcpStream::connect(target).await else {
                return;
            };
            tokio::select! {
                _ = copy_bidirectional(&mut from, &mut to) => {}
                _ = cut.wait_for(|cut| *cut) => {}
            }
        });
    }
}
