import { describe, expect, test } from 'vitest';
import { forecastOf, type Trial } from '../../src/forecast/forecast.js';
import { recovery, simulationOf, trial } from './trials.js';

const hundred = (findingOf: (number: number) => ReturnType<typeof recovery>): Trial[] =>
  Array.from({ length: 100 }, (_, number) => trial(number, findingOf(number)));

describe('a forecast', () => {
  test('counts every trial once, and gives the probability with its interval and the quantiles', () => {
    const { figures, trials } = forecastOf(simulationOf(hundred((number) => recovery(number + 1))));
    expect(trials).toBe(100);
    expect(figures).toHaveLength(1);
    expect(figures[0]).toMatchObject({ met: 45, missed: 55, unknown: 0, without: 0, outcome: 'missed' });
    expect(figures[0]?.probability?.value).toBe(45);
    expect(figures[0]).toMatchObject({
      p50: { value: 50, more: false },
      p95: { value: 95, more: false },
      p99: { value: 99, more: false },
      worst: { trial: 99, seed: 199 },
    });
    expect(figures[0]?.bins.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  });

  test('counts a recovery that the drill did not live to see as more than what it saw', () => {
    const open = { censored: true, outcome: 'unknown' } as const;
    const trials = hundred((number) => (number < 96 ? recovery(20) : recovery(30 + number, open)));
    const [figure] = forecastOf(simulationOf(trials)).figures;
    expect(figure).toMatchObject({ met: 96, missed: 0, unknown: 4, open: 4, openFrom: 126, without: 0 });
    expect(figure).toMatchObject({ p95: { value: 20, more: false }, p99: { value: 128, more: true } });
    expect(figure?.worst).toEqual({ trial: 99, seed: 199 });
  });

  test('of which trials could not tell is met only if they do not matter, and missed only then', () => {
    const outcomeFor = (met: number, missed: number) => {
      const secondsOf = (number: number) => (number < met ? 1 : number < met + missed ? 99 : null);
      return forecastOf(simulationOf(hundred((number) => recovery(secondsOf(number))))).outcome;
    };
    expect(outcomeFor(95, 5)).toBe('met');
    expect(outcomeFor(95, 0)).toBe('met');
    expect(outcomeFor(94, 0)).toBe('unknown');
    expect(outcomeFor(94, 6)).toBe('missed');
    expect(outcomeFor(80, 5)).toBe('unknown');
    expect(outcomeFor(80, 6)).toBe('missed');
    expect(outcomeFor(0, 0)).toBe('unknown');
  });

  test('is as sure as it was asked to be', () => {
    const trials = hundred((number) => recovery(number < 97 ? 1 : 99));
    expect(forecastOf(simulationOf(trials, 97))).toMatchObject({ outcome: 'met', exitCode: 0 });
    expect(forecastOf(simulationOf(trials, 97.5))).toMatchObject({ outcome: 'missed', exitCode: 1 });
  });

  test('counts a trial without the finding as one that could not tell', () => {
    const trials = [trial(0, recovery(1)), trial(1)];
    const [figure] = forecastOf(simulationOf(trials)).figures;
    expect(figure).toMatchObject({ met: 1, missed: 0, unknown: 1, without: 1, outcome: 'unknown' });
    expect(figure?.probability?.value).toBe(100);
  });

  test('of an availability counts from the good end', () => {
    const about = { measure: 'availability', fault: null, unit: '%', limit: 99, outcome: 'met' } as const;
    const [figure] = forecastOf(simulationOf(hundred((number) => recovery(number / 10 + 90, about)))).figures;
    expect(figure).toMatchObject({ p50: { value: 95 }, p95: { value: 90.5 }, p99: { value: 90.1 } });
    expect(figure?.worst).toEqual({ trial: 0, seed: 100 });
  });

  test('puts what has no objective last, without an outcome that would count', () => {
    const free = recovery(99, { probe: 'read', limit: null, outcome: 'unknown' });
    const { figures, outcome } = forecastOf(simulationOf([trial(0, free, recovery(1)), trial(1, free, recovery(1))]));
    expect(figures.map(({ probe }) => probe)).toEqual(['write', 'read']);
    expect(figures[1]).toMatchObject({ probability: null, met: 0, missed: 0, unknown: 0, outcome: 'unknown' });
    expect(outcome).toBe('met');
  });

  test('without any objective is unknown', () => {
    const free = recovery(99, { limit: null, outcome: 'unknown' });
    expect(forecastOf(simulationOf([trial(0, free)]))).toMatchObject({ outcome: 'unknown', exitCode: 2 });
  });

  test('says in how many trials a verdict had more to say', () => {
    const noted = { ...trial(1, recovery(1)), notes: ['the drill did not begin', 'the drill did not begin'] };
    const { notes } = forecastOf(simulationOf([trial(0, recovery(1)), noted]));
    expect(notes).toEqual([{ note: 'the drill did not begin', trials: 1 }]);
  });
});
