import { describe, expect, test } from 'vitest';
import { answer, answerAfter, GOOD, prepare, probe, REFUSED } from './rehearsal.js';

describe('samples', () => {
  test('no sample is lost or written twice', async () => {
    const drill = prepare({ engine: { read: answerAfter((count) => (count * 37) % 900) } });
    await drill.run();
    const due = drill.samples('write').map((sample) => sample.dueMs);
    expect(due).toEqual(Array.from({ length: 50 }, (_, index) => index * 100));
  });

  test('a look is sent when it is due, whatever earlier ones are doing', async () => {
    const drill = prepare({ engine: { read: (_probe, count) => (count < 20 ? answer(GOOD) : new Promise(() => {})) } });
    await drill.run();
    const samples = drill.samples('write');
    expect(samples).toHaveLength(50);
    expect(samples.every((sample) => sample.sentMs === sample.dueMs)).toBe(true);
    expect(samples.at(-1)).toMatchObject({ ok: false, error: 'timeout' });
  });

  test('an answer that comes long after it was given up is not a second sample', async () => {
    const drill = prepare({ engine: { read: answerAfter((count) => (count === 20 ? 2500 : 0)) } });
    await drill.run();
    expect(drill.samples('write')).toHaveLength(50);
    expect(drill.samples('write').filter((sample) => !sample.ok)).toHaveLength(1);
  });

  test('an answer after the deadline is a timeout', async () => {
    const drill = prepare({ engine: { read: answerAfter((count) => (count === 30 ? 1001 : 1000)) } });
    await drill.run();
    const bad = drill.samples('write').filter((sample) => !sample.ok);
    expect(bad).toMatchObject([{ error: 'timeout' }]);
    expect(Number(bad[0]?.endedMs) - Number(bad[0]?.sentMs)).toBe(1001);
  });

  test('an entry is written when good turns to bad, and at least every second', async () => {
    const drill = prepare({ engine: { read: async (_probe, count) => (count === 33 ? REFUSED : GOOD) } });
    await drill.run();
    const entries = drill.of('samples');
    const first = drill.samples('write').findIndex((sample) => !sample.ok);
    expect(entries.some(({ atMs }) => atMs === first * 100)).toBe(true);
    const gaps = entries.map(({ atMs }, index) => atMs - (entries[index - 1]?.atMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
  });

  test('counts go on from the gate into the story, so that no write is made twice', async () => {
    const counts: number[] = [];
    const drill = prepare({
      engine: {
        async read(_probe, count) {
          counts.push(count);
          return GOOD;
        },
      },
    });
    await drill.run();
    expect(counts).toEqual(counts.map((_, index) => index));
  });

  test('probes of one period are spread over it and keep their due times', async () => {
    const probes = Array.from({ length: 200 }, (_, index) => probe(`p${index}`));
    const drill = prepare({ probes });
    await drill.run();
    expect(drill.samples('p0')[0]?.dueMs).toBe(0);
    expect(drill.samples('p1')[0]?.dueMs).toBe(0.5);
    expect(drill.samples('p199')[7]?.dueMs).toBeCloseTo(799.5);
    expect(probes.every(({ name }) => drill.samples(name).length === 50)).toBe(true);
  });

  test('looks that were sent late are measured, and the reader is warned', async () => {
    const drill = prepare({ stallMs: 180 });
    await drill.run();
    expect(drill.of('warning')[0]?.message).toMatch(/more than \d+ ms late/);
    expect(Math.max(...drill.samples('write').map((sample) => sample.sentMs - sample.dueMs))).toBeGreaterThan(100);
  });

  test('a machine that is quick enough is not warned about', async () => {
    const drill = prepare({});
    await drill.run();
    expect(drill.of('warning')).toEqual([]);
  });
});
