import { type Complaints, openComplaints } from './complaints.js';
import { openDocument, type ScenarioDocument } from './document.js';
import { type Edit, editDocument } from './edits.js';
import { scenarioForm } from './form.js';
import { readGuard } from './guards.js';
import type { Probe, Scenario, Service } from './language.js';
import { checkSiteModels } from './model-checks.js';
import { readObjectives } from './objectives.js';
import { readProbes } from './probes.js';
import { readReferences } from './references.js';
import { checkConfirmed } from './runbooks.js';
import { type Disk, readServices } from './services.js';
import { checkShape, entriesOf, isMap, type Parts, partsOf } from './shape.js';
import { readSites } from './sites.js';
import { unitsOf } from './targets.js';
import { clockAt, offsetOf } from './time.js';
import { readTimeline, type Span } from './timeline.js';
import type { World } from './world.js';

/**
 * Reads a scenario. `file` is its name in messages; `disk` answers for paths relative to its folder.
 * @throws InputError with every problem, in the order of the file. Never anything else.
 */
export function readScenario(source: Uint8Array | string, file: string, disk: Disk): Scenario {
  return scenarioReader(source, file, disk)();
}

/**
 * What reads a scenario once and more, each time with other edits made before it is checked; what is wrong with an edited
 * one is told of the command line. Throws, and so does each reading, as `readScenario` does.
 */
export function scenarioReader(
  source: Uint8Array | string,
  file: string,
  disk: Disk,
): (edits?: readonly Edit[]) => Scenario {
  const document = openDocument(source, file);
  return (edits = []) => readDocument(editDocument(document, edits), disk);
}

function readDocument(document: ScenarioDocument, disk: Disk): Scenario {
  const complaints = openComplaints(document);
  const { value } = document;
  if (value === null) {
    complaints.add([], 'the file is empty; begin with `version: 1`, then `name`, `begins` and `ends`');
    complaints.throwAny();
  }
  if (isComposeFile(value)) {
    complaints.add([], COMPOSE);
    complaints.throwAny();
  }
  checkShape(scenarioForm, value, complaints);
  const parts = partsOf(scenarioForm, value);
  const sections = sectionsOf(value);
  checkPresence(value, complaints);
  const span = readSpan(parts, complaints);
  checkSteady(parts, complaints);
  checkSettle(parts, complaints);
  const network = isMap(value) && value.network === undefined ? null : parts.network;
  const sites = readSites(sections.sites.value, network, complaints);
  const readableSites = sections.sites.isKnown ? sites : null;
  const services = readServices(document, sections.services.value, readableSites, disk, complaints);
  checkSiteModels(sites, sections.services.isKnown ? services.map((service) => service.name) : null, complaints);
  const world: World = {
    sites: readableSites?.map((site) => site.name) ?? null,
    services: sections.services.isKnown ? services.map((service) => service.name) : null,
    vague: new Set(services.filter((service) => service.vague).map((service) => service.name)),
    units: unitsOf({ services }),
  };
  const probes = readProbes(sections.probes.value, world, complaints);
  checkLooks(probes, span, complaints);
  const families = sections.probes.isKnown ? entriesOf(sections.probes.value).map(([family]) => family) : null;
  const objectives = readObjectives(sections.slo.value, families, world.services, complaints);
  const guard = readGuard(sections.guard.value, families, complaints);
  const references = readReferences(isMap(value) ? value.reference : undefined, families, complaints);
  const timeline = readTimeline(sections.timeline.value, span, world, complaints);
  checkConfirmed(sections.timeline.value, families, complaints);
  complaints.throwAny();
  return {
    name: parts.name ?? '',
    about: parts.about ?? '',
    begins: (span as Span).begins,
    durationMs: (span as Span).durationMs,
    settleMs: parts.pace === 'skip-idle' ? (parts.settle ?? SETTLE_MS) : null,
    network: parts.network ?? null,
    leaseMs: parts.lease ?? 0,
    sites,
    services: services.map(({ vague: _, ...service }): Service => service),
    probes,
    steady: { forMs: parts.steady?.for ?? 0, withinMs: parts.steady?.within ?? 0 },
    objectives,
    guard,
    references,
    timeline,
    locate: (path) => ({ file: document.file, ...document.positionOf(document.offsetOf(path, 'value')) }),
  };
}

const COMPOSE =
  'this is a Compose file, which says what runs; firedrill needs a scenario, which also says where, who looks at it and what breaks: write one with `version: 1`, `sites`, `services`, `probes` and `timeline`';

/** What another tool calls services has no version of ours, and nobody who looks at it. */
function isComposeFile(value: unknown): boolean {
  if (!isMap(value) || !isMap(value.services) || value.version === 1) return false;
  return !['sites', 'probes', 'timeline', 'begins', 'slo'].some((key) => key in value);
}

interface Section {
  readonly value: unknown;
  /** False when it has the wrong form, or is absent where a mistyped key may be what was meant by it. */
  readonly isKnown: boolean;
}

function sectionsOf(value: unknown): Record<'sites' | 'services' | 'probes' | 'slo' | 'guard' | 'timeline', Section> {
  const given = isMap(value) ? value : {};
  const hasUnknown = Object.keys(given).some((key) => !(key in scenarioForm.shape));
  const section = (key: string): Section => {
    const inner = given[key];
    return { value: inner, isKnown: inner === undefined ? !hasUnknown : isMap(inner) };
  };
  return {
    sites: section('sites'),
    services: section('services'),
    probes: section('probes'),
    slo: section('slo'),
    guard: section('guard'),
    timeline: section('timeline'),
  };
}

function checkPresence(value: unknown, complaints: Complaints): void {
  if (!isMap(value)) return;
  const isEmpty = (key: string) => isMap(value[key]) && Object.keys(value[key]).length === 0;
  if (isEmpty('services')) complaints.add(['services'], 'no service: nothing would run; write at least one');
  if (isEmpty('probes')) complaints.add(['probes'], 'no probe: nothing would be measured; write at least one');
  if (Array.isArray(value.timeline) && value.timeline.length === 0) {
    complaints.add(['timeline'], 'the timeline is empty: nothing would happen; write at least one happening');
  }
}

function readSpan(parts: Parts<typeof scenarioForm>, complaints: Complaints): Span | null {
  const { begins, ends } = parts;
  if (begins === undefined || ends === undefined) return null;
  const offset = offsetOf(ends, begins, Number.POSITIVE_INFINITY, true);
  if (offset.atMs === null) {
    complaints.add(['ends'], offset.because);
    return null;
  }
  if (offset.atMs > 0) return { begins, durationMs: offset.atMs };
  complaints.add(['ends'], `${ends} is not after the drill begins at ${clockAt(begins, 0)}; write a later time`);
  return null;
}

/** The looks of a drill are held in memory when it is judged. */
const MOST_LOOKS = 3_000_000;

function checkLooks(probes: readonly Probe[], span: Span | null, complaints: Complaints): void {
  const readable = probes.filter(({ everyMs }) => everyMs > 0);
  const looks = readable.reduce((sum, { everyMs }) => sum + Math.ceil((span?.durationMs ?? 0) / everyMs), 0);
  if (looks <= MOST_LOOKS) return;
  const message = `by then its probes have looked ${looks} times, and a drill has room for ${MOST_LOOKS}`;
  complaints.add(['ends'], `${message}; write an earlier time, or let them look less often`);
}

/** How long nothing must have changed where the author says nothing of it. */
const SETTLE_MS = 60_000;

function checkSettle({ pace, settle }: Parts<typeof scenarioForm>, complaints: Complaints): void {
  if (settle === undefined || pace !== 'real-time') return;
  complaints.addKey(['settle'], '`settle` is for a story that jumps; write `pace: skip-idle` too, or remove it');
}

function checkSteady(parts: Parts<typeof scenarioForm>, complaints: Complaints): void {
  const { steady } = parts;
  if (steady === undefined || steady.for <= steady.within) return;
  complaints.add(
    ['steady'],
    'no probe can be good for longer than `within`; write a longer `within` or a shorter `for`',
  );
}
