// The engine in a thread of its own: it may be ended at any moment, and the page never waits.
"use strict";

let module = null;
let instance = null;

/** A module that has grown beyond this is left, so that its memory is given back. */
const MOST_MEMORY = 256 << 20;

function engine() {
  if (!instance) {
    instance = new WebAssembly.Instance(module, { page: { now: () => performance.now() } });
  }
  return instance.exports;
}

/** The reply to a request, both text. */
function respond(request) {
  const { memory, rlct_allocate, rlct_respond, rlct_free } = engine();
  const bytes = new TextEncoder().encode(request);
  // addresses are unsigned, WebAssembly numbers are signed
  const place = rlct_allocate(bytes.length) >>> 0;
  new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
  const told = rlct_respond(place, bytes.length) >>> 0;
  const [start, length] = new Uint32Array(memory.buffer, told, 2);
  const reply = new TextDecoder().decode(new Uint8Array(memory.buffer, start, length));
  rlct_free(start, length);
  rlct_free(place, bytes.length);
  if (memory.buffer.byteLength > MOST_MEMORY) {
    instance = null;
  }
  return reply;
}

self.onmessage = ({ data }) => {
  if (data.module) {
    module = data.module;
    return;
  }
  const { id, request } = data;
  try {
    const start = performance.now();
    const text = respond(request);
    const milliseconds = performance.now() - start;
    self.postMessage({ id, reply: JSON.parse(text), milliseconds });
  } catch (error) {
    // what is left of the memory after a trap is not to be trusted
    instance = null;
    const stack = error instanceof RangeError;
    self.postMessage({ id, trap: stack ? "stack" : "trap", message: String(error) });
  }
};
