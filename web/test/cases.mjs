// The published cases in the browser: values as published, times beside those of the same library
// without a browser.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { answer, ask, assert, root, same } from "./harness.mjs";

/** How often each case is timed; the least time counts, on both sides. */
const ROUNDS = 8;
const MOST_TIMES = 5;
/** What the command line takes to begin with, which the native times are without. */
const START = 5;
/** The ratios of shorter times are not told: they are those of the clocks. */
const LEAST_MILLISECONDS = 1;

/** A published rational number in lowest terms as the engine writes it. */
function lowest(text) {
  let [p, q = 1] = text.split("/").map(Number);
  const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b));
  const common = divisor(p, q);
  [p, q] = [p / common, q / common];
  return q === 1 ? String(p) : `${p}/${q}`;
}

/** The least milliseconds of each request, by the program without a browser. */
function natively(requests) {
  const program = process.env.RLCT_NATIVE;
  assert(program, "RLCT_NATIVE does not say where the program is; see run.sh");
  const input = Array(ROUNDS).fill(requests).flat().map((r) => `${JSON.stringify(r)}\n`).join("");
  const done = spawnSync(program, { input, maxBuffer: 1 << 30, encoding: "utf8" });
  assert(done.status === 0, `${program}: ${done.error || done.stderr}`);
  const replies = done.stdout.trim().split("\n").map((line) => JSON.parse(line));
  return requests.map((_, i) => {
    const own = replies.filter((_, n) => n % requests.length === i);
    return { reply: own[0].reply, milliseconds: Math.min(...own.map((r) => r.milliseconds)) };
  });
}

export async function cases(page, { address }) {
  const all = JSON.parse(readFileSync(join(root, "tests", "data", "cases.json"), "utf8"));
  assert(all.length >= 57, `${all.length} cases`);
  const questions = all.map((c) => ({
    form: c.form,
    generators: c.generators,
    nonnegative: (c.nonnegative || []).join(", "),
    amplitude: c.amplitude || "",
    at: Object.entries(c.at || {}).map(([name, value]) => `${name}=${value}`).join(", "),
  }));
  await page.goto(address);
  for (const [i, published] of all.entries()) {
    await ask(page, questions[i]);
    const told = await answer(page);
    same([told.lambda, told.multiplicity],
      [lowest(published.lambda), String(published.multiplicity)], published.id);
  }
  const requests = questions.map((question) => ({ op: "exact", question }));
  const native = natively(requests);
  // one worker for all, as the page has it
  const browser = await page.evaluate(async ([asked, rounds]) => {
    const engine = new Engine();
    const least = asked.map(() => Infinity);
    for (let round = 0; round < rounds; round += 1) {
      for (const [i, request] of asked.entries()) {
        const told = await engine.ask(request);
        least[i] = Math.min(least[i], told.milliseconds);
      }
    }
    engine.leave();
    return least;
  }, [requests, ROUNDS]);
  const sum = (times) => times.reduce((a, b) => a + b, 0);
  const [here, there] = [sum(browser), sum(native.map((n) => n.milliseconds))];
  const ratios = browser.map((time, i) => [time / native[i].milliseconds, i]);
  const told = ratios.filter(([, i]) => native[i].milliseconds >= LEAST_MILLISECONDS)
    .sort((a, b) => b[0] - a[0]);
  const shown = told.slice(0, 3).map(([ratio, i]) =>
    `${all[i].id} ${ratio.toFixed(2)} (${browser[i].toFixed(1)} ms)`);
  console.log(`      ${all.length} cases: ${here.toFixed(0)} ms in the browser,`
    + ` ${there.toFixed(0)} ms natively, ratio ${(here / there).toFixed(2)};`
    + ` largest of ${told.length} cases of ${LEAST_MILLISECONDS} ms and more: ${shown.join(", ")}`);
  for (const [i, { reply }] of native.entries()) {
    same(reply.answer.lambda, lowest(all[i].lambda), `${all[i].id} natively`);
  }
  assert(here <= MOST_TIMES * there, `${(here / there).toFixed(2)} times the native time`);
  const slow = all.filter((_, i) => browser[i] > MOST_TIMES * native[i].milliseconds + START)
    .map((c) => c.id);
  same(slow, [], `cases of more than ${MOST_TIMES} times the native time`);
}
