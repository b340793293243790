import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { comparisonJsonSchema } from '../../src/compare/comparison-schema.ts';
import { repeatJsonSchema } from '../../src/report/repeat-schema.ts';
import { resultJsonSchema } from '../../src/report/result-schema.ts';

/** The published JSON Schema of results. */
export const SCHEMA_FILE: string = join(import.meta.dirname, '../../../../docs/result.schema.json');

/** That of the reports on several runs. */
export const RUNS_SCHEMA_FILE: string = join(SCHEMA_FILE, '../runs.schema.json');

/** That of comparisons. */
export const COMPARISON_SCHEMA_FILE: string = join(SCHEMA_FILE, '../comparison.schema.json');

/** What to run, in the root, when a published schema is not that of the code. */
export const RENEW =
  'node packages/sim/test/report/renew-schema.ts && npx oxfmt docs/*.schema.json';

if (import.meta.main) {
  await writeFile(SCHEMA_FILE, `${JSON.stringify(resultJsonSchema(), null, 2)}\n`);
  await writeFile(COMPARISON_SCHEMA_FILE, `${JSON.stringify(comparisonJsonSchema(), null, 2)}\n`);
  await writeFile(RUNS_SCHEMA_FILE, `${JSON.stringify(repeatJsonSchema(), null, 2)}\n`);
}
