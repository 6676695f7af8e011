// The page: fields to a question, the worker's reply to what is seen. It knows no mathematics.
"use strict";

const element = (id) => document.getElementById(id);

/** The steps of the slider, in seconds. */
const SECONDS = [1, 2, 5, 10, 20, 60, 300];
const USUAL = 3;

/** How long a worker may be late before it is ended: a single step cannot be interrupted there. */
const grace = (milliseconds) => 1500 + milliseconds / 4;

/** Charts that are shown unfolded at first. */
const UNFOLDED = 12;

const FIELDS = ["at", "nonnegative", "amplitude", "variables"];

const EXAMPLES = [
  ["A normal crossing: x²y⁴", { form: "loss", generators: ["x^2*y^4"] }],
  ["The cusp: the ideal of x² − y³", { form: "ideal", generators: ["x^2 - y^3"] }],
  ["A tie, m = 2: the ideal of xy", { form: "ideal", generators: ["x*y"] }],
  ["A degenerate face: (y − x²)² + x³y³",
    { form: "loss", generators: ["(y - x^2)^2 + x^3*y^3"] }],
  ["A branch inside a face: (y² − x³)² − x⁵y",
    { form: "ideal", generators: ["(y^2 - x^3)^2 - x^5*y"] }],
  ["Reduced-rank regression 2×1×2 at rank 0",
    { form: "ideal", generators: ["a*c", "a*d", "b*c", "b*d"] }],
  ["… with a prior that vanishes like |a|",
    { form: "ideal", generators: ["a*c", "a*d", "b*c", "b*d"], amplitude: "a" }],
  ["On a quadrant: x + y, both ≥ 0",
    { form: "ideal", generators: ["x + y"], nonnegative: "x, y" }],
  ["Near another point: (y − x²)² at (1, 1)",
    { form: "loss", generators: ["(y - x^2)^2"], at: "x=1, y=1" }],
  ["Near an irrational point: x² − 2y²",
    { form: "ideal", generators: ["x^2 - 2*y^2"], at: "x=s, y=1",
      where: ["s^2 = 2, 1 < s < 2"] }],
  ["A saddle: |x² + y² − z²|", { form: "absolute", generators: ["x^2 + y^2 - z^2"] }],
  ["Three variables: x⁴ + y⁴ + z⁴ + xyz",
    { form: "ideal", generators: ["x^4 + y^4 + z^4 + x*y*z"] }],
];

// ---------------------------------------------------------------------------------------------
// The engine

/** The compiled module: from the page itself if it is one file, else from beside it. */
const compiled = (async () => {
  const inline = element("engine-bytes");
  if (!inline) {
    const response = await fetch("rlct.wasm");
    if (!response.ok) {
      throw new Error(`rlct.wasm: ${response.status} ${response.statusText}`);
    }
    return WebAssembly.compile(await response.arrayBuffer());
  }
  const packed = Uint8Array.from(atob(inline.textContent.trim()), (c) => c.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
})();
compiled.catch((error) => say(`The engine cannot be loaded: ${error.message}`));

const workerAddress = (() => {
  const inline = element("worker-text");
  if (!inline) {
    return "worker.js";
  }
  return URL.createObjectURL(new Blob([inline.textContent], { type: "text/javascript" }));
})();

/** A worker, with the one request that it is at. */
class Engine {
  constructor() {
    this.worker = null;
    this.waiting = null;
    this.number = 0;
  }

  /** The reply to a request, or an error with a `kind`: cancelled, late, stack, trap. */
  ask(request, most) {
    this.end("cancelled");
    return new Promise((resolve, reject) => {
      const waiting = { reject, timer: 0 };
      this.waiting = waiting;
      compiled.then((module) => {
        if (this.waiting === waiting) {
          this.send(module, request, resolve, most);
        }
      }, reject);
    });
  }

  send(module, request, resolve, most) {
    if (!this.worker) {
      this.worker = new Worker(workerAddress);
      this.worker.postMessage({ module });
    }
    const id = ++this.number;
    const { waiting } = this;
    if (most !== undefined) {
      waiting.timer = setTimeout(() => this.end("late"), most);
    }
    this.worker.onmessage = ({ data }) => {
      if (data.id !== id || this.waiting !== waiting) {
        return;
      }
      clearTimeout(waiting.timer);
      this.waiting = null;
      if (data.trap) {
        waiting.reject(Object.assign(new Error(data.message), { kind: data.trap }));
      } else {
        resolve(data);
      }
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.end("trap", event.message);
    };
    this.worker.postMessage({ id, request: JSON.stringify(request) });
  }

  /** Ends the worker if it is at work; the next request starts another. */
  end(kind, message) {
    if (!this.waiting) {
      return;
    }
    const { reject, timer } = this.waiting;
    clearTimeout(timer);
    this.waiting = null;
    this.leave();
    reject(Object.assign(new Error(message || kind), { kind }));
  }

  /** Lets the worker go. */
  leave() {
    if (this.worker) {
      this.worker.terminate();
      this.worker = null;
    }
  }
}

const search = new Engine();
const checker = new Engine();
const shelf = new Engine();

// ---------------------------------------------------------------------------------------------
// The question

const lines = (text) => text.split("\n").filter((line) => line.trim() !== "");

const chosenForm = () => document.querySelector("input[name=form]:checked").value;

/** The question in the fields. */
function question() {
  const form = chosenForm();
  const text = element("generators").value;
  const asked = {
    form,
    generators: form === "ideal" ? lines(text) : [text.replace(/\n/g, " ").trimEnd()],
    where: lines(element("where").value),
  };
  for (const field of FIELDS) {
    asked[field] = element(field).value.trimEnd();
  }
  return asked;
}

/** Writes a question into the fields. */
function fill(asked) {
  document.querySelector(`input[name=form][value=${asked.form}]`).checked = true;
  element("generators").value = asked.generators.join("\n");
  element("where").value = (asked.where || []).join("\n");
  for (const field of FIELDS) {
    element(field).value = asked[field] || "";
  }
  if (element("where").value || element("variables").value) {
    element("more").open = true;
  }
  fit();
  clearError();
}

/** Labels and heights that depend on what is given. */
function fit() {
  const ideal = chosenForm() === "ideal";
  element("generators-label").textContent = ideal ? "Generators gᵢ, one a line" : "Polynomial K";
  element("generators-hint").textContent = ideal
    ? "For example a*c and, on the next line, b*d; Ctrl+Enter computes"
    : "For example (y - x^2)^2 + x^3*y^3; Enter computes";
  for (const id of ["generators", "where"]) {
    const area = element(id);
    const least = id === "generators" ? (ideal ? 4 : 2) : 1;
    area.rows = Math.min(12, Math.max(least, area.value.split("\n").length));
  }
}

const seconds = () => SECONDS[Number(element("budget").value)];

function showBudget() {
  const time = `${seconds()} s`;
  element("seconds").textContent = time;
  element("budget").setAttribute("aria-valuetext", `${seconds()} seconds`);
}

/** The question as the hash of a link. */
function hashOf(asked) {
  const parts = new URLSearchParams({ form: asked.form });
  asked.generators.forEach((g) => parts.append("g", g));
  asked.where.forEach((number) => parts.append("where", number));
  for (const field of FIELDS) {
    if (asked[field]) {
      parts.append(field, asked[field]);
    }
  }
  if (seconds() !== SECONDS[USUAL]) {
    parts.append("seconds", String(seconds()));
  }
  return `#${parts}`;
}

/** The question of the address, if it has one. */
function fromHash() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const form = parts.get("form") || "loss";
  if (!parts.has("g") || !["loss", "absolute", "ideal"].includes(form)) {
    return null;
  }
  const asked = { form, generators: parts.getAll("g"), where: parts.getAll("where") };
  for (const field of FIELDS) {
    asked[field] = parts.get(field) || "";
  }
  const wanted = Number(parts.get("seconds")) || SECONDS[USUAL];
  const step = SECONDS.findIndex((most) => most >= wanted);
  element("budget").value = step < 0 ? SECONDS.length - 1 : step;
  showBudget();
  return asked;
}

// ---------------------------------------------------------------------------------------------
// Errors

function clearError() {
  element("error").replaceChildren();
  for (const field of document.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    const described = field.getAttribute("aria-describedby").split(" ");
    field.setAttribute("aria-describedby", described.filter((id) => id !== "error").join(" "));
  }
}

/** A line of text with carets under some of its characters; a long one is cut around them. */
function caret(text, column, width) {
  const [before, after] = [16, 10];
  const characters = Array.from(text, (c) => (c < " " ? " " : c));
  const place = Math.min(column, characters.length);
  const start = Math.max(0, place - before);
  const end = Math.min(characters.length, place + Math.min(width, after) + after);
  const shown = (start > 0 ? "…" : "") + characters.slice(start, end).join("")
    + (end < characters.length ? "…" : "");
  const indent = place - start + (start > 0 ? 1 : 0);
  const marks = Math.max(1, Math.min(width, end - place));
  return `${shown}\n${" ".repeat(indent)}${"^".repeat(marks)}`;
}

/** Where a line begins in a text of lines that are not all blank. */
function beginning(text, index, oneText) {
  if (oneText) {
    return 0;
  }
  let at = 0;
  let seen = -1;
  for (const line of text.split("\n")) {
    seen += line.trim() === "" ? 0 : 1;
    if (seen === index) {
      return at;
    }
    at += line.length + 1;
  }
  return 0;
}

function showError(fault) {
  const message = document.createElement("p");
  message.textContent = fault.message;
  const field = element(fault.field);
  if (!field || fault.field === "request" || fault.field === "certificate") {
    element("question").append(element("error"));
    element("error").replaceChildren(message);
    return;
  }
  // right under the field, in front of its hint
  field.after(element("error"));
  element("error").replaceChildren(message);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby")} error`);
  const folded = field.closest("details");
  if (folded) {
    folded.open = true;
  }
  field.focus();
  if (fault.column === null) {
    return;
  }
  const oneText = field.tagName === "INPUT" || (fault.field === "generators"
    && chosenForm() !== "ideal");
  const start = beginning(field.value, fault.index, oneText);
  const text = oneText ? field.value.replace(/\n/g, " ") : field.value.slice(start).split("\n")[0];
  const shown = document.createElement("pre");
  shown.className = "caret";
  shown.textContent = caret(text.trimEnd(), fault.column, fault.width);
  element("error").append(shown);
  const units = (from, to) => Array.from(text).slice(from, to).join("").length;
  const first = start + units(0, fault.column);
  const length = units(fault.column, fault.column + fault.width);
  field.setSelectionRange(first, first + length);
}

// ---------------------------------------------------------------------------------------------
// The answer

const say = (text) => {
  element("status").textContent = text;
};

function state(name) {
  element("answer").dataset.state = name;
  const running = name === "running";
  element("cancel").disabled = !running;
  element("result").setAttribute("aria-busy", String(running));
}

const MATH = "http://www.w3.org/1998/Math/MathML";

function math(name, ...children) {
  const node = document.createElementNS(MATH, name);
  node.append(...children);
  return node;
}

/** A rational number p/q as a fraction. */
function fraction(text) {
  const [p, q] = text.split("/");
  if (q === undefined) {
    return math("mn", p);
  }
  return math("mfrac", math("mn", p), math("mn", q));
}

function space() {
  const node = math("mspace");
  node.setAttribute("width", "0.6em");
  return node;
}

/** What is known, as mathematics. */
function valueOf(answer) {
  const row = math("math");
  const relation = (sign) => math("mo", sign);
  if (answer.answer === "exact") {
    row.append(math("mi", "λ"), relation("="), fraction(answer.lambda), math("mo", ","), space(),
      math("mi", "m"), relation("="), math("mn", String(answer.multiplicity)));
  } else if (answer.lower === answer.upper) {
    row.append(math("mi", "λ"), relation("="), fraction(answer.upper), math("mo", ","), space(),
      math("mtext", "m is undecided"));
  } else {
    if (answer.lower) {
      row.append(fraction(answer.lower), relation("≤"));
    }
    row.append(math("mi", "λ"), relation("≤"), fraction(answer.upper));
  }
  return row;
}

function list(items) {
  return items.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  });
}

/** The germ of the catalogue that fills the fields, until they are changed. */
let published = null;

/** The last reply, with its question. */
let last = null;

/** The hash of the question that was asked last. */
let current = null;

async function compute() {
  clearError();
  checker.end("cancelled");
  const asked = question();
  const milliseconds = 1000 * seconds();
  current = hashOf(asked);
  if (location.hash !== current) {
    location.hash = current;
  }
  state("running");
  element("result").hidden = true;
  const begun = performance.now();
  const elapsed = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  say(`Computing, at most ${seconds()} s …`);
  const compare = published;
  let told;
  try {
    told = await withBounds(asked, milliseconds);
  } catch (error) {
    if (error.kind === "cancelled") {
      if (element("answer").dataset.state === "running" && !search.waiting) {
        state("cancelled");
        say(`Cancelled after ${elapsed()}.`);
      }
    } else {
      state("failed");
      say(`There is no answer: ${error.message}`);
    }
    return;
  }
  const { reply } = told;
  if (reply.error) {
    state("refused");
    say("The question has no answer as it stands.");
    showError(reply.error);
    return;
  }
  show(asked, told, compare);
  state("done");
  say(`${reply.text}, after ${elapsed()}.`);
  check();
}

/** The reply to a question; where the worker had to be ended, bounds that need no search. */
async function withBounds(asked, milliseconds) {
  const ask = (time, most) =>
    search.ask({ op: "exact", question: asked, milliseconds: time }, most);
  try {
    return await ask(milliseconds, milliseconds + grace(milliseconds));
  } catch (error) {
    if (error.kind === "cancelled") {
      throw error;
    }
    const why = {
      late: `${milliseconds / 1000} s were over in the middle of a step that cannot be interrupted`,
      stack: "the search went deeper than a browser allows",
    }[error.kind] || `the engine stopped: ${error.message}`;
    const told = await ask(0, 10_000);
    if (told.reply.answer && told.reply.answer.answer === "bounds") {
      told.reply.answer.reason = why;
    }
    return told;
  }
}

function show(asked, told, compare) {
  const { reply, milliseconds } = told;
  last = { asked, reply };
  const section = element("answer");
  section.dataset.milliseconds = milliseconds.toFixed(3);
  section.dataset.lambda = reply.answer.lambda || "";
  section.dataset.multiplicity = reply.answer.multiplicity || "";
  element("result").hidden = false;
  element("reading").textContent = reply.reading;
  element("value").replaceChildren(valueOf(reply.answer));
  element("reason").textContent = reply.answer.reason
    ? `Proved bounds only: ${reply.answer.reason}.`
    : "";
  element("published").textContent = compare
    ? `The catalogue has ${compare.value} for “${compare.id}” (${compare.source}).`
    : "";
  element("remarks").replaceChildren(...list(reply.remarks));
  element("link").value = location.href.split("#")[0] + hashOf(asked);
  element("newton").replaceChildren(...newton(reply.newton, reply.answer));
  showTree(reply.tree, reply.answer.answer === "exact");
  element("derivation").textContent = reply.derivation;
  element("words").open = reply.derivation.length < 4000;
}

/** Lets the independent checker replay the certificate. */
async function check() {
  const { asked, reply } = last;
  const verdict = element("verdict");
  verdict.className = "";
  verdict.textContent = `The independent checker replays ${count(reply.steps, "step")} …`;
  element("answer").dataset.verdict = "";
  try {
    const told = await checker.ask(
      { op: "check", certificate: reply.certificate, question: asked }, 120_000);
    const found = told.reply.error
      ? { verdict: "refused", text: told.reply.error.message, steps: 0 }
      : told.reply;
    verdict.className = found.accepted ? "accepted" : "refused";
    const time = `${(told.milliseconds / 1000).toFixed(2)} s`;
    verdict.textContent = found.accepted
      ? `Accepted by the independent checker: ${count(found.steps, "step")} replayed in ${time},`
        + ` ${found.text}.`
      : `Refused by the independent checker: ${found.text}.`;
    element("answer").dataset.verdict = found.verdict;
    element("answer").dataset.steps = found.steps;
  } catch (error) {
    if (error.kind !== "cancelled") {
      verdict.className = "refused";
      verdict.textContent = `The check did not end: ${error.message}.`;
    }
  }
}

const count = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

// ---------------------------------------------------------------------------------------------
// The Newton polyhedron

const number = (text) => {
  const [p, q = "1"] = text.split("/");
  return Number(p) / Number(q);
};

const tuple = (entries) => `(${entries.join(", ")})`;

/** What the polyhedron says, and its picture if there are two variables. */
function newton(gamma, answer) {
  const paragraph = (text) => {
    const p = document.createElement("p");
    p.textContent = text;
    return p;
  };
  if (gamma.reason) {
    return [paragraph(`Not shown: ${gamma.reason}.`)];
  }
  const entered = gamma.facets.filter((facet) => facet.entered);
  const normals = entered.map((facet) => `${tuple(facet.normal)}·e = ${facet.level}`);
  const most = 12;
  const vertices = gamma.vertices.slice(0, most).map(tuple).join(", ")
    + (gamma.vertices.length > most ? ", …" : "");
  const same = answer.answer === "exact" && answer.lambda === gamma.lambda
    && answer.multiplicity === gamma.multiplicity;
  const bound = `λ ≤ ${gamma.lambda}`;
  const comparison = same
    ? "That is the answer: no further blow-up changes it."
    : answer.answer === "exact" && answer.lambda !== gamma.lambda
      ? `The answer is smaller, λ = ${answer.lambda}: the germ is degenerate along a face.`
      : "";
  const ray = tuple(gamma.ray);
  const told = `Γ has ${gamma.vertices.length === 1 ? "the vertex" : "the vertices"} ${vertices}.`
    + ` The ray along ${ray} enters it at t = ${gamma.parameter}, through`
    + ` ${entered.length === 1 ? "the facet" : "the facets"} ${normals.slice(0, most).join("; ")}.`
    + ` So ${bound}${same ? `, with m = ${gamma.multiplicity}` : ""}. ${comparison}`;
  const parts = [paragraph(told.trim())];
  if (gamma.variables.length === 2) {
    parts.unshift(polygon(gamma));
  }
  return parts;
}

const SVG = "http://www.w3.org/2000/svg";

function draw(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  if (text !== undefined) {
    node.textContent = text;
  }
  return node;
}

/** A step for at most so many marks up to `most`. */
function markStep(most, marks) {
  for (let power = 1; ; power *= 10) {
    for (const digit of [1, 2, 5]) {
      if (most / (digit * power) <= marks) {
        return digit * power;
      }
    }
  }
}

/** The Newton polygon with the ray and what the ray enters through. */
function polygon(gamma) {
  const [width, height, left, bottom, top, right] = [420, 340, 46, 44, 16, 16];
  const t = number(gamma.parameter);
  const ray = gamma.ray.map(number);
  const hit = ray.map((r) => r * t);
  const extent = (i) => Math.max(2, ...gamma.vertices.map((v) => v[i]), hit[i]) * 1.2 + 0.5;
  let most = [extent(0), extent(1)];
  if (Math.max(...most) / Math.min(...most) < 3) {
    most = [Math.max(...most), Math.max(...most)];
  }
  const x = (e) => left + (e / most[0]) * (width - left - right);
  const y = (e) => height - bottom - (e / most[1]) * (height - bottom - top);
  const svg = draw("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": "polygon-title polygon-desc",
    class: "polygon",
  });
  const [first, second] = gamma.variables;
  const corners = [...gamma.vertices].sort((a, b) => a[0] - b[0]);
  svg.append(
    draw("title", { id: "polygon-title" },
      `Newton polygon in the exponents of ${first}, ${second}`),
    draw("desc", { id: "polygon-desc" },
      `Vertices ${corners.map(tuple).join(", ")}; the ray along ${tuple(gamma.ray)} enters at`
      + ` t = ${gamma.parameter}.`),
  );
  // the axes with their marks
  for (const [i, place] of [[0, x], [1, y]]) {
    const step = markStep(most[i], 8);
    for (let mark = 0; mark <= most[i]; mark += step) {
      const at = place(mark);
      svg.append(i === 0
        ? draw("line", { x1: at, x2: at, y1: y(0), y2: top, class: "grid" })
        : draw("line", { x1: left, x2: width - right, y1: at, y2: at, class: "grid" }));
      svg.append(i === 0
        ? draw("text", { x: at, y: y(0) + 16, class: "mark middle" }, mark)
        : draw("text", { x: left - 7, y: at + 4, class: "mark end" }, mark));
    }
  }
  svg.append(
    draw("text", { x: (left + width - right) / 2, y: height - 8, class: "axis middle" },
      `exponent of ${short(first)}`),
    draw("text", { x: 13, y: (top + height - bottom) / 2, class: "axis middle",
      transform: `rotate(-90 13 ${(top + height - bottom) / 2})` }, `exponent of ${short(second)}`),
  );
  // Γ and its boundary
  const [begin, end] = [corners[0], corners[corners.length - 1]];
  const boundary = [[begin[0], most[1]], ...corners, [most[0], end[1]]];
  const path = (points) => points.map((p, i) => `${i ? "L" : "M"}${x(p[0])} ${y(p[1])}`).join(" ");
  svg.append(
    draw("path", { d: `${path([...boundary, [most[0], most[1]]])} Z`, class: "gamma" }),
    draw("path", { d: path(boundary), class: "boundary" }),
  );
  // what the ray enters through
  for (const facet of gamma.facets.filter((f) => f.entered)) {
    const [a, b] = facet.normal.map(number);
    const on = corners.filter((v) => a * v[0] + b * v[1] === number(facet.level));
    if (b === 0) {
      on.unshift([on[0][0], most[1]]);
    }
    if (a === 0) {
      on.push([most[0], on[on.length - 1][1]]);
    }
    svg.append(draw("path", { d: path(on), class: "entered" }));
  }
  const reach = Math.min(most[0] / ray[0], most[1] / ray[1]);
  svg.append(
    draw("path", { d: path([[0, 0], [ray[0] * reach, ray[1] * reach]]), class: "ray" }));
  for (const point of gamma.points) {
    if (point[0] <= most[0] && point[1] <= most[1]) {
      svg.append(draw("circle", { cx: x(point[0]), cy: y(point[1]), r: 3, class: "point" }));
    }
  }
  const labelled = corners.length <= 8;
  for (const corner of corners) {
    svg.append(draw("circle", { cx: x(corner[0]), cy: y(corner[1]), r: 5, class: "vertex" }));
    if (labelled) {
      const close = x(corner[0]) > width - 90;
      svg.append(draw("text", {
        x: x(corner[0]) + (close ? -9 : 9), y: y(corner[1]) - 9,
        class: close ? "label end" : "label",
      }, tuple(corner)));
    }
  }
  const [hx, hy] = [x(hit[0]), y(hit[1])];
  svg.append(
    draw("circle", { cx: hx, cy: hy, r: 5, class: "hit" }),
    draw("text", { x: hx + 14, y: hy + 6, class: "label strong" }, `t = ${gamma.parameter}`),
  );
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = "Γ (shaded), the exponents that occur (dots), the ray (dashed), and what"
    + " it enters through (thick).";
  figure.append(svg, caption);
  return figure;
}

const short = (name) => (name.length > 12 ? `${name.slice(0, 11)}…` : name);

// ---------------------------------------------------------------------------------------------
// The tree of charts

function showTree(tree, exact) {
  const kinds = tree.steps.map((step) => step.rule);
  const blowUps = kinds.filter((rule) => rule === "blow_up").length;
  const open = kinds.filter((rule) => rule === "open").length;
  element("tree-note").textContent = `${count(tree.steps.length, "step")},`
    + ` ${count(blowUps, "blow-up")}${open ? `, ${open} left open` : ""}.`
    + ` Charts that attain ${exact ? "λ" : "the upper bound"} are marked.`
    + (tree.halved ? " The tree is of the ideal (K): λ of K is twice the λ at its root." : "");
  const unfold = { left: UNFOLDED, mark: exact ? "attains λ" : "attains the bound" };
  const top = document.createElement("ul");
  top.append(branch(tree, { label: "the germ", step: tree.root }, true, unfold));
  element("tree").replaceChildren(top);
}

/**
 * Whether a branch attains λ, if what it branches off does. A part of a sum, and what is left
 * beside a factor, has a λ of its own.
 */
const attains = (tree, step, edge) =>
  (step.branches.length > 1 && step.rule !== "sum"
    ? edge.attains
    : tree.steps[edge.step].poles === step.poles);

/** A chart: its steps up to the next that has several branches, then these. */
function branch(tree, edge, marked, unfold) {
  const item = document.createElement("li");
  const folded = document.createElement("details");
  const summary = document.createElement("summary");
  const first = tree.steps[edge.step];
  summary.append(`${edge.label ? `${edge.label}: ` : ""}${first.poles}`);
  if (marked) {
    const mark = document.createElement("span");
    mark.className = "attains";
    mark.textContent = unfold.mark;
    summary.append(" ", mark);
  }
  folded.append(summary);
  item.append(folded);
  const body = () => {
    let n = edge.step;
    let still = marked;
    for (;;) {
      const step = tree.steps[n];
      folded.append(told(n, step));
      if (step.branches.length !== 1) {
        break;
      }
      still = still && attains(tree, step, step.branches[0]);
      n = step.branches[0].step;
    }
    const { branches } = tree.steps[n];
    if (branches.length > 0) {
      const below = document.createElement("ul");
      branches.forEach((next, i) => {
        const named = { ...next, label: next.label || `part ${i + 1}` };
        below.append(branch(tree, named, still && attains(tree, tree.steps[n], next), unfold));
      });
      folded.append(below);
    }
  };
  // what is folded is written when it is unfolded: a tree may have thousands of charts
  if (unfold.left > 0) {
    unfold.left -= 1;
    folded.open = true;
    body();
  } else {
    folded.addEventListener("toggle", body, { once: true });
  }
  return item;
}

/** A step in words. */
function told(n, step) {
  const part = document.createElement("div");
  part.className = step.rule === "blow_up" ? "step blow-up" : "step";
  const action = document.createElement("p");
  action.textContent = `[${n}] ${cut(step.action)}`;
  const chart = document.createElement("p");
  chart.className = "chart";
  chart.textContent = cut(step.chart);
  part.append(chart, action);
  if (step.divisor) {
    const { order, volume, pole } = step.divisor;
    const divisor = document.createElement("p");
    divisor.className = "divisor";
    divisor.textContent = `divisor: ideal of order ${order}, volume ${volume},`
      + ` so the pole ${volume}/(2·${order}) = ${pole}`;
    part.append(divisor);
  }
  return part;
}

/** Long ideals are in the derivation and in the certificate. */
const cut = (text) => (text.length > 600 ? `${text.slice(0, 600)} …` : text);

// ---------------------------------------------------------------------------------------------
// The catalogue

let families = null;

async function loadCatalogue() {
  if (families) {
    return;
  }
  families = [];
  try {
    const told = await shelf.ask({ op: "catalogue" });
    families = told.reply;
    shelf.leave();
  } catch (error) {
    families = null;
    element("family").options[0].textContent = `not there: ${error.message}`;
    return;
  }
  options("family", "choose a family …",
    families.map((family) => `${family.name} (${family.instances.length})`));
}

function options(id, first, texts) {
  const select = element(id);
  select.replaceChildren(new Option(first, ""), ...texts.map((text, i) => new Option(text, i)));
  select.disabled = false;
}

function chooseInstance() {
  const family = families[element("family").value];
  const entry = family && family.instances[element("instance").value];
  if (!entry) {
    return;
  }
  const { germ } = entry;
  fill({
    form: germ.form,
    generators: germ.generators,
    at: Object.entries(germ.at || {}).map(([name, value]) => `${name}=${value}`).join(", "),
    where: germ.where,
    nonnegative: (germ.nonnegative || []).join(", "),
    amplitude: germ.amplitude,
    variables: (entry.ring || []).join(", "),
  });
  published = entry;
  compute();
}

// ---------------------------------------------------------------------------------------------
// What is done when

function openAddress() {
  const asked = fromHash();
  if (asked && hashOf(asked) !== current) {
    fill(asked);
    published = null;
    compute();
  }
}

element("question").addEventListener("submit", (event) => {
  event.preventDefault();
  compute();
});
element("question").addEventListener("input", (event) => {
  if (!["example", "family", "instance", "budget"].includes(event.target.id)) {
    published = null;
    fit();
  }
});
element("generators").addEventListener("keydown", (event) => {
  const wanted = chosenForm() === "ideal" ? event.ctrlKey || event.metaKey : !event.shiftKey;
  if (event.key === "Enter" && wanted && !event.isComposing) {
    event.preventDefault();
    compute();
  }
});
element("cancel").addEventListener("click", () => {
  search.end("cancelled");
  element("compute").focus();
});
element("budget").addEventListener("input", showBudget);
element("example").addEventListener("change", () => {
  const chosen = EXAMPLES[element("example").value];
  if (chosen) {
    fill(chosen[1]);
    published = null;
    compute();
  }
});
element("catalogue").addEventListener("toggle", () => {
  if (element("catalogue").open) {
    loadCatalogue();
  }
});
element("family").addEventListener("change", () => {
  const family = families[element("family").value];
  const known = family ? family.instances.map((i) => `${i.id}: ${i.value}`) : [];
  options("instance", family ? "choose a germ …" : "choose a family …", known);
});
element("instance").addEventListener("change", chooseInstance);
element("copy").addEventListener("click", async () => {
  const link = element("link");
  link.select();
  try {
    await navigator.clipboard.writeText(link.value);
    element("copy").textContent = "Copied";
  } catch {
    // without the right to write the clipboard the link is selected, to be copied by hand
    element("copy").textContent = "Selected";
  }
  setTimeout(() => {
    element("copy").textContent = "Copy";
  }, 2000);
});
element("download").addEventListener("click", () => {
  const blob = new Blob([last.reply.certificate], { type: "application/json" });
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = "certificate.json";
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
});
element("again").addEventListener("click", check);
window.addEventListener("hashchange", openAddress);

options("example", "choose one …", EXAMPLES.map(([name]) => name));
showBudget();
fit();
openAddress();
