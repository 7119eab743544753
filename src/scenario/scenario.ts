export type * from './language.js';
export * from './targets.js';
export { clockAt, formatDuration, parseDuration } from './time.js';
