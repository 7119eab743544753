// The queue of queue.py as a scenario, played in this process: queue.mjs SERVERS CREW TIMES. Prints as JSON how much processor
// time each play took (in seconds, without starting Node), when the last server was up, and the most memory that the process had.
import { playSimulated } from '../dist/cli/play-simulated.js';
import { judge } from '../dist/judge/judge.js';
import { planDrill } from '../dist/plan/plan.js';
import { readScenario } from '../dist/scenario/scenario.js';

const [servers, crew, times] = process.argv.slice(2).map(Number);
const plan = planDrill(readScenario(queueOf(servers, crew), 'queue', { exists: () => true, depth: 0 }));
const seconds = [];
let upAt = null;
for (let seed = 1; seed <= times; seed += 1) {
  const before = process.cpuUsage();
  const entries = await playSimulated(plan, seed);
  const { user, system } = process.cpuUsage(before);
  seconds.push((user + system) / 1e6);
  const found = judge(entries).findings.find(({ measure }) => measure === 'recover');
  // The power is back ten minutes after it went.
  upAt = (found?.value ?? Number.NaN) - 600;
}
console.log(JSON.stringify({ seconds, upAt, megabytes: process.resourceUsage().maxRSS / 1024 }));

function queueOf(servers, crew) {
  return `
version: 1
name: A queue of ${servers} servers
begins: "00:00"
ends: "+3d"
sites: { here: { model: { crew: { people: ${crew}, each: 1m..3m } } } }
services:
  farm: { at: here, model: { servers: ${servers}, start: manual, boot: 3m..9m } }
probes:
  farm: { http: "http://farm/", every: 10s, timeout: 1s }
steady: { for: 10s, within: 10m }
timeline:
  - { at: "+10m", power-loss: here, for: 10m }
`;
}
