/**
 * The reference page of the scenario language. Keys, values, defaults and meanings come from the schema,
 * figures from their list, suffixes from the units; only what concerns several of them is written here.
 * `docs/scenarios.md` is what this makes.
 */
import { FIGURES, type Figure } from './figures.ts';
import { NAME_PATTERN } from './schema/names.ts';
import { scenarioJsonSchema } from './schema/schema.ts';
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
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** One part of the page about one part of a file. */
interface Section {
  readonly title: string;
  /** Keys on the way from the whole file; lists are passed through. */
  readonly path: readonly string[];
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

const HEAD = `<!-- Made by packages/sim/src/scenario/reference.ts; renew it with: node packages/sim/test/scenario/renew-reference.ts -->

# Scenarios

A scenario is one YAML file that says everything about a run of the lab: who takes part, who knows whom at
the start, who has which images, what is asked, and what must hold at the end.

\`\`\`sh
npm run sim -- run scenarios/mesh-10.yaml      # run it
npm run sim -- check scenarios/*.yaml          # only look for mistakes; all are shown, each at its place
\`\`\`

The smallest one has a name, peers and a phase; everything else has a default:

\`\`\`yaml
name: smallest
peers: { count: 3 }
phases:
  - { name: discover, until: discovered }
\`\`\`

This one uses most keys. It shapes the network, so it is for the virtual runner:

\`\`\`yaml
name: two-kinds
description: Servers and visitors on a slow network. First the visitors ask at a steady rate, then ten users in turn.
seed: 7 # every random choice comes from it; the same seed, the same run
timeout: 60s # the run is cut there, and fails

peers:
  known: 64 # each keeps in touch with so many, if its group says nothing else
  groups:
    - { name: server, count: 5 } # server-1 to server-5
    - { name: visitor, count: 15, known: 19 } # visitor-1 to visitor-15

topology: { kind: random, degree: 3 } # each knows three others at the start

images:
  from: ../images # beside the folder that this file is in
  copies: 25% # each image starts on five of the twenty peers

network:
  latency: 20ms
  jitter: 5ms # up to so much on top
  bandwidth: 100Mbit
  loss: 0.1%
  segments: random

phases:
  - { name: discover, until: discovered, within: 20s } # every peer has reached every other
  - { name: warm-up, for: 1s, requests: { rate: 20/s }, measured: false }
  - name: steady
    for: 5s
    requests:
      rate: 50/s # due at this rate, whether or not earlier ones are answered
      arrivals: poisson
      popularity: { zipf: 0.9 } # a few images are asked for much more than most
      missing: 2% # names that no peer has
      from: visitor
  - { name: patient, for: 5s, requests: { users: 10, think: 200ms, from: [server, visitor] } }

expect:
  - discover.time <= 10s
  - requests.wrong == 0
  - requests.success >= 99%
  - steady.latency.p99 <= 5s
  - patient.throughput > 100kB/s
\`\`\`

In the tables below, **required** means that the part does not go without the key. *This or \`x\`* means that
exactly one of the two must be there. A dash is no default: the meaning says what holds without the key.

Editors that know JSON Schema complete and check the file with
[\`scenario.schema.json\`](scenario.schema.json). With the YAML extension of VS Code, put this on the first
line of a file in \`scenarios/\`:

\`\`\`text
# yaml-language-server: $schema=../docs/scenario.schema.json
\`\`\``;

const FILE_NOTES = [
  'Unknown keys are mistakes, and so are keys given twice. Anchors and aliases of YAML 1.2 work. The file is',
  'UTF-8 and at most 1 MiB. A *name* has lower-case letters, digits and single dashes between them, at most 64',
  'characters.',
  '',
  '**Paths.** A relative path starts at the folder of the scenario file, not where the command was typed. Of',
  'all keys only `images.from` is such a path; in `run`, write `{dir}` for that folder.',
];

const FOREIGN = `\`run\` starts any program that speaks [the protocol](protocol.md), once for each peer of the group:

\`\`\`yaml
name: with-others
peers:
  groups:
    - { name: ours, count: 4 }
    - name: other
      count: 2
      run: python3 {dir}/../scripts/plain-peer.py {port} --host 127.0.0.1 --peers {peers}
topology: { kind: full } # another program may learn of nobody by itself
phases:
  - { name: discover, until: discovered } # ours have reached all
  - { name: steady, for: 3s, requests: { rate: 10/s, from: [ours, other] } }
\`\`\`

| placeholder | becomes |
| --- | --- |
| \`{port}\` | the port that it must listen on, at 127.0.0.1 |
| \`{peers}\` | whom it knows at the start: \`127.0.0.1:20001,127.0.0.1:20002\`; empty for nobody |
| \`{images}\` | the folder with its images, as an absolute path |
| \`{dir}\` | the folder of the scenario file, as an absolute path |

The command is split at spaces; quotes keep words together. No shell reads it: no \`|\`, \`>\`, \`$HOME\` or \`*\`.
A command that begins with \`{\` or a quote must stand in YAML quotes: \`run: '"{dir}/my peer" {port}'\`. The program runs in
a new folder of its own with its images in \`images/\`, so name its file by \`{dir}\`, an absolute path, or a
name that is found on the \`PATH\`.

The program must:

1. listen on the port, serve the images of its folder as the protocol says, and within 20 s of its start answer
   \`HELLO\` (five bytes, no line end) with \`PEERS:\` and whom it knows, then close the connection;
2. read names of images from its standard input, one a line. The next one comes when the last is answered;
3. answer each on its standard output with a whole line that has the name in single quotes, and flush it.
   A line with \`SUCCESS\` says that it has the image, one with \`not found on any peer\` that nobody has. Other
   lines are passed over:

   \`\`\`text
   SUCCESS: Image 'cat.png' received and saved to 'images/received_cat.png'.
   ERROR: Image 'cow.png' not found on any peer.
   \`\`\`

4. have saved the whole image as \`images/received_NAME\`, a regular file, before it says \`SUCCESS\`; the lab takes
   its SHA-256;
5. run until it is killed. One that ends by itself fails the run, and the last line of its standard error is
   shown.

Other programs start after ours, one after the other, at most 99 in a run. They are not asked for names with
white space. The virtual runner cannot start them.`;

const SECTIONS: readonly Section[] = [
  { title: 'The file', path: [], after: FILE_NOTES },
  {
    title: 'Peers',
    path: ['peers'],
    after: ['There are at most a million peers in all.'],
  },
  {
    title: 'Groups',
    path: ['peers', 'groups'],
    before: [
      'No group is called `all`, or like a peer of another group. `known` is for our own peers only.',
    ],
    after: ['### Other programs', '', FOREIGN],
  },
  {
    title: 'Topology',
    path: ['topology'],
    after: [
      'Who is greeted learns of the greeter, and peers tell each other whom they know; so all are found in the end.',
      'A `full` topology has at most 5000 peers. Edges are names of peers: `edges: [[peer-1, peer-2], [peer-2, peer-3]]`.',
    ],
  },
  {
    title: 'Images',
    path: ['images'],
    after: [
      'An image that no peer could serve is a mistake: one that is empty, larger than 256 MiB, or has a name that the',
      'protocol refuses. `copies` and `place` exclude each other.',
    ],
  },
  {
    title: 'Network',
    path: ['network'],
    after: [
      'The other runners use real sockets, which they cannot shape: they refuse a scenario that sets any of these to',
      'something else than its default. [virtual.md](virtual.md) says what is simulated, and how.',
    ],
  },
  {
    title: 'Phases',
    path: ['phases'],
    after: [
      'A phase with `until` may have requests too; they end with it. When `until` did not come to hold, the later',
      'phases still run, since they still tell something. After the last phase the lab waits up to 10 s for answers',
      'that are under way.',
    ],
  },
  {
    title: 'Requests',
    path: ['phases', 'requests'],
    after: [
      'Nobody is made to ask for an image of their own, as long as there is somebody else. The same images are the',
      'popular ones in every phase. With `think`, users do not all begin in the same instant.',
    ],
  },
];

const EXPECT_HEAD = `Each line of \`expect\` is a figure, a comparison and a value. All must hold, or the run fails.

Comparisons: \`<\` \`<=\` \`==\` \`!=\` \`>=\` \`>\`.

| for example | says |
| --- | --- |
| \`requests.wrong == 0\` | nobody got a false answer in any measured phase |
| \`requests.success >= 99%\` | of the requests that could succeed, 99% did |
| \`steady.latency.p99 <= 250ms\` | in the phase \`steady\`, 99% of the answers came within 250 ms |
| \`steady.requests.rate > 90/s\` | in \`steady\`, more than 90 right answers came a second |
| \`steady.throughput >= 10MB/s\` | in \`steady\`, at least so many bytes of right images arrived a second |
| \`discover.time <= 5s\` | the phase \`discover\` took 5 s at most |
| \`discovery.complete == true\` | each of our peers has reached every other peer |
| \`discovery.messages < 5000\` | and they needed fewer messages than that |
| \`memory.peakRss <= 500MB\` | the run took no more memory |

A figure alone is that of the whole run: of all phases together that are \`measured\`. With the name of a phase
and a dot before it, it is that of this phase, measured or not. A figure that could not be taken, such as a
latency when nothing was answered, meets no expectation.

These are expected of every run without being written:

- no answer is wrong;
- no request fails, unless a line is about \`requests.success\`, \`requests.correct\` or \`requests.failed\`: then
  that line says how many may;
- every phase comes to its end in time, and no peer ends by itself.

### Figures

\`run\`: can be asked of the whole run. \`phase\`: can be asked of a phase.`;

const FIGURE_NOTES = `Counts are whole numbers without a unit. Latency counts from the moment a request was **due**, not from when
it was sent: what a peer is late with is part of it. Rates are of answers that came before the end of the
phase. Messages of discovery are those of our own peers; others do not tell. Memory is that of the lab, and
with the process runner also that of our peers.`;

const TAIL = `## Correct, wrong, excused, failed

The lab knows who has which image with which bytes, and follows which peers each peer has reached. So it can
say of every request how it came out:

| it is | when |
| --- | --- |
| correct | the right bytes came, or "not found" where nobody else has the image |
| wrong | other bytes came; or an owner that was up said that it has no such image, or answered with nothing, half an image or nonsense, even if somebody else delivered in the end; or the answer was "not found" without asking an owner that the asker knew all the time |
| excused | the asker could not know an owner: it keeps in touch with \`known\` others and none of them has the image, or it is another program, which does not tell whom it knows; or those owners were down |
| failed | everything else: no answer in time, a connection that broke, an owner not found yet |

Bytes are compared by SHA-256, never by length. Another program is taken to know those that it was started
with. When it does not get an image that one of them has, that is *failed*, not *wrong*: it cannot be seen
which of the two is at fault.

## Runners

\`sim run FILE --runner NAME\`:

| runner | what it does | \`network\` | \`run\` |
| --- | --- | --- | --- |
| \`loopback\` | the default: all our peers in one process, on real sockets and the real clock | no | yes |
| \`process\` | each peer is a process of its own, on real sockets and the real clock | no | yes |
| \`virtual\` | the same peers on a simulated clock and network; the same seed gives the same run, event by event; fit for a hundred thousand peers | yes | no |

A scenario that asks for what a runner cannot do is refused before the start, with exit code 2. A scenario
with both a shaped network and other programs is refused by all of them.

Several runners, such as \`--runner virtual,loopback\`, run the same plan one after the other, and a table says
what differs. \`--seed 8\` overrides the seed of the file. \`--seeds 1..200\` runs once for each seed (virtual
only).

## Exit codes

| code | meaning |
| --- | --- |
| 0 | everything that was expected holds |
| 1 | something that was expected does not hold; or several runners differ, or one of several seeds failed |
| 2 | the scenario or the command is wrong, or the runner cannot do what the scenario asks |
| 3 | the run could not be carried out: a peer did not start, or more than 10,000 requests were waiting at once; or the trace could not be written |
| 4 | the lab measured itself: only expectations about time or rates do not hold, and the lab was late; no verdict |
| 130 | it was interrupted (Ctrl-C) |

With several runners the highest code counts. \`--json FILE\` writes the result for programs
([schema](result.schema.json)).`;

/** The page, as Markdown. */
export function scenarioReference(): string {
  const root = scenarioJsonSchema() as JsonSchema;
  const parts = [
    HEAD,
    ...SECTIONS.map((section) => renderSection(section, root)),
    ['## Expectations', EXPECT_HEAD, figureTable(), FIGURE_NOTES].join('\n\n'),
    unitSection(),
    TAIL,
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderSection({ title, path, before, after }: Section, root: JsonSchema): string {
  const schema = follow(root, path);
  const intro =
    path.length === 0 ? '' : `The key ${code(path.join('.'))}. ${follow(root, path, true)}`;
  const table = tableOf(['key', 'value', 'default', 'meaning'], rowsOf(schema, path));
  const blocks = [`## ${title}`, intro, before?.join('\n'), table, after?.join('\n')];
  return blocks.filter((block) => block !== undefined && block !== '').join('\n\n');
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
    schema = next.items ?? next;
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
    // `until` and `popularity` are a word or a small map.
    ...(inner.anyOf ?? []).flatMap((each) => rowsOf(each, [...path, key], `${prefix}${key}.`)),
  ]);
}

/** A part with a section of its own is described there. */
function sectionLink(path: readonly string[]): string | undefined {
  if (path.join('.') === 'expect') return 'list, see [Expectations](#expectations)';
  const section = SECTIONS.find((each) => each.path.join('.') === path.join('.'));
  if (section === undefined) return undefined;
  const isList = section.title === 'Phases' || section.title === 'Groups';
  return `${isList ? 'list' : 'map'}, see [${section.title}](#${section.title.toLowerCase()})`;
}

function valueOf(schema: JsonSchema): string {
  const { type, anyOf, items, minimum } = schema;
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (schema.const !== undefined) return code(String(schema.const));
  if (anyOf?.some((each) => each.type === 'array')) return 'name or list of names';
  if (anyOf !== undefined) {
    // That a quantity may be 0 without a unit is said once, in the section about units.
    return anyOf
      .filter((each) => each.const !== 0)
      .map(valueOf)
      .join(' or ');
  }
  switch (type) {
    case 'integer':
      return `whole number from ${minimum ?? 0}`;
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return textValue(schema);
    case 'array':
      return items?.type === 'array' ? 'list of pairs of names' : 'list of names';
    case 'object':
      return schema.properties === undefined
        ? 'map: peer to list of images'
        : code(`{ ${Object.keys(schema.properties).join(', ')}: … }`);
    default:
      return type ?? '';
  }
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

function figureTable(): string {
  return tableOf(
    ['figure', 'value', 'of', 'meaning'],
    FIGURES.map(({ name, unit, scope, description }) => [
      code(name),
      figureValue(unit),
      scope === 'both' ? 'run, phase' : scope,
      description,
    ]),
  );
}

function figureValue(unit: Figure['unit']): string {
  if (unit === 'count') return 'count';
  if (unit === 'flag') return '`true`, `false`';
  return NOUNS[unit];
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

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
