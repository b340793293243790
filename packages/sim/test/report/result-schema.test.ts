import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resultJsonSchema, resultSchema } from '../../src/report/result-schema.ts';
import { arbitraryResult } from './arbitrary-result.ts';
import { RENEW, SCHEMA_FILE } from './renew-schema.ts';
import { PASSING, VIRTUAL } from './results.ts';

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

function undescribed(schema: JsonSchema, path: string): string[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([key, each]) => [
    ...(each.description?.endsWith('.') ? [] : [`${path}.${key}`]),
    ...undescribed(each, `${path}.${key}`),
  ]);
  const others = [...(schema.items ? [schema.items] : []), ...(schema.anyOf ?? [])];
  return [...inner, ...others.flatMap((each) => undescribed(each, path))];
}

test('the published schema is that of the code', async () => {
  const published: unknown = JSON.parse(await readFile(SCHEMA_FILE, 'utf8').catch(() => 'null'));
  expect(published, `docs/result.schema.json is out of date; renew it with: ${RENEW}`).toEqual(
    resultJsonSchema(),
  );
});

test('every key of the published schema is described in a sentence', () => {
  expect(undescribed(resultJsonSchema() as JsonSchema, '')).toEqual([]);
});

test('every result comes back from JSON as the schema allows it', () => {
  fc.assert(
    fc.property(arbitraryResult, (result) => {
      const text = JSON.stringify(result);
      expect(JSON.stringify(resultSchema.parse(JSON.parse(text)))).toBe(text);
    }),
  );
});

test.each<[string, object]>([
  ['an unknown key', { ...PASSING, extra: 1 }],
  ['an unknown key of a phase', { ...PASSING, phases: [{ ...PASSING.phases[0], extra: 1 }] }],
  ['an unknown verdict', { ...PASSING, verdict: 'maybe' }],
  ['another version', { ...PASSING, version: 2 }],
  ['a number that JSON cannot hold', { ...PASSING, wallSeconds: Number.NaN }],
  ['a fault', { ...PASSING, faults: [{}] }],
  ['a trace hash that is none', { ...VIRTUAL, virtual: { ...VIRTUAL.virtual, traceHash: 'x' } }],
])('%s is refused', (_, result) => {
  expect(resultSchema.safeParse(result).success).toBe(false);
});
