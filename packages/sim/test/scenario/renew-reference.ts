import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioReference } from '../../src/scenario/reference.ts';
import { scenarioJsonSchema } from '../../src/scenario/schema/schema.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** The published reference page of the scenario language. */
export const PAGE_FILE: string = join(ROOT, 'docs/scenarios.md');

/** The published JSON Schema of the scenario language, for editors. */
export const SCHEMA_FILE: string = join(ROOT, 'docs/scenario.schema.json');

/** What to run, in the root, when either is not that of the code. */
export const RENEW = 'node packages/sim/test/scenario/renew-reference.ts';

if (import.meta.main) {
  writeFileSync(PAGE_FILE, scenarioReference());
  writeFileSync(SCHEMA_FILE, `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  execFileSync(join(ROOT, 'node_modules/.bin/oxfmt'), [SCHEMA_FILE], { cwd: ROOT });
}
