/**
 * The reference page of the scenario language. Keys, values, defaults and meanings come from the schema,
 * figures from their list, suffixes from the units; only what concerns several of them is written here.
 * `docs/scenarios.md` is what this makes.
 */
import { behaviorReference } from '../behavior/reference.ts';
import { DISTRIBUTIONS } from './check-distribution.ts';
import { code, tableOf } from './markdown.ts';
import { expectationsReference } from './reference-expectations.ts';
import {
  FILE_NOTES,
  FOREIGN,
  HEAD,
  LATENCY_EXAMPLE,
  TAIL,
  VARIATIONS,
  WORKLOAD_EXAMPLE,
} from './reference-text.ts';
import { FAULTS_NOTES } from './reference-faults.ts';
import { topologyReference } from './reference-topology.ts';
import { NAME_PATTERN } from './schema/names.ts';
import { wholeJsonSchema } from './schema/schema.ts';
import { examplesOf, patternOf, type Unit } from './units.ts';

/** As much of a JSON Schema as the language uses. */
interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly examples?: readonly string[];
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  /** Of a map whose keys are names: what stands behind each. */
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** One part of the page about one part of a file. */
interface Section {
  readonly title: string;
  /** Keys on the way from the whole file; lists are passed through. */
  readonly path: readonly string[];
  /** What the value is; a map, if nothing is said. */
  readonly value?: string;
  /** Instead of the key and its description. */
  readonly intro?: string;
  /** Between the description and the table. */
  readonly before?: readonly string[];
  /** Behind the table. */
  readonly after?: readonly string[];
}

const NOUNS: Readonly<Record<Unit, string>> = {
  time: 'duration',
  bytes: 'size',
  bytesPerSecond: 'bandwidth',
  rate: 'rate',
  share: 'percentage',
};

const UNIT_NOTES: Readonly<Record<Unit, string>> = {
  time: 'The smallest step is 1us. `m` is a minute, as is `min`; `d` is a day.',
  bytes: '`kB`, `KB` = 1000 bytes, `KiB` = 1024 bytes, and so on.',
  bytesPerSecond: '`Mbit` and `Mbit/s` are the same: a million bits a second.',
  rate: 'A second, a minute, an hour.',
  share: 'From 0% to 100%.',
};

const SECTIONS: readonly Section[] = [
  { title: 'The file', path: [], after: FILE_NOTES },
  {
    title: 'Peers',
    path: ['peers'],
    after: ['There are at most a million peers in all.'],
  },
  {
    title: 'Groups',
    value: 'list',
    path: ['peers', 'groups'],
    before: [
      'No group is called `all`, or like a peer of another group. `known` is for our own peers only.',
    ],
    after: [
      '### Other programs',
      '',
      FOREIGN,
      '',
      '### Misbehaving peers',
      '',
      behaviorReference(),
    ],
  },
  {
    title: 'Topology',
    path: ['topology'],
    after: [topologyReference()],
  },
  {
    title: 'Images',
    path: ['images'],
    after: [
      'An image that no peer could serve or take in is a mistake: one that is empty, larger than 256 MiB, visibly cut',
      'off, or has a name that the protocol refuses. None of `copies`, `owners` and `differing` goes with `place`.',
    ],
  },
  {
    title: 'Generated images',
    path: ['images', 'generate'],
    after: [
      'The pictures are real ones that every program can show: PNGs with broad grainy waves, JPEGs with grainy tiles.',
      'Their bytes depend on the seed and on their number alone. The virtual runner makes a picture when somebody looks',
      'at it, the others write all of them into the folders of the peers. This has most of what there is of images and',
      'of requests:',
      '',
      WORKLOAD_EXAMPLE,
    ],
  },
  {
    title: 'Distributions',
    path: ['images', 'generate', 'size'],
    intro:
      'A quantity that can be drawn stands alone, and is the same always, or is a map with one of these keys: `size: { lognormal: { median: 300KiB, sigma: 1 } }`, `think: { exponential: 2s }`.',
    before: [
      'The table is that of sizes; for `think` and other times the quantities are durations.',
    ],
  },
  {
    title: 'Network',
    path: ['network'],
    after: [
      'A link has one latency for the whole run, both ways, drawn from the seed and the numbers of its two peers: the same',
      'in every world, and shown by `sim plan`. Only jitter is drawn anew for each piece of a stream. Without `otherwise`',
      'a map `between` has all pairs of groups, a group of several peers with itself too:',
      '',
      LATENCY_EXAMPLE,
      '',
      'On real sockets a relay in the path of every connection does the same; with other programs among the peers it',
      'cannot, and the run is refused. [virtual.md](virtual.md) says what is simulated, and how.',
    ],
  },
  {
    title: 'Phases',
    value: 'list',
    path: ['phases'],
    after: [
      'A phase with `until` may have requests too; they end with it. When `until` did not come to hold, the later',
      'phases still run, since they still tell something. After the last phase the lab waits up to 45 s for answers',
      'that are under way.',
    ],
  },
  {
    title: 'Requests',
    path: ['phases', 'requests'],
    value: 'map or list of maps',
    after: [
      'Nobody is made to ask for an image of their own, as long as there is somebody else in the groups that ask. The',
      'same images are the popular ones in every phase and for `copies` by popularity. With `think`, users do not all',
      'begin in the same instant. `ramp` and `steps` need a phase with `for`. Several streams do not wait for one',
      'another; a warm-up is a phase of its own, with `measured: false`. To ask from outside, add a group of one peer,',
      '`{ name: lab, count: 1 }`, name the other groups as `owners` of the images, and write `from: lab`.',
    ],
  },
  { title: 'Faults', value: 'list', path: ['faults'], after: [FAULTS_NOTES] },
];

/** The page, as Markdown. */
export function scenarioReference(): string {
  const root = wholeJsonSchema() as JsonSchema;
  const parts = [
    HEAD,
    ...SECTIONS.map((section) => renderSection(section, root)),
    expectationsReference(),
    VARIATIONS,
    unitSection(),
    TAIL,
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderSection(section: Section, root: JsonSchema): string {
  const { title, path, before, after } = section;
  const schema = follow(root, path);
  const intro = section.intro ?? introOf(path, root);
  const table = tableOf(['key', 'value', 'default', 'meaning'], rowsOf(schema, path));
  const blocks = [`## ${title}`, intro, before?.join('\n'), table, after?.join('\n')];
  return blocks.filter((block) => block !== undefined && block !== '').join('\n\n');
}

function introOf(path: readonly string[], root: JsonSchema): string {
  return path.length === 0 ? '' : `The key ${code(path.join('.'))}. ${follow(root, path, true)}`;
}

/** The map at the end of the path, inside its list where it is one; or the description of the key itself. */
function follow(root: JsonSchema, path: readonly string[]): JsonSchema;
function follow(root: JsonSchema, path: readonly string[], asText: true): string;
function follow(root: JsonSchema, path: readonly string[], asText = false): JsonSchema | string {
  let schema = root;
  let text = root.description ?? '';
  for (const key of path) {
    const next = schema.properties?.[key];
    if (next === undefined) throw new Error(`the schema has no ${path.join('.')}`);
    text = next.description ?? '';
    schema = mapsIn(next)[0] ?? next;
  }
  return asText ? text : schema;
}

function rowsOf(schema: JsonSchema, path: readonly string[], prefix = ''): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    [
      code(prefix + key),
      sectionLink([...path, key]) ?? valueOf(inner),
      defaultOf(schema, key, inner),
      inner.description ?? '',
    ],
    ...innerRows(inner, [...path, key], `${prefix}${key}.`),
  ]);
}

/** The keys of small maps, such as those of `until`, stand below the key that they are behind. */
function innerRows(schema: JsonSchema, path: readonly string[], prefix: string): string[][] {
  if (sectionOf(path) !== undefined || CHAPTERS[path.join('.')] !== undefined) return [];
  return mapsIn(schema).flatMap((each) => rowsOf(withoutDistributions(each), path, prefix));
}

/** The maps with known keys that a value is, can be, or is a list or map of. */
function mapsIn(schema: JsonSchema): JsonSchema[] {
  if (schema.properties !== undefined) return [schema];
  const { anyOf = [], items, additionalProperties } = schema;
  const inside = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  const all = [...anyOf, ...(items === undefined ? [] : [items]), ...inside].flatMap(mapsIn);
  // A map, or a list of such maps.
  const known = new Map(all.map((each) => [Object.keys(each.properties ?? {}).join(), each]));
  return [...known.values()];
}

/** Distributions are described once for all quantities that can be drawn. */
function withoutDistributions(schema: JsonSchema): JsonSchema {
  if (!isDistribution(schema)) return schema;
  const kinds: readonly string[] = DISTRIBUTIONS;
  const others = Object.entries(schema.properties ?? {}).filter(([key]) => !kinds.includes(key));
  return { ...schema, properties: Object.fromEntries(others) };
}

function isDistribution({ properties }: JsonSchema): boolean {
  return properties?.['lognormal'] !== undefined;
}

function sectionOf(path: readonly string[]): Section | undefined {
  return SECTIONS.find((each) => each.path.join('.') === path.join('.'));
}

/** Keys whose values are described somewhere else. */
const CHAPTERS: Readonly<Record<string, string>> = {
  expect: 'list, see [Expectations](#expectations)',
  extends: 'path, see [Files that extend others](#files-that-extend-others)',
  matrix: 'map, see [A matrix of runs](#a-matrix-of-runs)',
  'network.latency.between':
    'map: group to map: group to [duration](#units) or [distribution](#distributions)',
  'topology.inside': 'map: group to topology, all but `groups`',
};

/** A part with a section of its own is described there. */
function sectionLink(path: readonly string[]): string | undefined {
  const chapter = CHAPTERS[path.join('.')];
  if (chapter !== undefined) return chapter;
  const section = sectionOf(path);
  if (section === undefined || section.title === 'Distributions') return undefined;
  const anchor = section.title.toLowerCase().replaceAll(' ', '-');
  return `${section.value ?? 'map'}, see [${section.title}](#${anchor})`;
}

function valueOf(schema: JsonSchema): string {
  const { type, anyOf, items, minimum } = schema;
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (schema.const !== undefined) return code(String(schema.const));
  if (isDistribution(schema)) return '[distribution](#distributions)';
  if (anyOf !== undefined) {
    // That a quantity may be 0 without a unit is said once, in the section about units.
    const values = anyOf.filter((each) => each.const !== 0).map(valueOf);
    // Text that can as well be a list is a name.
    const hasList = values.includes('list of names');
    return values.map((each) => (hasList && each === 'text' ? 'name' : each)).join(' or ');
  }
  switch (type) {
    case 'integer':
      return `whole number from ${minimum ?? 0}`;
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return textValue(schema);
    case 'array':
      return listValue(items);
    case 'object':
      return mapValue(schema);
    default:
      return type ?? '';
  }
}

function listValue(items: JsonSchema = {}): string {
  if (items.type === 'array') return 'list of pairs of names';
  return `list of ${valueOf(items).replace(/^text\b/, 'names')}`;
}

function mapValue({ properties, additionalProperties }: JsonSchema): string {
  if (properties !== undefined) return code(`{ ${Object.keys(properties).join(', ')}: … }`);
  return typeof additionalProperties === 'object'
    ? `map: name to ${valueOf(additionalProperties)}`
    : 'map';
}

function textValue({ pattern, examples }: JsonSchema): string {
  if (pattern === undefined) return 'text';
  if (pattern === NAME_PATTERN.source) return 'name';
  const unit = unitsInOrder().find((each) => patternOf(each) === pattern);
  if (unit === undefined) throw new Error(`no unit has the pattern ${pattern}`);
  return `[${NOUNS[unit]}](#units) such as ${code(examples?.[0] ?? '')}`;
}

function defaultOf(parent: JsonSchema, key: string, { default: value }: JsonSchema): string {
  if (parent.required?.includes(key)) return '**required**';
  const rivals = (parent.oneOf ?? []).flatMap((each) => each.required ?? []);
  if (rivals.includes(key)) {
    return `this or ${rivals
      .filter((each) => each !== key)
      .map(code)
      .join(', ')}`;
  }
  if (value === undefined) return '–';
  const written = inYaml(value);
  return written === '{  }' ? 'its defaults' : code(written);
}

/** A default as one would write it. */
function inYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${inYaml(inner)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  return value === '' ? "''" : String(value);
}

function unitSection(): string {
  const rows = unitsInOrder().map((unit) => [
    NOUNS[unit],
    examplesOf(unit).map(code).join(', '),
    suffixesOf(unit).map(code).join(' '),
    UNIT_NOTES[unit],
  ]);
  return [
    '## Units',
    'A quantity is a number and its unit, with at most one space between them. 0 needs no unit; every other bare\n' +
      'number is a mistake.',
    tableOf(['quantity', 'for example', 'units', ''], rows),
  ].join('\n\n');
}

/** The pattern of a unit ends in its suffixes: `(ms|s)$`. */
function suffixesOf(unit: Unit): string[] {
  return /\(([^()]+)\)\$$/.exec(patternOf(unit))?.[1]?.split('|') ?? [];
}

function unitsInOrder(): Unit[] {
  return Object.keys(NOUNS) as Unit[];
}
