/** Lets work on one thing happen one after the other, and work on different things side by side. */
export interface Turns {
  /** Does `work` when all earlier work under `name` has ended, however that ended. */
  take<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Turns that begin empty. */
export function makeTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(name, work) {
      const turn = (last.get(name) ?? Promise.resolve()).then(work);
      last.set(
        name,
        turn.catch(() => {}),
      );
      return turn;
    },
  };
}
