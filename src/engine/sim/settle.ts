import { dispatch } from './boots.js';
import { reviewCopies } from './copies.js';
import { reviewLead } from './leadership.js';
import { reviewLoad } from './load.js';
import { reviewPeople } from './people.js';
import type { World } from './world.js';

/** More rounds than any chain of services that wait for each other is long. */
const MOST_ROUNDS = 1000;

/** Lets everybody who may have waited for what changed go on, until nothing changes any more. */
export function settle(world: World, atMs: number): void {
  for (let round = 0; world.changed && round < MOST_ROUNDS; round += 1) {
    world.changed = false;
    for (const service of world.services.values()) {
      reviewLead(world, service, atMs);
      reviewCopies(service, atMs);
      reviewLoad(world, service, atMs);
    }
    for (const unit of [...world.blocked]) dispatch(world, unit, atMs);
    for (const site of world.sites.values()) reviewPeople(world, site, atMs);
  }
}
