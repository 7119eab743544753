import type { ChalkInstance } from 'chalk';
import type { PredictedFigure, Verdict } from '../judge/judge.js';
import { formatDuration } from '../scenario/scenario.js';
import { wrapText } from './finding-lines.js';

/**
 * What was predicted beside what was measured, a line a figure with the word SIMULATED before the number, because lines are
 * quoted alone. What went well on both sides is left out; empty where nothing was predicted.
 */
export function predictionLines({ predicted }: Verdict, width: number, paint: ChalkInstance): string[] {
  const told = predicted?.figures.filter(isTold) ?? [];
  return told.flatMap((figure) => {
    const { probe, measure, fault } = figure;
    const both = `${inUnit(figure, figure.predicted, figure.predictedCensored)}; measured ${inUnit(figure, figure.measured, figure.measuredCensored)}`;
    const after = fault === null ? '' : ` after ${fault}`;
    const line = `SIMULATED, not measured: ${probe} ${measure} ${both}${distanceOf(figure)}${after}`;
    return wrapText(line, width, '  ').map((text) => paint.dim(text));
  });
}

/** An availability hangs on how long the drill is, and a detection on the probe: those are for the JSON. */
function isTold({ measure, predicted, measured }: PredictedFigure): boolean {
  return (measure === 'recover' || measure === 'lose') && (predicted > 0 || measured > 0);
}

function inUnit({ unit }: PredictedFigure, value: number, censored: boolean): string {
  const more = censored ? '> ' : '';
  if (unit === 's') return more + formatDuration(value * 1000);
  return `${more}${value} ${unit}`;
}

/** `: 1.71 s too long (+7.7 %)`. */
function distanceOf({ unit, off, offPercent, within }: PredictedFigure): string {
  if (off === null) return '';
  const size = unit === 's' ? formatDuration(Math.abs(off) * 1000) : `${Number(Math.abs(off).toPrecision(3))} ${unit}`;
  if (off === 0) return ', as predicted';
  const share =
    offPercent === null || unit === '%'
      ? ''
      : ` (${off > 0 ? '+' : '-'}${Math.abs(Number(offPercent.toPrecision(2)))} %)`;
  const inside = within ? ', within what the probe can see' : '';
  return `, ${size} too ${off > 0 ? 'much' : 'little'}${share}${inside}`;
}
