//! The interface of the playground outside of a browser: a request a line on stdin, a reply a line
//! on stdout, with the milliseconds it took. The tests of the page hold the browser against it.

use std::io::{BufRead, Write};
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    for request in std::io::stdin().lock().lines() {
        let request = request?;
        let start = Instant::now();
        let reply = rlct_web::respond(&request);
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        writeln!(
            output,
            "{{\"milliseconds\": {milliseconds}, \"reply\": {reply}}}"
        )?;
    }
    Ok(())
}
