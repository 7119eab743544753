import type { Service } from '../scenario/scenario.js';

/**
 * The services in waves: each stands in the first wave after those that it needs, inside a wave in the order of the file.
 * Needs the promise of the scenario room that every need exists and that none are circular.
 */
export function startWavesOf(services: readonly Pick<Service, 'name' | 'needs'>[]): string[][] {
  const waves: string[][] = [];
  const started = new Set<string>();
  let waiting = services;
  while (waiting.length > 0) {
    const wave = waiting.filter((service) => service.needs.every((need) => started.has(need))).map(({ name }) => name);
    if (wave.length === 0) throw new Error(`no order of start for ${waiting.map(({ name }) => name).join(', ')}`);
    waves.push(wave);
    for (const name of wave) started.add(name);
    waiting = waiting.filter(({ name }) => !started.has(name));
  }
  return waves;
}
