export type * from './language.js';
export * from './targets.js';
