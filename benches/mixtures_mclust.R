#!/usr/bin/env Rscript
# Normal mixtures on a line: `rlct select` beside the package mclust, on the same data in one run.
#
#     cargo build --release && Rscript benches/mixtures_mclust.R [target/release/rlct]
#
# Models of one to four components: a common variance (mclust's "E") and a variance each ("V").
# mclust's seconds are those of Mclust() alone, without R's start and without reading; rlct's are
# those of the whole process, which reads the file and fits from ten random starts and from those of
# one component less. One thread each.
# Printed are both, whether rlct is within twice the other plus 0.2 s, and both log-likelihoods of
# the true number of components ("V" of rlct is maximised with the prior of Fraley & Raftery).

suppressMessages(library(mclust))
Sys.setenv(RAYON_NUM_THREADS = "1", OPENBLAS_NUM_THREADS = "1", OMP_NUM_THREADS = "1")
arguments <- commandArgs(trailingOnly = TRUE)
rlct <- if (length(arguments) > 0) arguments[1] else "target/release/rlct"

sample_of <- function(rows, parts, seed) {
  set.seed(seed)
  3.5 * sample(0:(parts - 1), rows, replace = TRUE) + rnorm(rows)
}

seconds <- function(call) {
  began <- proc.time()[["elapsed"]]
  value <- force(call)
  list(value = value, seconds = proc.time()[["elapsed"]] - began)
}

slow <- 0
for (rows in c(100, 1000, 10000)) for (parts in 1:3) for (model in c("E", "V")) {
  x <- sample_of(rows, parts, 1000 * rows + parts)
  file <- tempfile(fileext = ".csv")
  write.csv(data.frame(x = x), file, row.names = FALSE)
  theirs <- seconds(Mclust(x, G = 1:4, modelNames = model, verbose = FALSE))
  one <- Mclust(x, G = parts, modelNames = model, verbose = FALSE)
  variance <- c(E = "common", V = "free")[[model]]
  ours <- seconds(suppressWarnings(system2(rlct,
    c("select", "--model", "normal-mixture", "--variance", variance, "--data", file,
      "--columns", "x", "--max-components", "4", "--json"),
    stdout = TRUE, stderr = FALSE)))
  text <- paste(ours$value, collapse = "\n")
  found <- regmatches(text, gregexpr('"log_likelihood": *-?[0-9.]+', text))[[1]]
  own <- as.numeric(sub(".*: *", "", found))[parts]
  within <- ours$seconds <= 2 * theirs$seconds + 0.2
  slow <- slow + !within
  cat(sprintf("n = %5d, %d true, %s: rlct %6.2f s, mclust %6.2f s, %s; log-likelihood %.3f, %.3f\n",
    rows, parts, model, ours$seconds, theirs$seconds, if (within) "within" else "SLOWER",
    own, one$loglik))
  unlink(file)
}
quit(status = if (slow > 0) 1 else 0)
