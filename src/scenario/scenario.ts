export type * from './language.js';
export type * from './model.js';
export { saysNothing } from './models.js';
export { scenarioSchema } from './published.js';
export { readScenario } from './reading.js';
export * from './redaction.js';
export { fillSecrets, secretNamesOf } from './secrets.js';
export * from './targets.js';
export { clockAt, formatDuration, parseDuration } from './time.js';
