//! Between JavaScript's values and Rust's.

use serde::{Serialize, de::DeserializeOwned};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::refusal::{Answer, Problem};

/// Reads an argument.
pub(crate) fn read<T>(value: &Ts<T>) -> Answer<T>
where
    T: Tsify<JsType: Clone> + DeserializeOwned,
{
    value
        .to_rust()
        .map_err(|error| Problem::argument(error.to_string()))
}

/// Reads a list.
pub(crate) fn read_all<T>(values: &[Ts<T>]) -> Answer<Vec<T>>
where
    T: Tsify<JsType: Clone> + DeserializeOwned,
{
    values.iter().map(read).collect()
}

/// Does the work, and returns what came of it or throws.
pub(crate) fn reply<T: Tsify + Serialize>(
    work: impl FnOnce() -> Answer<T>,
) -> Result<Ts<T>, JsValue> {
    work().and_then(|value| write(&value)).map_err(throw)
}

/// As [`reply`], of a list.
pub(crate) fn reply_all<T: Tsify + Serialize>(
    work: impl FnOnce() -> Answer<Vec<T>>,
) -> Result<Vec<Ts<T>>, JsValue> {
    let values = work().and_then(|values| values.iter().map(write).collect());
    values.map_err(throw)
}

/// As [`reply`], of something that JavaScript knows by itself.
pub(crate) fn reply_plain<T>(work: impl FnOnce() -> Answer<T>) -> Result<T, JsValue> {
    work().map_err(throw)
}

fn write<T: Tsify + Serialize>(value: &T) -> Answer<Ts<T>> {
    Ts::from_rust(value).map_err(|error| Problem::internal(error.to_string()))
}

/// The `Error` that is thrown.
fn throw(problem: Problem) -> JsValue {
    let error = js_sys::Error::new(&problem.message);
    error.set_name("SealaneError");
    let set = |name: &str, value: JsValue| {
        // Setting a property of an object that was made here cannot fail.
        let _ = js_sys::Reflect::set(&error, &name.into(), &value);
    };
    set("code", problem.code.into());
    set("hint", problem.hint.into());
    if let Some(number) = problem.number {
        set("number", number.into());
    }
    error.into()
}

#[wasm_bindgen]
extern "C" {
    /// A line in the console.
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(line: &str);
}

/// A panic ends the library: it is a defect, and the console tells which.
#[wasm_bindgen(start)]
fn tell_defects() {
    std::panic::set_hook(Box::new(|panic| console_error(&panic.to_string())));
}
