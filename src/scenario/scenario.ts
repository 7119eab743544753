export type * from './language.js';
