// Writes the JSON Schema of the scenario language beside the one of the verdict; run it by `npm run schema`.
import { writeFileSync } from 'node:fs';
import { scenarioSchema } from '../dist/scenario/scenario.js';

writeFileSync(new URL('../schema/scenario.json', import.meta.url), `${JSON.stringify(scenarioSchema(), null, 2)}\n`);
