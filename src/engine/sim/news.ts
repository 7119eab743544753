import type { LostWrites, WorldChange } from '../engine.js';
import type { SimUnit, Subject, World } from './world.js';

/** What an event says beside its subject's name and instant. */
export interface Word {
  readonly kind: WorldChange['kind'];
  readonly name: string;
  readonly state: string;
  /** Events, or what remembers its latest one; what never had any counts for nothing. */
  readonly because: readonly (number | Subject | null)[];
  readonly detail?: string;
}

/** Tells an event and returns its id; 0 and no word when nobody hears. */
export function tell(world: World, subject: Subject | null, atMs: number, word: Word): number {
  const { news } = world;
  if (news.hear === null) return 0;
  const { kind, name, state, because, detail = null } = word;
  const causes = because.map((cause) => (typeof cause === 'number' ? cause : (cause?.event ?? 0)));
  const id = ++news.count;
  const known = [...new Set(causes)].filter((cause) => cause > 0);
  news.hear({ id, atMs, kind, name, state, because: known, detail });
  if (subject !== null) subject.event = id;
  return id;
}

/** Tells what became of a group of servers; the same is then the latest event of its service. */
export function tellGroup(
  world: World,
  unit: SimUnit,
  atMs: number,
  word: Pick<Word, 'state' | 'because' | 'detail'>,
): void {
  const id = tell(world, unit, atMs, { kind: 'group', name: groupName(unit), ...word });
  if (id > 0) unit.service.event = id;
}

/** `text@pangyo`: how events name a unit's servers. */
export function groupName({ service, site }: SimUnit): string {
  return `${service.name}@${site?.name ?? 'outside'}`;
}

/** Tells that acknowledged writes are gone. */
export function tellLoss(world: World, loss: LostWrites): void {
  world.news.lose?.(loss);
}
