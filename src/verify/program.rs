//! An estimator in another process: one JSON case a line in, one JSON answer a line out.

use super::{Case, Claim, Estimator};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How often it is looked whether to go on waiting.
const LOOK: Duration = Duration::from_millis(100);
/// The longest answer that is read.
const LONGEST: usize = 100_000;

/// Why a program cannot be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The command is empty, or its quotes do not close.
    #[error(
        "`{command}` is no command: words apart by spaces, with quotes around those that have some"
    )]
    Command {
        /// The command.
        command: String,
    },
    /// It could not be started.
    #[error("`{program}` could not be started: {error}")]
    Start {
        /// The program.
        program: String,
        /// What went wrong.
        error: std::io::Error,
    },
}

/// A program that is asked one case after the other through its standard input and output. One that
/// hangs is killed, and one that ended is started anew for the next case.
#[derive(Debug)]
pub struct Program {
    words: Vec<String>,
    running: Option<Running>,
    stop: Option<Arc<AtomicBool>>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<Result<String, String>>,
}

impl Program {
    /// A command, `python3 my_estimator.py`: words apart by spaces, quotes around those that have
    /// some. It is started to see that it can be.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn new(command: &str) -> Result<Self, VerifyError> {
        let refused = || VerifyError::Command {
            command: command.to_string(),
        };
        let words = words(command).ok_or_else(refused)?;
        if words.is_empty() {
            return Err(refused());
        }
        let mut program = Self {
            words,
            running: None,
            stop: None,
        };
        program.running = Some(program.start()?);
        Ok(program)
    }

    /// Waits for no answer any more once `stop` is set, by Ctrl-C say: the program is in a process
    /// group of its own, which the terminal does not interrupt.
    #[must_use]
    pub fn with_stop(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = Some(stop);
        self
    }

    fn start(&self) -> Result<Running, VerifyError> {
        let failed = |error| VerifyError::Start {
            program: self.words[0].clone(),
            error,
        };
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(failed)?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed(std::io::ErrorKind::BrokenPipe.into()));
        };
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            loop {
                let mut line = Vec::new();
                let mut limited = std::io::Read::take(&mut stdout, LONGEST as u64 + 1);
                let read = limited.read_until(b'\n', &mut line);
                let line = match read {
                    Ok(0) | Err(_) => break,
                    Ok(n) if n > LONGEST => Err(format!("a line of more than {LONGEST} bytes")),
                    Ok(_) => String::from_utf8(line).map_err(|_| "a line is no UTF-8".to_string()),
                };
                let ends = line.is_err();
                if sender.send(line).is_err() || ends {
                    break;
                }
            }
        });
        Ok(Running {
            child,
            stdin,
            lines,
        })
    }

    /// Ends the process; how it ended.
    fn stop(&mut self) -> Option<String> {
        let mut running = self.running.take()?;
        drop(running.stdin);
        kill(&mut running.child);
        running.child.wait().ok().map(|status| status.to_string())
    }

    fn ask(&mut self, case: &Case) -> Result<Claim, String> {
        if self.running.is_none() {
            self.running = Some(self.start().map_err(|error| error.to_string())?);
        }
        let stop = self.stop.clone();
        let is_stopped = || {
            stop.as_ref()
                .is_some_and(|stop| stop.load(Ordering::Relaxed))
        };
        let running = self.running.as_mut().ok_or("it is not running")?;
        // what it said unasked is no answer
        while running.lines.try_recv().is_ok() {}
        let mut line = serde_json::to_string(case).map_err(|error| error.to_string())?;
        line.push('\n');
        let sent = running.stdin.write_all(line.as_bytes());
        if sent.and_then(|()| running.stdin.flush()).is_err() {
            return Err("it ended, or closed its input".to_string());
        }
        let start = Instant::now();
        let limit = Duration::try_from_secs_f64(case.seconds).unwrap_or(Duration::MAX);
        let answer = loop {
            let left = limit.saturating_sub(start.elapsed());
            match running.lines.recv_timeout(left.min(LOOK)) {
                Err(RecvTimeoutError::Timeout) if is_stopped() => {
                    return Err("interrupted".to_string());
                }
                Err(RecvTimeoutError::Timeout) if left > LOOK => {}
                answer => break answer,
            }
        };
        match answer {
            Ok(Ok(line)) => serde_json::from_str(&line).map_err(|error| {
                if let Ok(declined) = serde_json::from_str::<Declined>(&line) {
                    return format!("it says: {}", declined.error);
                }
                let shown: String = line.trim_end().chars().take(60).collect();
                format!("`{shown}` is no answer: {error}")
            }),
            Ok(Err(reason)) => Err(reason),
            Err(RecvTimeoutError::Timeout) => Err(format!("no answer in {} s", case.seconds)),
            Err(RecvTimeoutError::Disconnected) => Err("it ended without an answer".to_string()),
        }
    }
}

/// What a program says that has no answer to a case.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Declined {
    error: String,
}

impl Estimator for Program {
    fn estimate(&mut self, case: &Case) -> Result<Claim, String> {
        let answer = self.ask(case);
        if answer.is_err() {
            // the next case gets a process that owes nothing
            self.stop();
        }
        answer
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Kills a process that leads a group, and the group: what it has started would go on.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
    drop(child.kill());
}

/// The words of a command; `None` if a quote does not close.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_apart_by_spaces_outside_quotes() {
        let told = |command: &str| words(command).unwrap_or_default();
        assert_eq!(told("python3 my.py"), ["python3", "my.py"]);
        assert_eq!(told(" a  'b c'\"d\" ''"), ["a", "b cd", ""]);
        assert_eq!(words("a 'b"), None);
        assert!(Program::new("").is_err());
        assert!(Program::new("/nowhere/at/all").is_err());
    }
}
