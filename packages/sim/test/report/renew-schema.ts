import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultJsonSchema } from '../../src/report/result-schema.ts';

/** The published JSON Schema of results. */
export const SCHEMA_FILE: string = join(import.meta.dirname, '../../../../docs/result.schema.json');

/** What to run, in the root, when the published schema is not that of the code. */
export const RENEW =
  'node packages/sim/test/report/renew-schema.ts && npx oxfmt docs/result.schema.json';

if (import.meta.main) {
  await writeFile(SCHEMA_FILE, `${JSON.stringify(resultJsonSchema(), null, 2)}\n`);
}
