export * from './entries.js';
export { readJournal } from './reading.js';
export * from './samples.js';
export * from './writing.js';
