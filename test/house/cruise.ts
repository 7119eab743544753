import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { importRules } from './import-table.js';

/** One rule of the house, broken in one place. */
export interface Breach {
  readonly rule: string;
  /** The file below the root, with a line where there is one. */
  readonly place: string;
  /** What was found there, and why it is not done. */
  readonly message: string;
}

/** What dependency-cruiser saw of `src` below a root, and what of it breaks the import table. */
export async function cruiseSources(root: string): Promise<{ seen: string[]; breaches: Breach[] }> {
  const { output } = await cruise(['src'], {
    baseDir: root,
    ruleSet: { forbidden: [...importRules] },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  });
  const { modules, summary } = output as ICruiseResult;
  const comments = new Map(importRules.map(({ name, comment }) => [name, comment]));
  const breaches = summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    place: from,
    message: `${from === to ? '' : `→ ${to}. `}${comments.get(rule.name)}`,
  }));
  return { seen: modules.map(({ source }) => source).filter((source) => source.startsWith('src/')), breaches };
}
