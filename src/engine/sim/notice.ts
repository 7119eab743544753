/** Whether something works, and how it looked to its clients until they noticed the last change. */
export interface Notice {
  works: boolean;
  sinceMs: number;
  /** What clients believed when the last change came. */
  believed: boolean;
}

/** A notice that everybody knows about. */
export function oldNotice(works: boolean): Notice {
  return { works, sinceMs: Number.NEGATIVE_INFINITY, believed: works };
}

/** Takes down that it works, or no longer does, from `atMs` on. */
export function note(notice: Notice, works: boolean, atMs: number, noticeMs: number): void {
  if (notice.works === works) return;
  notice.believed = believes(notice, atMs, noticeMs);
  notice.works = works;
  notice.sinceMs = atMs;
}

/** What clients believe at `nowMs`, who need `noticeMs` of one and the same to change their mind. */
export function believes(notice: Notice, nowMs: number, noticeMs: number): boolean {
  return nowMs - notice.sinceMs >= noticeMs ? notice.works : notice.believed;
}

/** When what clients believe changes by itself; Infinity when it does not. */
export function changesAt(notice: Notice, nowMs: number, noticeMs: number): number {
  const atMs = notice.sinceMs + noticeMs;
  return atMs > nowMs && notice.works !== notice.believed ? atMs : Number.POSITIVE_INFINITY;
}
