// The tests of the playground: node run.mjs [PART OF A NAME …]

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { answer, artefacts, ask, assert, launched, oneFile, run, same, serve, until, verdict }
  from "./harness.mjs";
import { cases } from "./cases.mjs";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** A search that no budget of a second or two is enough for, of many small steps. */
const LARGE = {
  form: "ideal",
  generators: ["(x-y)^5*(x+2*y-z)^3+(y-z^2)^7*x+w^9*x*y", "x^3*w-z^5+y*w^2"],
};

/** One step of algebra that lasts for minutes and looks at no clock. */
const STUBBORN = {
  form: "absolute",
  generators: [`${Array.from({ length: 120 }, (_, i) => `(y-${i + 1}*x)`).join("*")}+x^360`],
};

/** What the page shows of the place of an error. */
async function marked(page) {
  return page.evaluate(() => {
    const [line, carets] = document.querySelector("#error pre").textContent.split("\n");
    const from = carets.indexOf("^");
    const field = document.querySelector("[aria-invalid=true]");
    return {
      line,
      under: line.slice(from, carets.length),
      from,
      field: field.id,
      focused: document.activeElement === field,
      selected: [field.selectionStart, field.selectionEnd],
      described: field.getAttribute("aria-describedby").split(" ").includes("error"),
    };
  });
}

/** While something runs: the longest time for which the page did nothing, in milliseconds. */
const watch = (page) => page.evaluate(() => {
  window.longest = 0;
  let last = performance.now();
  window.watching = setInterval(() => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - last);
    last = now;
  }, 10);
});

async function findings(page, where) {
  // the policy of the page forbids scripts from elsewhere, so it is evaluated
  await page.evaluate(readFileSync(axeFile, "utf8"));
  const result = await page.evaluate(() => axe.run());
  const found = result.violations.map((v) =>
    `${where}: ${v.impact}: ${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
  assert(result.passes.length > 20, `${where}: axe has looked at ${result.passes.length} rules`);
  return found;
}

const tests = {
  async "a polynomial is typed and its answer read"(page, { address }) {
    await page.goto(address);
    await page.click("#generators");
    await page.keyboard.type("x^2*y^4");
    await page.keyboard.press("Enter");
    const told = await answer(page);
    same([told.state, told.lambda, told.multiplicity], ["done", "1/4", "1"], "the answer");
    assert(told.status.includes("λ = 1/4, m = 1"), told.status);
    const fraction = await page.locator("#value mfrac").allTextContents();
    same(fraction, ["14"], "the fraction of λ");
    const checked = await verdict(page);
    same(checked.verdict, "exact", "the checker");
    assert(checked.text.includes(`${checked.steps} step`), checked.text);
    assert(checked.text.includes("λ = 1/4, m = 1"), checked.text);
    assert((await page.textContent("#derivation")).includes("Newton polyhedron"), "no derivation");
  },

  async "the page in one file opens without a server and asks nothing of a network"(page) {
    const asked = [];
    page.on("request", (request) => asked.push(request.url().split(":")[0]));
    await page.goto(oneFile);
    await ask(page, { form: "ideal", generators: ["a*c", "a*d", "b*c", "b*d"], amplitude: "a" });
    const told = await answer(page);
    same([told.lambda, told.multiplicity], ["1", "1"], "the answer");
    same((await verdict(page)).verdict, "exact", "the checker");
    same(asked.filter((scheme) => !["file", "blob", "data"].includes(scheme)), [], "requests");
  },

  async "point, domain and prior are fields"(page, { address }) {
    await page.goto(address);
    await ask(page, { form: "ideal", generators: ["x + y"], nonnegative: "x, y" });
    same((await answer(page)).lambda, "1", "on the quadrant");
    await ask(page, { form: "loss", generators: ["(y - x^2)^2"], nonnegative: "",
      at: "x=1, y=1" });
    same((await answer(page)).lambda, "1/2", "at (1, 1)");
    await page.click("#more > summary");
    await ask(page, { form: "ideal", generators: ["x^2 - 2*y^2"], at: "x=s, y=1",
      where: "s^2 = 2, 1 < s < 2" });
    same((await answer(page)).lambda, "1/2", "at an irrational point");
    assert((await page.textContent("#newton")).includes("algebraic"), "its polygon is not shown");
  },

  async "an example is chosen with the keyboard"(page, { address }) {
    await page.goto(address);
    await page.focus("#example");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const told = await answer(page);
    assert(["1/4", "5/12"].includes(told.lambda), `λ = ${told.lambda}`);
  },

  async "a germ of the catalogue has its published value"(page, { address }) {
    await page.goto(address);
    await page.click("#catalogue > summary");
    await until(page, () => document.getElementById("family").options.length > 20);
    const families = await page.evaluate(() => families.length);
    let asked = 0;
    for (let family = 0; family < families; family += 5) {
      await page.selectOption("#family", String(family));
      const germs = await page.evaluate((n) => families[n].instances.length, family);
      await page.selectOption("#instance", String(germs > 1 ? 1 : 0));
      const told = await answer(page);
      const entry = await page.evaluate(() => published);
      assert((await page.textContent("#published")).includes(entry.value), entry.id);
      if (told.lambda && entry.lambda) {
        same([told.lambda, Number(told.multiplicity)], [entry.lambda, entry.multiplicity],
          entry.id);
        asked += 1;
      }
    }
    assert(asked >= 6, `only ${asked} values were compared`);
  },

  async "a search is cancelled, and the next question answered"(page, { address }) {
    await page.goto(address);
    await ask(page, { ...STUBBORN, seconds: 60 });
    await page.waitForTimeout(700);
    same(await page.getAttribute("#answer", "data-state"), "running", "the state");
    const start = performance.now();
    await page.click("#cancel");
    const told = await answer(page);
    same(told.state, "cancelled", "the state");
    assert(performance.now() - start < 1000, "the cancel button is slow");
    assert(told.status.startsWith("Cancelled after"), told.status);
    assert(await page.isDisabled("#cancel"), "there is nothing left to cancel");
    await ask(page, { generators: ["x^2*y^2"] });
    const next = await answer(page);
    same([next.lambda, next.multiplicity], ["1/2", "2"], "the next answer");
  },

  async "a shared link opens its question"(page, { address, browser }) {
    await page.goto(`${address}#form=ideal&g=a*c&g=b*d&nonnegative=a&seconds=20`);
    const told = await answer(page);
    same([told.lambda, told.multiplicity], ["1", "3"], "the answer");
    same(await page.inputValue("#generators"), "a*c\nb*d", "the generators");
    same(await page.inputValue("#nonnegative"), "a", "the domain");
    same(await page.textContent("#seconds"), "20 s", "the budget");
    await ask(page, { form: "loss", generators: ["(y - x^2)^2 + x^3*y^3"], nonnegative: "" });
    same((await answer(page)).lambda, "11/18", "the second answer");
    const link = await page.inputValue("#link");
    const other = await browser.newPage();
    await other.goto(link);
    same((await answer(other)).lambda, "11/18", "the answer of the link");
    same(await other.inputValue("#generators"), "(y - x^2)^2 + x^3*y^3", "the loss of the link");
    await other.close();
    await page.goBack();
    await until(page, () => document.getElementById("generators").value === "a*c\nb*d");
    same((await answer(page)).lambda, "1", "the answer after going back");
  },

  async "malformed texts show a caret under the place"(page, { address }) {
    await page.goto(address);
    await ask(page, { generators: ["(y-x^2)^2 + x $ z"] });
    same((await answer(page)).state, "refused", "the state");
    let found = await marked(page);
    same([found.field, found.under, found.from], ["generators", "$", 14], "the caret");
    same([found.focused, found.described, found.selected], [true, true, [14, 15]], "the field");
    await ask(page, { form: "ideal", generators: ["x*y", "", "x^2 + (y"] });
    await answer(page);
    found = await marked(page);
    same([found.line, found.from], ["x^2 + (y", 8], "the end of the second generator");
    await ask(page, { form: "ideal", generators: ["x*y"], at: "x=1, zz=2" });
    await answer(page);
    found = await marked(page);
    same([found.field, found.under, found.selected], ["at", "zz", [5, 7]], "an unknown name");
    const long = `${"x + ".repeat(40)}y^^2${" + x".repeat(40)}`;
    await ask(page, { generators: [long], at: "" });
    await answer(page);
    found = await marked(page);
    same(found.under, "^", "in a long text");
    assert(found.line.length < 60, `a long line: ${found.line}`);
    await ask(page, { generators: ["x^2"] });
    same((await answer(page)).lambda, "1/2", "after a correction");
    same(await page.locator("[aria-invalid]").count(), 0, "marked fields");
    await ask(page, { generators: ["x^2 - y^2"] });
    const told = await answer(page);
    assert(told.error.includes("negative near the point"), told.error);
  },

  async "a heavy input ends by its budget and the page does not freeze"(page, { address }) {
    await page.goto(address);
    for (const [question, seconds] of [[LARGE, 1], [STUBBORN, 1], [STUBBORN, 10]]) {
      await watch(page);
      const start = performance.now();
      await ask(page, { ...question, seconds });
      await page.waitForTimeout(300);
      await page.fill("#amplitude", "");
      const told = await answer(page);
      const time = performance.now() - start;
      same([told.state, told.lambda], ["done", ""], "bounds");
      assert(/time limit|cannot be interrupted/.test(told.reason), told.reason);
      assert(/λ ≤|≤ λ/.test(told.status), told.status);
      const most = 1.25 * seconds + 5;
      assert(time < 1000 * most, `${(time / 1000).toFixed(1)} s with a budget of ${seconds} s`);
      const longest = await page.evaluate(() => {
        clearInterval(window.watching);
        return window.longest;
      });
      console.log(`      ${(time / 1000).toFixed(2)} s of ${seconds} s, the page paused for at most`
        + ` ${longest.toFixed(0)} ms; ${told.reason}`);
      assert(longest < 500, `the page did nothing for ${longest} ms`);
      same((await verdict(page)).verdict, "bounds", "the checker");
      same(await page.locator("#tree .attains").first().textContent(), "attains the bound",
        "the mark");
    }
  },

  async "a worker that is late is ended, and what needs no search is answered"(page, { address }) {
    await page.goto(address);
    const [kind, reply] = await page.evaluate(async (question) => {
      const engine = new Engine();
      const request = (milliseconds) => ({ op: "exact", question, milliseconds });
      const kind = await engine.ask(request(60_000), 300).catch((error) => error.kind);
      const told = await engine.ask(request(0), 20_000);
      engine.leave();
      return [kind, told.reply];
    }, STUBBORN);
    same(kind, "late", "how it ended");
    same(reply.answer.answer, "bounds", "what a new worker gives");
    same(reply.answer.upper, "1/60", "the upper bound");
  },

  async "the polygon has its vertices, its face and words for them"(page, { address }) {
    await page.goto(address);
    await ask(page, { form: "ideal", generators: ["x^2 - y^3"] });
    await answer(page);
    same(await page.locator("svg.polygon .vertex").count(), 2, "vertices");
    same(await page.locator("svg.polygon .entered").count(), 1, "faces");
    const svg = page.getByRole("img", { name: "Newton polygon in the exponents of x, y" });
    same(await svg.count(), 1, "the picture with its title");
    const described = await page.textContent("svg.polygon desc");
    assert(described.includes("(0, 3), (2, 0)") && described.includes("6/5"), described);
    assert((await page.textContent("#newton")).includes("λ ≤ 5/12"), "the bound");
    await ask(page, { form: "ideal", generators: ["x*y*z"] });
    await answer(page);
    same(await page.locator("svg.polygon").count(), 0, "pictures of three variables");
    assert((await page.textContent("#newton")).includes("(1, 1, 1)"), "the vertex in words");
  },

  async "the tree of charts unfolds and marks what attains λ"(page, { address }) {
    await page.goto(address);
    await ask(page, { form: "loss", generators: ["(y - x^2)^2 + x^3*y^3"] });
    await answer(page);
    const all = await page.locator("#tree details").count();
    assert(all > 5, `${all} charts`);
    const marks = await page.locator("#tree summary .attains").count();
    assert(marks > 1 && marks < all, `${marks} of ${all} charts are marked`);
    const wrong = await page.evaluate(() => [...document.querySelectorAll("#tree summary")]
      .filter((node) => node.querySelector(".attains") && !node.textContent.includes("(11/36, 1)"))
      .map((node) => node.textContent));
    same(wrong, [], "charts that are marked with another λ than the root");
    const divisor = await page.locator("#tree .divisor").first().textContent();
    same(divisor, "divisor: ideal of order 4, volume 3, so the pole 3/(2·4) = 3/8", "a divisor");
    same(await page.locator("#tree .attains").first().textContent(), "attains λ", "the mark");
    await page.locator("#tree summary").first().focus();
    await page.keyboard.press("Enter");
    same(await page.locator("#tree details").first().getAttribute("open"), null, "folded");
  },

  async "the certificate is downloaded"(page, { address }) {
    await page.goto(address);
    await ask(page, { form: "ideal", generators: ["x^2 - y^3"] });
    const checked = await answer(page).then(() => verdict(page));
    const [download] = await Promise.all([
      page.waitForEvent("download"), page.click("#download"),
    ]);
    const certificate = JSON.parse(readFileSync(await download.path(), "utf8"));
    same(certificate.format, "rlct-certificate", "the format");
    same(String(certificate.steps.length), checked.steps, "the steps");
    same(certificate.claim.upper, { lambda: "5/12", multiplicity: 1 }, "the claim");
  },

  async "axe finds nothing serious, and nothing overflows at any width"(page, { address }) {
    const trouble = [];
    const questions = {
      answer: { form: "loss", generators: ["(y - x^2)^2 + x^3*y^3"] },
      error: { form: "ideal", generators: ["x*y", "x^2 + (y"] },
      bounds: { ...LARGE, seconds: 1 },
    };
    for (const scheme of ["light", "dark"]) {
      for (const width of [360, 1400]) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width, height: 900 });
        for (const [name, question] of Object.entries(questions)) {
          const label = `${name}-${width}-${scheme}`;
          await page.goto(address);
          await ask(page, question);
          const told = await answer(page);
          if (told.state === "done") {
            await verdict(page);
          }
          trouble.push(...await findings(page, label));
          trouble.push(...await overflowing(page, label));
          await page.screenshot({ path: join(artefacts, `${label}.png`), fullPage: true });
        }
      }
    }
    await page.goto(address);
    await ask(page, questions.answer);
    await answer(page).then(() => verdict(page));
    await page.locator("#catalogue > summary").click();
    await page.locator("#more > summary").click();
    for (const width of [360, 480, 640, 800, 959, 961, 1200, 1400]) {
      await page.setViewportSize({ width, height: 900 });
      trouble.push(...await overflowing(page, `at ${width}`));
    }
    same(trouble, [], "findings");
  },

  "the 57 cases are as exact as natively, within five times the time": cases,
};

/** What is wider than the page or than its own box, and boxes of text that overlap. */
const overflowing = (page, where) => page.evaluate((label) => {
  const found = [];
  const wide = document.scrollingElement.scrollWidth;
  if (wide > innerWidth) {
    found.push(`${label}: the page is ${wide} wide`);
  }
  const scrolls = (node) => node && (/auto|scroll/.test(getComputedStyle(node).overflowX)
    || scrolls(node.parentElement));
  const blocks = "button, label, legend, summary, p, h1, h2, h3, li, figcaption, select, pre";
  for (const node of document.querySelectorAll(blocks)) {
    const box = node.getBoundingClientRect();
    if (box.width === 0 || scrolls(node)) {
      continue;
    }
    const name = `${node.tagName} ${node.id || node.textContent.slice(0, 20)}`;
    if (node.tagName !== "SELECT" && node.scrollWidth > node.clientWidth + 1
      && getComputedStyle(node).display !== "inline") {
      found.push(`${label}: ${name} is cut: ${node.scrollWidth} > ${node.clientWidth}`);
    }
    if (box.right > innerWidth + 1 || box.left < -1) {
      found.push(`${label}: ${name} is outside`);
    }
  }
  const texts = [...document.querySelectorAll("svg.polygon text")];
  const boxes = texts.map((node) => node.getBoundingClientRect());
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
    const apart = a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 3
      || b.bottom <= a.top + 3;
    if (!apart) {
      found.push(`${label}: ${texts[i].textContent} is over ${texts[i + 1 + j].textContent}`);
    }
  }));
  return found;
}, where);

const served = await serve();
const browser = await launched();
const failed = await run(tests, { browser, address: served.address });
await browser.close();
served.server.close();
process.exit(failed === 0 ? 0 : 1);
