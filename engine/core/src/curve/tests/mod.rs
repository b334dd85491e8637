mod constant_product;
mod ramp;
pub(crate) mod real_d;
mod stable_swap;

use super::*;
