//! Progress on standard error, for whatever takes over two seconds and only where somebody looks at it.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that shows itself two seconds after the work began.
pub(crate) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    shown: bool,
}

impl Progress {
    /// A bar over `steps` steps.
    pub(crate) fn new(steps: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").expect("the template is well formed");
        bar.set_style(style);
        Progress { bar, begun: Instant::now(), shown: false }
    }

    /// Says what is being done now, and that everything before it is.
    pub(crate) fn step(&mut self, what: &str) {
        self.show();
        self.bar.set_message(what.to_string());
        self.bar.inc(1);
    }

    /// Says what is being done, and how many steps of it are.
    pub(crate) fn at(&mut self, done: u64, what: &str) {
        self.show();
        self.bar.set_message(what.to_string());
        self.bar.set_position(done);
    }

    fn show(&mut self) {
        if !self.shown && self.begun.elapsed() > Duration::from_secs(2) && std::io::stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown = true;
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
