import { expect, test } from 'vitest';
import { scenarioJsonSchema } from '../../src/scenario/schema/schema.ts';

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
    required: ['name', 'peers', 'phases'],
    properties: {
      timeout: { default: '60s' },
      topology: { default: { kind: 'ring' }, additionalProperties: false },
      images: { properties: { copies: { default: 2 }, from: { default: '../images' } } },
    },
  });
});
