export type * from './language.js';
export { scenarioSchema } from './published.js';
export { readScenario } from './reading.js';
export * from './targets.js';
export { clockAt, formatDuration, parseDuration } from './time.js';
