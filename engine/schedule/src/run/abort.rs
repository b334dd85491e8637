//! The end of the process where going on would be wrong.

/// Ends the process when dropped, which unwinding does: where others wait for what can no longer
/// happen, or would see what must not be seen. Forget it when all went well.
pub(super) struct AbortOnDrop;

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        std::process::abort();
    }
}
