export * from './entries.js';
export type * from './ledger.js';
export { readJournal } from './reading.js';
export * from './samples.js';
export * from './writing.js';
