import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../scenario/schema/schema.ts';
import { UsageError } from './usage-error.ts';

/** Prints the JSON Schema of scenarios, or writes it to a file. */
export function schemaCommand({ out }: { readonly out?: string }): void {
  const text = `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(out, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`The schema cannot be written to ${out} (${code ?? String(error)}).`);
  }
}
