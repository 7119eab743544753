import { sceneOf } from './live.js';

const restoredAfter = (seconds: number) => `
  - { at: "+1s", power-loss: east }
  - { at: "+${seconds}s", restore: east }
slo: { look: { recover: 10s } }`;

/** Two folders with the same drill, in which power comes back after seven seconds and after two. */
export function pairOf(name: string): { late: string; soon: string } {
  return {
    late: sceneOf(`${name}, late`, restoredAfter(8), '+14s'),
    soon: sceneOf(`${name}, soon`, restoredAfter(3), '+14s'),
  };
}
