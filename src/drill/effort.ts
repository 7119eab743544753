import { countLags, roundMs } from './probing.js';
import { append, attempt, type Run } from './run.js';

/** What the drill itself costs while a story is told. */
export interface Effort {
  /** Takes how late a write was sent. */
  count(lagMs: number): void;
  /** Writes what it came to, and a warning where it mattered. */
  end(): void;
}

/** From here on a process that does one thing at a time may be what is slow. */
const WORTHY_SHARE = 0.8;
const WORTHY_LAG_MS = 50;

/** An effort that begins now; without a ledger nothing is written. */
export function startEffort(run: Run): Effort {
  const { clock, cpuMs, books } = run;
  const lags = countLags();
  const [startMs, startCpuMs] = [clock.now(), cpuMs?.() ?? 0];
  return {
    count: lags.count,
    end() {
      if (books.size === 0) return;
      const spanMs = roundMs(clock.now() - startMs);
      const usedMs = cpuMs === undefined ? null : roundMs(cpuMs() - startCpuMs);
      const lagMs = { p50: lags.quantileMs(50), p99: lags.quantileMs(99), max: lags.quantileMs(100) };
      attempt(run, () => append(run, { entry: 'effort', spanMs, cpuMs: usedMs, lagMs }));
      const share = spanMs > 0 ? (usedMs ?? 0) / spanMs : 0;
      if (share < WORTHY_SHARE && lagMs.p99 <= WORTHY_LAG_MS) return;
      const late = `one write of a ledger in a hundred was sent more than ${lagMs.p99} ms late`;
      const busy = `firedrill itself needed ${Math.round(share * 100)} % of a processor`;
      const why = share < WORTHY_SHARE ? 'this machine was too busy' : `${busy}; lower the \`rate\``;
      const message = share < WORTHY_SHARE ? `${why}: ${late}` : `${late}, and ${why}`;
      attempt(run, () => append(run, { entry: 'warning', message }));
    },
  };
}
