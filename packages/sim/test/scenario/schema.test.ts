import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scenarioJsonSchema, wholeJsonSchema } from '../../src/scenario/schema/schema.ts';
import { SCHEMA_FILE } from './renew-reference.ts';

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: boolean | JsonSchema;
}

/** Paths of all keys, with what describes them. */
function keysOf(schema: JsonSchema, path: string): [string, JsonSchema][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(
    ([key, inner]): [string, JsonSchema][] => [
      [`${path}.${key}`, inner],
      ...keysOf(inner, `${path}.${key}`),
    ],
  );
  const inside = [...(schema.items ? [schema.items] : []), ...(schema.anyOf ?? [])];
  return [...own, ...inside.flatMap((each) => keysOf(each, path))];
}

test('the JSON Schema describes every key in a sentence', () => {
  const keys = keysOf(scenarioJsonSchema(), '');
  expect(keys.map(([path]) => path)).toEqual(
    expect.arrayContaining([
      '.peers.groups.run',
      '.phases.requests.popularity.zipf',
      '.phases.until.known',
      '.images.place',
    ]),
  );
  expect(
    keys.filter(([, { description = '' }]) => !description.endsWith('.')).map(([path]) => path),
  ).toEqual([]);
});

test('the JSON Schema refuses unknown keys and names the defaults', () => {
  const schema = scenarioJsonSchema();
  expect(schema).toMatchObject({
    additionalProperties: false,
    properties: {
      timeout: { default: '60s' },
      topology: { default: { kind: 'ring' }, additionalProperties: false },
      images: { properties: { copies: { default: 2 }, from: { default: '../images' } } },
    },
  });
});

describe('what another file or a matrix can say', () => {
  const whole = { required: ['name', 'peers', 'phases'] };

  test('is required of files that have neither', () => {
    expect(wholeJsonSchema()).toMatchObject(whole);
    expect(scenarioJsonSchema()).not.toHaveProperty('required');
    expect(scenarioJsonSchema()).toMatchObject({
      if: { anyOf: [{ required: ['extends'] }, { required: ['matrix'] }] },
      else: whole,
    });
  });

  test('is one of two keys in these files alone', () => {
    const { properties, else: otherwise } = scenarioJsonSchema() as unknown as Published;
    expect(properties['peers']).not.toHaveProperty('oneOf');
    expect(otherwise.properties['peers']).toEqual({
      oneOf: [{ required: ['count'] }, { required: ['groups'] }],
    });
  });

  test('can be taken away by nothing behind a key, with a base alone', () => {
    const { properties, allOf } = scenarioJsonSchema() as unknown as {
      properties: Record<string, { type: string[]; properties: Record<string, object> }>;
      allOf: object[];
    };
    expect(properties['peers']!.type).toEqual(['object', 'null']);
    expect(properties['peers']!.properties['count']).toMatchObject({ type: ['integer', 'null'] });
    expect(properties['topology']!.properties['kind']).toMatchObject({
      type: ['string', 'null'],
      enum: expect.arrayContaining(['ring', null]) as unknown[],
    });
    expect(properties['timeout']).toMatchObject({ anyOf: [{ type: 'string' }, { type: 'null' }] });
    expect(properties['name']).toMatchObject({ type: 'string' });
    const something = { not: { type: 'null' } };
    expect(allOf).toEqual([
      {
        if: { required: ['extends'] },
        else: {
          properties: expect.objectContaining({
            timeout: something,
            peers: {
              ...something,
              properties: { count: something, groups: something, known: something },
            },
          }) as object,
        },
      },
    ]);
  });

  interface Published {
    readonly properties: Readonly<Record<string, object>>;
    readonly else: { readonly properties: Readonly<Record<string, object>> };
  }
});

const SCENARIOS = join(import.meta.dirname, '../../../../scenarios');

test.each(readdirSync(SCENARIOS).filter((name) => name.endsWith('.yaml')))(
  '%s tells editors on its first line where the schema is',
  (name) => {
    const [line = ''] = readFileSync(join(SCENARIOS, name), 'utf8').split('\n', 1);
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)$/.exec(line) ?? [];
    expect(resolve(SCENARIOS, path)).toBe(SCHEMA_FILE);
  },
);

test('the JSON Schema refuses what makes no sense whatever else there is', () => {
  const schema = JSON.stringify(scenarioJsonSchema());
  const has = (part: object): void => expect(schema).toContain(JSON.stringify(part).slice(1, -1));
  has({ dependentRequired: { within: ['until'] } });
  has({ dependentRequired: { think: ['users'] }, not: { required: ['users', 'arrivals'] } });
  const { properties } = wholeJsonSchema() as {
    properties: Record<string, { anyOf?: object[]; properties: Record<string, object> }>;
  };
  // A duration that is above 0 is never the number 0.
  expect(properties['timeout']!.anyOf).toEqual([expect.objectContaining({ type: 'string' })]);
  expect(properties['network']!.properties['jitter']).toMatchObject({
    anyOf: [{ type: 'string' }, { const: 0 }],
  });
  expect(properties['peers']!.properties['groups']).toMatchObject({ minItems: 1 });
  expect(properties['images']!.properties['place']).toMatchObject({ minProperties: 1 });
  expect(properties['matrix']).toMatchObject({ minProperties: 1 });
});
