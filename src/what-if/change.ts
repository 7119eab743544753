import type { Edit, Scenario, Service } from '../scenario/scenario.js';
import { serversAt } from '../scenario/scenario.js';

/** What a change is about; `yours` are those that a person named. */
export type About = 'yours' | 'site' | 'controller' | 'tools' | 'capacity' | 'crew' | 'boot' | 'power' | 'replication';

/** One thing that could have been different. */
export interface Change {
  /** Equal for the same change of a scenario that was changed otherwise too. */
  readonly key: string;
  /** In the words of the report, such as `twice the crew at pangyo (60 people)`. */
  readonly title: string;
  readonly about: About;
  readonly edits: readonly Edit[];
}

/** How many servers all units of a scenario stand for. */
export function serversOf({ services }: Pick<Scenario, 'services'>): number {
  return services.reduce((sum, service) => sum + serversIn(service), 0);
}

function serversIn({ at, model }: Pick<Service, 'at' | 'model'>): number {
  return at.reduce((sum, { site, count }) => sum + count * serversAt(model, site), 0);
}

/** A duration as the language has it; `ms` is rounded to the millisecond. */
export function writeDuration(ms: number): string {
  const whole = Math.round(ms);
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}
