//! Telling somebody what is being done.

use std::fmt;
use std::sync::Arc;

type Listener = dyn Fn(&str) + Send + Sync;

/// A listener for steps. Cheap to clone; silent unless made with [`Progress::new`].
#[derive(Clone, Default)]
pub struct Progress {
    listener: Option<Arc<Listener>>,
}

impl Progress {
    /// Nobody listens.
    #[must_use]
    pub fn silent() -> Self {
        Self::default()
    }

    /// Calls `listener` with the description of each step as it begins.
    pub fn new(listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            listener: Some(Arc::new(listener)),
        }
    }

    /// Announces a step, and by that the end of the step before it.
    pub fn step(&self, description: impl AsRef<str>) {
        let description = description.as_ref();
        tracing::debug!(step = description);
        if let Some(listener) = &self.listener {
            listener(description);
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress")
            .field("listening", &self.listener.is_some())
            .finish()
    }
}
