/** Every code with which firedrill ends, and what it means; there is no other place that has one. */
export const exitCodes = {
  met: { code: 0, meaning: 'every objective met' },
  missed: { code: 1, meaning: 'an objective missed, or a regression' },
  unknown: { code: 2, meaning: 'unknown: something could not be measured' },
  stopped: { code: 3, meaning: 'stopped by a guard or by a person; everything restored' },
  notRestored: {
    code: 4,
    meaning: 'something of the drill is left, or something it touched is not as before: run `firedrill recover`',
  },
  input: {
    code: 64,
    meaning:
      'the scenario or the command line is wrong (every problem, each as `file:line:col path: what to write instead`)',
  },
  environment: {
    code: 69,
    meaning:
      'the environment is not able: no engine, no image, no permission, a kernel without what the scenario needs',
  },
  bug: { code: 70, meaning: 'a bug in firedrill' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;
