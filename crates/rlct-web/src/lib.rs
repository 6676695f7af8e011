//! The exact lane for the playground: a question as JSON, its answer as JSON.
//!
//! [`respond`] is all there is to call. In a browser it is called over the few functions of `abi`,
//! with bytes in the linear memory of the module, so that no generated glue is needed. The page is
//! in `web/`, and `web/build.sh` puts the two together.
//!
//! A request is an object with `op`:
//!
//! - `exact`: a [`Question`], with `milliseconds` and `steps` of the budget if they are not the
//!   usual ones; the reply has the answer, its certificate, the derivation, its tree of charts and
//!   the Newton polyhedron;
//! - `check`: a `certificate` as text, replayed by the independent checker, and the question it
//!   should be about, if one is given;
//! - `catalogue`: the germs of the catalogue, family by family;
//! - `version`.
//!
//! What is wrong with a question is told with the field and the column ([`Fault`]).

pub mod abi;
mod catalogue;
mod certificate;
mod exact;
mod fault;
mod polyhedron;
mod question;
mod tree;

pub use fault::{Fault, Field};
pub use question::Question;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the page asks for.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
enum Request {
    Exact(exact::Ask),
    Check(certificate::Ask),
    Catalogue,
    Version,
}

/// The reply to a request, both JSON. A request that is none gets an `error` as well.
///
/// ```
/// let request = r#"{"op": "exact", "question": {"form": "ideal", "generators": ["x^2 - y^3"]}}"#;
/// let reply: serde_json::Value = serde_json::from_str(&rlct_web::respond(request))?;
/// assert_eq!(reply["answer"]["lambda"], "5/12");
/// let request = r#"{"op": "exact", "question": {"form": "loss", "generators": ["x^2 + "]}}"#;
/// let reply: serde_json::Value = serde_json::from_str(&rlct_web::respond(request))?;
/// assert_eq!(reply["error"]["column"], 5);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn respond(request: &str) -> String {
    let reply = match serde_json::from_str(request) {
        Ok(Request::Exact(ask)) => told(exact::answer(&ask)),
        Ok(Request::Check(ask)) => told(certificate::replay(&ask)),
        Ok(Request::Catalogue) => told(catalogue::germs()),
        Ok(Request::Version) => json!({ "version": env!("CARGO_PKG_VERSION") }),
        Err(error) => json!({ "error": Fault::of(Field::Request, error) }),
    };
    reply.to_string()
}

fn told<T: Serialize>(reply: Result<T, Fault>) -> Value {
    let fault = |error: serde_json::Error| json!({ "error": Fault::of(Field::Request, error) });
    match reply {
        Ok(reply) => serde_json::to_value(reply).unwrap_or_else(fault),
        Err(error) => json!({ "error": error }),
    }
}
