export { describeClocks } from './clocks.js';
export * from './entries.js';
export type * from './ledger.js';
export * from './ranges.js';
export { readJournal } from './reading.js';
export * from './samples.js';
export * from './writes.js';
export * from './writing.js';
