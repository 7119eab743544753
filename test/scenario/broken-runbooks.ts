import type { Broken } from './broken-topology.js';

const runbook = (step: string) => `    restore: all\n  - at: "15:39"\n    runbook: [${step}]\n`;

/** Mistakes in runbooks: the passage is the last line of the sample. */
export const runbooks: Broken[] = [
  [
    'a runbook without a step',
    '    restore: all\n',
    `${runbook('').replace('[', '»[')}`,
    'timeline[10].runbook',
    'a list of steps',
  ],
  [
    'a step without a name',
    '    restore: all\n',
    runbook('»{ takes: 5s }'),
    'timeline[10].runbook[0].step',
    'what is to be done',
  ],
  [
    'a mistyped key of a step',
    '    restore: all\n',
    runbook('{ step: go, »decid: 5s }'),
    'timeline[10].runbook[0]',
    '`decide`?',
  ],
  [
    'a console that does not exist',
    '    restore: all\n',
    runbook('{ step: go, runs-from: »consle@pangyo }'),
    'timeline[10].runbook[0].runs-from',
    'unknown service `consle`',
  ],
  [
    'a console that is many',
    '    restore: all\n',
    runbook('{ step: go, runs-from: »db@pangyo }'),
    'timeline[10].runbook[0].runs-from',
    'stands for 2 units; write one of `db-pangyo`, `db-pangyo-2`',
  ],
  [
    'a command without a console',
    '    restore: all\n',
    runbook('{ step: go, exec: ls }'),
    'timeline[10].runbook[0].runs-from',
    'the unit in which the command is run',
  ],
  [
    'two deeds in one step',
    '    restore: all\n',
    runbook('{ step: go, restore: all, »confirm: write }'),
    'timeline[10].runbook[0]',
    'make two steps of it',
  ],
  [
    'a need that does not exist',
    '    restore: all\n',
    runbook('{ step: go, needs: [»ectd] }'),
    'timeline[10].runbook[0].needs[0]',
    'did you mean `etcd`?',
  ],
  [
    'a probe that does not exist',
    '    restore: all\n',
    runbook('{ step: go, confirm: »wriet }'),
    'timeline[10].runbook[0].confirm',
    'did you mean `write`?',
  ],
  [
    'a person who takes no time',
    '    restore: all\n',
    runbook('{ step: go, by: person }'),
    'timeline[10].runbook[0].takes',
    'how long a person takes',
  ],
  [
    'a restore of nobody',
    '    restore: all\n',
    runbook('{ step: go, restore: »pangio }'),
    'timeline[10].runbook[0].restore',
    'did you mean `pangyo`?',
  ],
  [
    'a runbook that ends by itself',
    '    restore: all\n',
    `${runbook('{ step: go }')}    »for: 5s\n`,
    'timeline[10]',
    '`runbook` has no end of its own',
  ],
];
