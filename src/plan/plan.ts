export type * from './timetable.js';
