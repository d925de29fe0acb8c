#![doc = include_str!("README.md")]

use std::{cell::RefCell, ffi::c_void, rc::Rc, sync::Arc};

use deno_core::op2;
use deno_error::JsErrorBox;

deno_core::extension!(
    deno_napi,
    ops = [op_napi_open],
    options = { loader: Option<DenoRtNativeAddonLoaderRc> },
    state = |_, _| {},
);

/// Never there.
#[derive(Debug)]
pub enum DenoRtNativeAddonLoader {}

/// Never there.
pub type DenoRtNativeAddonLoaderRc = Arc<DenoRtNativeAddonLoader>;

// Node's `require` imports it by name.
#[op2(fast)]
fn op_napi_open() -> Result<(), JsErrorBox> {
    Err(JsErrorBox::generic("the sandbox loads no native add-ons"))
}

/// Of add-ons; never there.
#[derive(Debug)]
pub struct NapiState {
    /// Empty.
    pub ref_tracker: Rc<RefCell<RefTracker>>,
}

/// Empty.
#[derive(Debug, Default)]
pub struct RefTracker;

/// Never there.
#[derive(Debug)]
pub struct PendingNapiFinalizer {
    /// What would be called.
    pub cb: unsafe extern "C" fn(*mut c_void, *mut c_void, *mut c_void),
    /// Its first argument.
    pub env: *mut c_void,
    /// Its second argument.
    pub data: *mut c_void,
    /// Its third argument.
    pub hint: *mut c_void,
}

impl RefTracker {
    /// Nothing.
    pub fn take_pending(&mut self) -> Vec<PendingNapiFinalizer> {
        Vec::new()
    }
}
