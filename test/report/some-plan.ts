import { type Plan, planDrill } from '../../src/plan/plan.js';
import { readScenario } from '../../src/scenario/scenario.js';

/** The plan of a crash of these units, one service each, whose steps are `f1.1`, `f1.2`, … */
export function somePlan(units: readonly string[]): Plan {
  const services = units.map((unit) => `  ${unit}: { image: some, at: a }`).join('\n');
  const text = `version: 1
name: some
begins: "10:00"
ends: "10:01"
sites: { a: {} }
services:
${services}
probes:
  some: { tcp: "${units[0]}:80" }
timeline:
  - { at: "10:00:05", crash: [${units.join(', ')}] }
`;
  return planDrill(readScenario(text, 'some.yaml', { exists: () => true }));
}
