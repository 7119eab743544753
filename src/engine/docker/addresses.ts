import { EnvironmentError } from '../../errors.js';
import type { Plan } from '../../plan/plan.js';
import { isThrottled } from './rules.js';

/** An IPv4 range as its first address and the number of addresses. */
export interface Range {
  readonly first: number;
  readonly size: number;
}

/** Where a drill lives: its network, and an address for every unit that is never used for another. */
export interface AddressPlan {
  readonly network: string;
  readonly gateway: string;
  readonly addressOf: ReadonlyMap<string, string>;
  /** The address of what packets go through that share a bandwidth; null where nothing shares one. */
  readonly relay: string | null;
}

/** The networks to try, in order, when the scenario names none: /16 slices of 10.0.0.0/8 that touch nothing in `taken`. */
export function freeNetworks(taken: readonly string[], start: number): string[] {
  const ranges = taken.map(parseCidr).filter((range) => range !== null);
  return Array.from({ length: 160 }, (_, index) => `10.${80 + ((start + index) % 160)}.0.0/16`).filter((network) => {
    const range = parseCidr(network) as Range;
    return !ranges.some((other) => overlaps(range, other));
  });
}

/** Gives every unit its address in its site's slice of `network`. @throws EnvironmentError when a slice is too small. */
export function planAddresses(plan: Plan, network: string): AddressPlan {
  const whole = parseCidr(network);
  if (whole === null) throw new EnvironmentError(`${network} is not an IPv4 network`, 'Write it as 10.90.0.0/16.');
  const slices = new Map<string | null, Range>();
  const named = plan.sites.map((site) => (site.addresses === null ? null : parseCidr(site.addresses)));
  const sliceSize = Math.min(256, 2 ** Math.floor(Math.log2(whole.size / (plan.sites.length + 1))));
  plan.sites.forEach((site, index) => {
    slices.set(site.name, named[index] ?? { first: whole.first + (index + 1) * sliceSize, size: sliceSize });
  });
  const gateway = whole.first + 1;
  const addressOf = new Map<string, string>();
  const used = new Set([whole.first, gateway, whole.first + whole.size - 1]);
  for (const unit of plan.units) {
    const slice = slices.get(unit.site) ?? whole;
    const inside = (address: number) => unit.site !== null || !isInAny(address, slices.values());
    let address = slice.first + (unit.site === null ? 2 : 1);
    while (used.has(address) || !inside(address)) address += 1;
    if (address >= slice.first + slice.size - 1) {
      throw new EnvironmentError(
        `${unit.site ?? 'the outside'} has more units than its ${slice.size} addresses`,
        'Give the scenario a larger `network:` or the site larger `addresses:`.',
      );
    }
    used.add(address);
    addressOf.set(unit.name, formatAddress(address));
  }
  const relay = hasThrottle(plan)
    ? relayIn(whole, (address) => !used.has(address) && !isInAny(address, slices.values()))
    : null;
  return { network, gateway: formatAddress(gateway), addressOf, relay };
}

/** Whether anything that may happen in the plan makes packets share a bandwidth. */
export function hasThrottle({ faults }: Pick<Plan, 'faults'>): boolean {
  return faults.some(({ steps }) => steps.some(isThrottled));
}

/** The last address that is free. */
function relayIn({ first, size }: Range, isFree: (address: number) => boolean): string {
  for (let address = first + size - 2; address > first; address -= 1) {
    if (isFree(address)) return formatAddress(address);
  }
  const message = `no address is left outside of the sites for what a link's \`bandwidth\` goes through`;
  throw new EnvironmentError(message, 'Give the scenario a larger `network:` or the sites smaller `addresses:`.');
}

/** Why the units of `plan` have no room in the network that it names, as sentences with their remedy; empty when they have. */
export function lackOfRoom(plan: Plan): string[] {
  try {
    planAddresses(plan, plan.network ?? '10.80.0.0/16');
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return [`${error.message}; ${error.remedy}`];
    throw error;
  }
}

/** Whether two ranges share an address. */
export function overlaps(a: Range, b: Range): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** `10.90.0.0/16` as a range, or null when it is not IPv4 CIDR. */
export function parseCidr(cidr: string): Range | null {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (match === null) return null;
  const [a, b, c, d, bits] = match.slice(1).map(Number) as [number, number, number, number, number];
  if (Math.max(a, b, c, d) > 255 || bits > 32) return null;
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: address - (address % size), size };
}

function isInAny(address: number, ranges: Iterable<Range>): boolean {
  for (const range of ranges) if (address >= range.first && address < range.first + range.size) return true;
  return false;
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
