#![doc = include_str!("README.md")]

deno_core::extension!(
    deno_webgpu,
    deps = [deno_webidl, deno_web],
    lazy_loaded_js = ["00_init.js"],
);

/// Never there.
#[derive(Clone, Debug)]
pub enum Instance {}

/// Never there.
#[derive(Debug)]
pub enum SurfaceId {}

impl Instance {
    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    ///
    /// # Safety
    /// There is no instance.
    pub unsafe fn instance_create_surface<D, W>(
        &self,
        _display: Option<D>,
        _window: W,
        _id: Option<SurfaceId>,
    ) -> Result<SurfaceId, &'static str> {
        match *self {}
    }
}

/// What windows would be drawn on.
pub mod canvas {
    /// Never there.
    #[derive(Debug)]
    pub struct SurfaceData {
        /// Never there.
        pub id: super::SurfaceId,
        /// In pixels.
        pub width: u32,
        /// In pixels.
        pub height: u32,
        /// Never there.
        pub instance: super::Instance,
    }
}
