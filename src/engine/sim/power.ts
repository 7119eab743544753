import { addServers } from './boots.js';
import { tell, tellGroup } from './news.js';
import { start } from './process.js';
import { lies, type SimSite, type SimUnit, type Subject, type World } from './world.js';

/** A unit has no power from now on, at none of its servers. */
export function cutPower(unit: SimUnit): void {
  const { site } = unit;
  if (site?.model.power === undefined) return;
  unit.fed = 0;
  // Who has lost its power once more waits for it from the beginning.
  if (site.units.every((other) => other.fed === 0)) site.restoredAtMs = null;
}

/** Nothing keeps a unit dark any more: its servers have power as the schedule of its site says, or all at once. */
export function givePower(world: World, unit: SimUnit, atMs: number): void {
  const { site } = unit;
  if (lies(unit, 'power-off')) return;
  if (site?.model.power === undefined) {
    tellGroup(world, unit, atMs, { state: 'powered', because: [sourceOf(unit)] });
    return;
  }
  if (site.restoredAtMs === null) {
    site.restoredAtMs = atMs;
    for (const { afterMs } of site.model.power) {
      if (afterMs > 0) world.agenda.add(atMs + afterMs, (dueMs) => feed(world, site, atMs, dueMs));
    }
  }
  feed(world, site, site.restoredAtMs, atMs);
}

/** Gives power to as many servers as the schedule that began at `sinceMs` has come to. */
function feed(world: World, site: SimSite, sinceMs: number, atMs: number): void {
  if (site.restoredAtMs !== sinceMs) return;
  const share = site.model.power?.findLast(({ afterMs }) => sinceMs + afterMs <= atMs)?.share ?? 0;
  const total = site.units.reduce((sum, { servers }) => sum + servers, 0);
  let before = 0;
  if (share > 0 && share !== site.toldShare) {
    site.toldShare = share;
    const detail = `${Math.round(share * 1000) / 10} % of the servers`;
    tell(world, site, atMs, { kind: 'site', name: site.name, state: 'powered', because: [site], detail });
  }
  for (const unit of site.units) {
    const inOrder = Math.min(unit.servers, Math.max(0, Math.floor(share * total + 1e-9) - before));
    const fed = site.model.powerOrder === 'evenly' ? Math.floor(share * unit.servers + 1e-9) : inOrder;
    before += unit.servers;
    if (!lies(unit, 'power-off')) feedUnit(world, unit, fed, atMs);
  }
}

function feedUnit(world: World, unit: SimUnit, fed: number, atMs: number): void {
  const more = fed - unit.fed;
  if (more <= 0) return;
  const first = unit.fed === 0;
  unit.fed = fed;
  if (first) {
    const detail = fed === unit.servers ? {} : { detail: `${fed} of ${unit.servers} servers` };
    tellGroup(world, unit, atMs, { state: 'powered', because: [sourceOf(unit)], ...detail });
    start(world, unit, atMs);
  } else if (unit.grouped) {
    if (fed === unit.servers) tellGroup(world, unit, atMs, { state: 'powered', because: [sourceOf(unit)] });
    addServers(world, unit, more, atMs);
  }
  world.changed = true;
}

/** What gave power to a unit: its site's, where the site as a whole was dark. */
function sourceOf(unit: SimUnit): Subject {
  return unit.site !== null && unit.site.event > unit.event ? unit.site : unit;
}
