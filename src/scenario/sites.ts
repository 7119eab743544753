import type { Complaints } from './complaints.js';
import { siteForm } from './form.js';
import type { Site } from './language.js';
import { checkPower } from './model-checks.js';
import { siteModelForm } from './model-form.js';
import { siteModelOf } from './models.js';
import { entriesOf, isMap, partsOf } from './shape.js';

/** Words of the language that cannot be names. */
export const reservedNames = ['outside', 'all'];

/** The drill's network: null when none is written, undefined when what is written is none. */
export type Network = string | null | undefined;

interface Range {
  readonly first: number;
  readonly size: number;
  readonly bits: number;
}

/** The sites in the order of the file, with their slices checked against the drill's network. */
export function readSites(value: unknown, network: Network, complaints: Complaints): Site[] {
  const sites = entriesOf(value).map(([name, entry]) => {
    if (reservedNames.includes(name)) {
      complaints.addKey(['sites', name], `\`${name}\` is a word of this language; give the site another name`);
    }
    const { addresses } = partsOf(siteForm, entry);
    const written = isMap(entry) ? entry.model : undefined;
    if (!isMap(written)) return { name, addresses: addresses ?? null };
    const model = partsOf(siteModelForm, written);
    if (model.power !== undefined) checkPower(name, model.power, complaints);
    // A crew that could not be read is none that is missing.
    const crew = model.crew ?? (written.crew === undefined ? undefined : { people: 1, each: 0 });
    return { name, addresses: addresses ?? null, model: siteModelOf({ ...model, crew }) };
  });
  const whole = typeof network === 'string' ? readNetwork(network, complaints) : null;
  if (sites.some((site) => site.addresses !== null)) checkSlices(sites, network, whole, complaints);
  return sites;
}

function readNetwork(network: string, complaints: Complaints): Range | null {
  const range = readRange(network, ['network'], complaints);
  if (range !== null && (range.bits < 8 || range.bits > 24)) {
    complaints.add(['network'], `\`${network}\` is not between /8 and /24; write a range such as \`10.77.0.0/16\``);
    return null;
  }
  return range;
}

function checkSlices(sites: readonly Site[], network: Network, whole: Range | null, complaints: Complaints) {
  if (network === null) {
    const message =
      'is missing: the sites have `addresses`, so write the range around them, such as `network: 10.77.0.0/16`';
    complaints.add(['network'], message);
  }
  const slices: { name: string; range: Range }[] = [];
  for (const { name, addresses } of sites) {
    const path = ['sites', name, 'addresses'];
    if (addresses === null) {
      complaints.add(path, 'is missing: other sites have `addresses`, so write a slice for this one too, or for none');
      continue;
    }
    const range = readRange(addresses, path, complaints);
    if (range === null) continue;
    if (range.bits > 28) complaints.add(path, `\`${addresses}\` is too small; write a slice of at least /28`);
    if (whole !== null && !isInside(range, whole)) {
      complaints.add(path, `\`${addresses}\` is not inside of the network \`${network}\`; write a slice of that`);
    }
    const other = slices.find((slice) => isInside(range, slice.range) || isInside(slice.range, range));
    if (other !== undefined) {
      complaints.add(
        path,
        `\`${addresses}\` overlaps the slice of \`${other.name}\`; write a slice that no other site has`,
      );
    }
    slices.push({ name, range });
  }
}

/** null, with the reason told, when the range is none or begins in its own middle. */
function readRange(text: string, path: readonly string[], complaints: Complaints): Range | null {
  const [address = '', bits = ''] = text.split('/');
  const octets = address.split('.').map(Number);
  if (octets.some((octet) => octet > 255) || Number(bits) > 32) {
    complaints.add(path, `\`${text}\` is not an IPv4 range; write one such as \`10.77.0.0/16\``);
    return null;
  }
  const size = 2 ** (32 - Number(bits));
  const number = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const first = number - (number % size);
  if (first === number) return { first, size, bits: Number(bits) };
  const begin = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
  complaints.add(path, `\`${text}\` does not begin where its range begins; write \`${begin}/${bits}\``);
  return null;
}

function isInside(inner: Range, outer: Range): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}
