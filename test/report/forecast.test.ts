import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { forecastOf } from '../../src/forecast/forecast.js';
import { jsonReport, terminalForecast } from '../../src/report/report.js';
import { recovery, simulationOf, trial } from '../forecast/trials.js';

const trials = Array.from({ length: 200 }, (_, number) => ({
  ...trial(
    number,
    number < 196 ? recovery(20 + (number % 14) ** 2 / 8) : recovery(89.5, { censored: true, outcome: 'missed' }),
    recovery(99.99, { measure: 'availability', fault: null, unit: '%', limit: 99.9, outcome: 'met' }),
    recovery(0, { probe: 'read', limit: null, outcome: 'unknown' }),
  ),
  notes: number < 3 ? ['a step did not take hold'] : [],
}));
const forecast = forecastOf(simulationOf(trials));
const report = (width: number, colour = false) => terminalForecast(forecast, { width, colour });

const EXPECTED = readFileSync(new URL('./forecast.txt', import.meta.url), 'utf8');

describe('the forecast for people', () => {
  test('is this text', () => {
    expect(report(80)).toBe(EXPECTED);
  });

  test('fits 80 columns, and a narrow terminal too', () => {
    for (const width of [60, 80, 200]) {
      const longest = Math.max(
        ...report(width)
          .split('\n')
          .map((line) => line.length),
      );
      expect(longest).toBeLessThanOrEqual(Math.min(100, width));
    }
  });

  test('has colours only where they are wanted, and says the same without them', () => {
    const painted = report(200, true);
    expect(painted).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(painted.replaceAll(/\u001b\[\d+m/g, '')).toBe(report(200));
  });

  test('draws no histogram of one number, nor of none', () => {
    const one = forecastOf(simulationOf([trial(0, recovery(20)), trial(1, recovery(20))]));
    expect(terminalForecast(one, { width: 80, colour: false })).not.toContain('█');
    const none = forecastOf(simulationOf([trial(0, recovery(null))]));
    const text = terminalForecast(none, { width: 80, colour: false });
    expect(text).not.toContain('█');
    expect(text).toContain('no trial could tell');
    expect(text).toContain('no trial has a number');
  });

  test('tells bins apart that lie seconds from each other after hours', () => {
    const hours = forecastOf(simulationOf([trial(0, recovery(36_001.5)), trial(1, recovery(36_003))]));
    const text = terminalForecast(hours, { width: 80, colour: false });
    expect(text).toContain('  10 h 1 s – 10 h 2 s  ███');
    expect(text).toContain('  10 h 2 s – 10 h 3 s  ·\n');
  });

  test('draws histograms of what has an objective, or of all where nothing has', () => {
    const free = { probe: 'read', limit: null, outcome: 'unknown' } as const;
    const both = [0, 1].map((number) => trial(number, recovery(20 + number), recovery(30 + number, free)));
    const text = terminalForecast(forecastOf(simulationOf(both)), { width: 80, colour: false });
    expect(text).toContain('\nwrite recover after');
    expect(text).not.toContain('\nread recover after');
    const alone = [0, 1].map((number) => trial(number, recovery(30 + number, free)));
    expect(terminalForecast(forecastOf(simulationOf(alone)), { width: 80, colour: false })).toContain(
      '\nread recover after',
    );
  });

  test('says of a forecast without an objective that there was none', () => {
    const free = forecastOf(simulationOf([trial(0, recovery(20, { limit: null, outcome: 'unknown' }))]));
    expect(terminalForecast(free, { width: 80, colour: false })).toContain('UNKNOWN: there was no objective.');
  });
});

test('the forecast as JSON is the forecast, measured false, and ends with a newline', () => {
  const text = jsonReport(forecast);
  expect(JSON.parse(text)).toEqual(forecast);
  expect(JSON.parse(text)).toMatchObject({ format: 1, measured: false, seed: 7, trials: 200 });
  expect(text.endsWith('}\n')).toBe(true);
});

test('the published schema takes it, and refuses what it is not', () => {
  const schema = z.fromJSONSchema(
    JSON.parse(readFileSync(new URL('../../schema/forecast.json', import.meta.url), 'utf8')),
  );
  expect(schema.safeParse(JSON.parse(jsonReport(forecast))).error).toBeUndefined();
  expect(schema.safeParse({ ...forecast, measured: true }).success).toBe(false);
  expect(schema.safeParse({ ...forecast, figures: [{}] }).success).toBe(false);
});
