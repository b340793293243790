/** A part of a JSON Schema. */
type JsonSchema = Readonly<Record<string, unknown>>;
type Properties = Readonly<Record<string, JsonSchema>>;

/** Keys that a file with a base must have something behind, or that never come from a base. */
const NEVER_NOTHING: ReadonlySet<string> = new Set(['name', 'extends', '$schema']);

/**
 * The keys of a map, each of which may have nothing behind it: that takes away what the base of a file has.
 * Items of lists are replaced as a whole, so their keys stay as they are.
 */
export function orNothing(properties: Properties): Record<string, JsonSchema> {
  const keys = Object.entries(properties);
  return Object.fromEntries(
    keys.map(([key, schema]) => [key, NEVER_NOTHING.has(key) ? schema : schemaOrNothing(schema)]),
  );
}

/** The same keys, none of which has nothing behind it: the rule for files without a base. */
export function neverNothing(properties: Properties): Record<string, JsonSchema> {
  const keys = Object.entries(properties).filter(([key]) => !NEVER_NOTHING.has(key));
  return Object.fromEntries(
    keys.map(([key, schema]) => {
      const inner = schema['properties'] as Properties | undefined;
      const own = { not: { type: 'null' } };
      return [key, inner === undefined ? own : { ...own, properties: neverNothing(inner) }];
    }),
  );
}

function schemaOrNothing(schema: JsonSchema): JsonSchema {
  const { type, properties, anyOf } = schema;
  const words = schema['enum'] as readonly unknown[] | undefined;
  return {
    ...schema,
    ...(typeof type === 'string' && { type: [type, 'null'] }),
    ...(words !== undefined && { enum: [...words, null] }),
    ...(anyOf !== undefined && { anyOf: [...(anyOf as JsonSchema[]), { type: 'null' }] }),
    ...(properties !== undefined && { properties: orNothing(properties as Properties) }),
  };
}
