//! The OpenAPI document, made of the handlers, and the page that shows it.

use axum::Router;
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

use crate::{error::ErrorDocument, socket};

/// Where programs find the document.
const DOCUMENT: &str = "/openapi.json";
/// Where people read it.
const PAGE: &str = "/docs";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sealane gateway",
        version = "1",
        description = "The exchange over HTTP and WebSocket.\n\nAmounts are strings of base units, \
            rates are integers in basis points or millionths, prices are decimal strings of whole \
            quote tokens for one whole base token, addresses are base58. Errors carry a code for \
            programs, a sentence, a hint and the request's id.\n\nTransactions leave unsigned: the \
            gateway holds no keys.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ErrorDocument, socket::ClientMessage, socket::ServerMessage)),
    tags(
        (name = "exchange", description = "What is traded, and what it costs now."),
        (name = "trading", description = "Quotes, transactions and what they would do."),
        (name = "history", description = "What was traded."),
        (name = "accounts", description = "What an address has, and what it did."),
        (name = "governance", description = "Realms, their proposals, and votes."),
        (name = "operation", description = "Whether the gateway works, and on which chain.")
    )
)]
struct Base;

pub(super) fn base() -> utoipa::openapi::OpenApi {
    Base::openapi()
}

/// The whole document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    super::documented().into_openapi()
}

/// The document and the page.
pub(super) fn pages<S: Clone + Send + Sync + 'static>(
    document: utoipa::openapi::OpenApi,
) -> Router<S> {
    SwaggerUi::new(PAGE).url(DOCUMENT, document).into()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    #[test]
    fn every_path_is_described() {
        let document = serde_json::to_value(super::document()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        assert!(paths.len() >= 18, "{}", paths.len());
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().unwrap() {
                let named = |field: &str| {
                    operation[field]
                        .as_str()
                        .is_some_and(|text| !text.is_empty())
                };
                assert!(named("summary") || named("description"), "{method} {path}");
                let responses = operation["responses"].as_object().unwrap();
                assert!(
                    responses
                        .keys()
                        .any(|status| status.starts_with(['1', '2']))
                );
            }
        }
        // What is referred to is there.
        let text = document.to_string();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert_ne!(
                document["components"]["schemas"][name],
                Value::Null,
                "{name}"
            );
        }
    }
}
