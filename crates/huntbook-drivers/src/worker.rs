//! Waiting for work that can be stopped.

use std::future::Future;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use huntbook_kql::KqlError;
use tokio::runtime::{Builder, Runtime};

use crate::{Cancel, DriverError};

/// How often a waiting caller looks whether it should stop.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Threads for work to run on while the caller waits and can still be interrupted.
#[derive(Debug)]
pub(crate) struct Worker {
    driver: &'static str,
    /// `None` only while dropping.
    runtime: Option<Runtime>,
}

impl Worker {
    /// Threads for the driver called `driver`, one for each core.
    pub(crate) fn start(driver: &'static str) -> Result<Self, DriverError> {
        /// Plans of long queries are walked recursively.
        const STACK: usize = 16 << 20;
        let runtime = Builder::new_multi_thread()
            .thread_name(format!("huntbook-{driver}"))
            .thread_stack_size(STACK)
            .enable_all()
            .build()
            .map_err(|source| DriverError::Start { driver, source })?;
        Ok(Self { driver, runtime: Some(runtime) })
    }

    /// What `work` gives. Returns soon after `cancel` is pulled or `time` is over; the work is then dropped where
    /// it next waits.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, DriverError>> + Send + 'static,
        cancel: &Cancel,
        time: Option<Duration>,
    ) -> Result<T, DriverError> {
        let began = Instant::now();
        if cancel.is_cancelled() {
            return Err(DriverError::Cancelled);
        }
        let runtime = self.runtime.as_ref().expect("only dropping takes the runtime");
        let (sender, receiver) = sync_channel(1);
        let task = runtime.spawn(async move {
            // Nobody listens any more once the caller has given up.
            let _given_up = sender.send(work.await);
        });
        loop {
            match receiver.recv_timeout(LOOK_EVERY) {
                Ok(outcome) => return outcome,
                Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => {
                    task.abort();
                    return Err(DriverError::Cancelled);
                }
                Err(RecvTimeoutError::Timeout) => {
                    // Work ends by itself in time, unless one step of it takes very long.
                    if let Some(limit) = time.filter(|time| began.elapsed() > *time + LOOK_EVERY) {
                        task.abort();
                        return Err(KqlError::TimedOut { limit }.into());
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let message =
                        format!("the work of driver `{}` ended without an answer", self.driver);
                    return Err(DriverError::Failed { source: message.clone().into(), message });
                }
            }
        }
    }
}

impl Drop for Worker {
    /// Leaves running work behind instead of waiting for it; this may be called on any thread.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_gives_its_outcome() {
        let worker = Worker::start("test").expect("threads");
        let outcome = worker.wait(async { Ok(7) }, &Cancel::new(), None);
        assert!(matches!(outcome, Ok(7)));
    }

    #[test]
    fn a_cancelled_wait_ends_although_the_work_does_not() {
        let worker = Worker::start("test").expect("threads");
        let cancel = Cancel::new();
        let later = cancel.clone();
        let puller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(80));
            later.cancel();
        });
        let outcome = worker.wait(std::future::pending::<Result<(), _>>(), &cancel, None);
        assert!(matches!(outcome, Err(DriverError::Cancelled)));
        puller.join().expect("it only sleeps");
    }

    #[test]
    fn work_that_never_looks_up_is_left_when_its_time_is_over() {
        let worker = Worker::start("test").expect("threads");
        let busy = async {
            std::thread::sleep(Duration::from_secs(3));
            Ok(())
        };
        let began = Instant::now();
        let outcome = worker.wait(busy, &Cancel::new(), Some(Duration::from_millis(100)));
        assert!(matches!(outcome, Err(DriverError::Limit { code: "KQL0402", .. })), "{outcome:?}");
        assert!(began.elapsed() < Duration::from_secs(2));
    }

    #[test]
    fn work_that_panics_is_an_error() {
        let worker = Worker::start("test").expect("threads");
        let outcome: Result<(), _> =
            worker.wait(async { panic!("on purpose") }, &Cancel::new(), None);
        assert!(matches!(outcome, Err(DriverError::Failed { .. })));
    }

    #[test]
    fn waiting_inside_another_runtime_is_no_panic() {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let worker = Worker::start("test").expect("threads");
            assert!(matches!(worker.wait(async { Ok(1) }, &Cancel::new(), None), Ok(1)));
        });
    }
}
