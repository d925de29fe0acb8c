#![doc = include_str!("README.md")]

deno_core::extension!(deno_canvas, deps = [deno_webidl, deno_web, deno_webgpu]);

/// Windows of others.
pub mod byow {
    use std::{cell::OnceCell, cell::RefCell, ffi::CStr, rc::Rc};

    use deno_core::{GarbageCollected, v8};
    use deno_webgpu::canvas::SurfaceData;

    /// Never there, since its data never is.
    pub struct UnsafeWindowSurface {
        /// Never there.
        pub data: Rc<RefCell<SurfaceData>>,
        /// Nothing.
        pub active_context: OnceCell<()>,
    }

    // SAFETY: no value of this type can be made; there is nothing to trace.
    unsafe impl GarbageCollected for UnsafeWindowSurface {
        fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

        fn get_name(&self) -> &'static CStr {
            c"UnsafeWindowSurface"
        }
    }
}
