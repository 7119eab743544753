// The least that a simulation of the queue of queue.py can be in JavaScript: a heap of instants and nothing else, with as many events
// and as many draws. heap.mjs SERVERS CREW TIMES; prints as JSON how much processor time each took in seconds, and how many events it had.
const [servers, crew, times] = process.argv.slice(2).map(Number);
const seconds = [];
let events = 0;
for (let seed = 1; seed <= times; seed += 1) {
  const before = process.cpuUsage();
  events = play(seed);
  const { user, system } = process.cpuUsage(before);
  seconds.push((user + system) / 1e6);
}
console.log(JSON.stringify({ seconds, events }));

function play(seed) {
  // An event is its instant and whether it is a server under somebody's hands (1) or one that boots (0).
  const heap = { times: [], kinds: [] };
  let state = seed;
  let begun = 0;
  let done = 0;
  const draw = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const begin = (atMs) => {
    begun += 1;
    push(heap, atMs + 60_000 + draw() * 120_000, 1);
  };
  while (begun < Math.min(crew, servers)) begin(0);
  while (heap.times.length > 0) {
    const [atMs, kind] = [heap.times[0], heap.kinds[0]];
    pop(heap);
    done += 1;
    if (kind === 0) continue;
    push(heap, atMs + 180_000 + draw() * 360_000, 0);
    if (begun < servers) begin(atMs);
  }
  return done;
}

function push({ times, kinds }, atMs, kind) {
  let at = times.length;
  times.push(atMs);
  kinds.push(kind);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (times[parent] <= atMs) break;
    times[at] = times[parent];
    kinds[at] = kinds[parent];
    at = parent;
  }
  times[at] = atMs;
  kinds[at] = kind;
}

function pop({ times, kinds }) {
  const lastMs = times.pop();
  const last = kinds.pop();
  const { length } = times;
  if (length === 0) return;
  let at = 0;
  for (let child = 1; child < length; child = 2 * at + 1) {
    if (child + 1 < length && times[child + 1] < times[child]) child += 1;
    if (lastMs <= times[child]) break;
    times[at] = times[child];
    kinds[at] = kinds[child];
    at = child;
  }
  times[at] = lastMs;
  kinds[at] = last;
}
