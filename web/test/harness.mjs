// A browser, a server of files, and a list of tests.

import { createServer } from "node:http";
import { existsSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "..", "..");
const dist = join(here, "..", "dist");
export const artefacts = join(here, "artefacts");
export const oneFile = pathToFileURL(join(dist, "rlct.html")).href;

const TYPES = {
  ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm",
};

/** A server of the built page, and its address. */
export async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const file = join(dist, path === "/" ? "index.html" : path);
    try {
      const bytes = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}/` };
}

export async function launched() {
  mkdirSync(artefacts, { recursive: true });
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"];
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath) {
    throw new Error("there is no Chromium; say where with CHROMIUM=/path/to/it");
  }
  const args = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ];
  return chromium.launch({ executablePath, args });
}

export function assert(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

export function same(found, expected, what) {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value));
  assert(one === other, `${what}: ${one} instead of ${other}`);
}

/** Waits until a function of the page gives something true. */
export async function until(page, condition, most = 30_000) {
  const end = performance.now() + most;
  while (!(await page.evaluate(condition))) {
    assert(performance.now() < end, `after ${most / 1000} s still not: ${condition}`);
    await page.waitForTimeout(10);
  }
}

/** Waits until the answer is there, and gives what the page tells of it. */
export async function answer(page, most = 30_000) {
  await until(page,
    () => !["idle", "running"].includes(document.getElementById("answer").dataset.state), most);
  return page.evaluate(() => ({
    ...document.getElementById("answer").dataset,
    status: document.getElementById("status").textContent,
    reason: document.getElementById("reason").textContent,
    error: document.getElementById("error").innerText,
  }));
}

/** Waits for what the checker says. */
export async function verdict(page) {
  await until(page, () => document.getElementById("answer").dataset.verdict);
  return page.evaluate(() => ({
    ...document.getElementById("answer").dataset,
    text: document.getElementById("verdict").textContent,
  }));
}

/** Types a question and computes. */
export async function ask(page, { form = "loss", generators, seconds, ...fields }) {
  await page.check(`input[name=form][value=${form}]`);
  await page.fill("#generators", generators.join("\n"));
  for (const [id, text] of Object.entries(fields)) {
    await page.fill(`#${id}`, text);
  }
  if (seconds !== undefined) {
    const step = await page.evaluate((s) => SECONDS.indexOf(s), seconds);
    await page.locator("#budget").fill(String(step));
  }
  await page.click("#compute");
}

/** Runs tests one after the other, each in a page of its own, and tells how many failed. */
export async function run(tests, context) {
  const wanted = process.argv.slice(2);
  const chosen = Object.entries(tests).filter(
    ([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  let failed = 0;
  for (const [name, test] of chosen) {
    const start = performance.now();
    const trouble = [];
    const page = await context.browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on("pageerror", (error) => trouble.push(`error in the page: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") {
        trouble.push(`console: ${message.text()}`);
      }
    });
    try {
      await test(page, context);
      same(trouble, [], "what the page complains about");
      console.log(`ok    ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}: ${error.message}`);
      trouble.forEach((line) => console.log(`      ${line}`));
      await page.screenshot({ path: join(artefacts, `failed-${failed}.png`) }).catch(() => {});
    } finally {
      await page.close();
    }
  }
  console.log(`${chosen.length - failed} of ${chosen.length} tests passed`);
  return failed;
}
