/** What the reference page of scenarios says beside the keys and figures, which are made into tables. */

/** From the first line to the tables. */
export const HEAD: string = `<!-- Made by packages/sim/src/scenario/reference.ts; renew it with: node packages/sim/test/scenario/renew-reference.ts -->

# Scenarios

A scenario is one YAML file that says everything about a run of the lab: who takes part, who knows whom at
the start, who has which images, what is asked, and what must hold at the end. This page has all of it;
[Your first scenario](first-scenario.md) is the way in.

\`\`\`sh
npm run sim -- run scenarios/mesh-10.yaml      # run it
npm run sim -- check scenarios/*.yaml          # only look for mistakes; all are shown, each at its place
npm run sim -- plan scenarios/mesh-10.yaml     # who knows whom, who owns what, and what a run would need
npm run sim -- schema                          # the JSON Schema of the language, for editors
\`\`\`

The smallest one has a name, peers and a phase; everything else has a default:

\`\`\`yaml
name: smallest
peers: { count: 3 }
phases:
  - { name: discover, until: discovered }
\`\`\`

This one uses most keys. It spoils a disk, so it is for the runners \`loopback\` and \`virtual\`:

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

faults: # times count from the start of a phase, or of the first one
  - { at: steady+1s, for: 2s, partition: [[server-1..server-2], [server-3..server-5, visitor]] }
  - { at: steady+2s, kill: any 2 of visitor, restart: 500ms, files: keep }
  - { at: patient, for: 3s, link: { from: server, to: visitor-1, latency: 300ms, loss: 1% } }
  - { at: patient+1s, for: 2s, disk: { of: server-4, slow: 100ms } }

expect:
  - discover.time <= 10s
  - requests.wrong == 0
  - requests.success >= 99%
  - steady.latency.p99 <= 15s
  - patient.throughput > 100kB/s
\`\`\`

In the tables below, **required** means that the part does not go without the key. *This or \`x\`* means that
exactly one of them must be there. A dash is no default: the meaning says what holds without the key.

Editors complete and check the file with the JSON Schema of the language, which \`sim schema\` prints and
[\`scenario.schema.json\`](scenario.schema.json) is. They find it by this line at the top of the file:

\`\`\`text
# yaml-language-server: $schema=../docs/scenario.schema.json
\`\`\`

That line works with the YAML extension of VS Code, with every other editor that uses the YAML language server,
and in the IDEs of JetBrains. A key \`$schema\` in its place is understood by fewer of them. The lab looks at
neither.`;

/** Behind the keys of the file. */
export const FILE_NOTES: readonly string[] = [
  'Unknown keys are mistakes, and so are keys given twice. Anchors and aliases work; `<<`, which merged maps in',
  'YAML 1.1, does not. The file is UTF-8 and at most 1 MiB. A *name* has lower-case letters, digits and single',
  'dashes between them, at most 64 characters.',
  '',
  '**Paths.** A relative path starts at the folder of the scenario file, not where the command was typed. Of',
  'all keys only `images.from`, `extends` and `trace` of churn are such a path; in `run`, write `{dir}` for that',
  'folder.',
];

/** What one file takes from another, and what it varies. */
export const VARIATIONS: string = `## Files that extend others

\`extends: other.yaml\` begins with everything that the other file says, its *base*. What this file says is added to
it: maps are merged key by key, lists and single values take the place of those of the base. A key with nothing
behind it takes away what the base has. The base may extend a third file, and so on.

\`\`\`text
extends: mesh-10.yaml
name: mesh-in-groups
peers: { count:, groups: [{ name: near, count: 5 }, { name: far, count: 5 }] }   # no count any more
network: { latency: 80ms }                                                       # the rest as it is there
\`\`\`

A relative path in a base starts at the folder of the base, and \`{dir}\` in its \`run\` is that folder. A mistake is
shown in the file in which it stands.

## A matrix of runs

\`matrix\` lists values for some parameters. Each combination of them is a *cell*, a scenario of its own:

\`\`\`yaml
name: sizes
peers: { count: 5 }
phases:
  - { name: discover, until: discovered }
  - { name: steady, for: 2s, requests: { rate: 20/s } }
expect:
  - steady.latency.p99 <= 2s
matrix:
  peers.count: [5, 10]
  network.loss: [0, 2%]
  phases.steady.requests.rate: [20/s, 50/s]
\`\`\`

These are eight runs, from \`sizes [peers.count=5, network.loss=0, phases.steady.requests.rate=20/s]\` on; the last
parameter changes fastest. A parameter is the path to a value, which need not be in the file. An item of a list is
named by its \`name\`, as \`steady\` is here, or by its number from 1, as in \`faults.1.for\`. A value can be anything
that may stand there, also a list or a map. A matrix has at most 1,000 cells; \`name\` and \`extends\` are the same in
all of them. All cells are checked before the first one runs. A mistake that only some cells have is shown at the
values that make it.

\`sim run\` runs the cells, on the virtual runner several at once, prints the verdict on each and one table of all, and ends with the
highest exit code of any. \`--json out.json\` writes the result of each cell to a file of its own: \`out.1.json\`,
\`out.2.json\` and so on; the same with \`--trace\`. \`--cell 3\` runs the third cell alone, as if it were the scenario,
and so with all other options; \`--seeds\`, \`--check-determinism\` and several runners are for one scenario, so they
need it.`;

/** How a program that is not ours takes part. */
export const FOREIGN: string = `\`run\` starts any program that speaks [the protocol](protocol.md), once for each peer of the group:

\`\`\`yaml
name: with-others
peers:
  groups:
    - { name: ours, count: 4 }
    - name: other
      count: 2
      run: python3 {dir}/../scripts/plain-peer.py {port} --host {host} --peers {peers}
topology: { kind: full } # another program may learn of nobody by itself
phases:
  - { name: discover, until: discovered } # ours have reached all
  - { name: steady, for: 3s, requests: { rate: 10/s, from: [ours, other] } }
\`\`\`

| placeholder | becomes |
| --- | --- |
| \`{host}\` | the IP address that it must listen on: 127.0.0.1, on \`docker\` that of this machine for containers |
| \`{port}\` | the port that it must listen on |
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
white space. The virtual runner cannot start them.

With \`image\` the program is a container of that image, on the docker runner alone, and \`run\` is what it is told:

\`\`\`yaml
name: with-images
peers:
  groups:
    - { name: ours, count: 4 }
    - name: theirs
      count: 2
      image: someone/peer:1.0
      run: '{port} --host {host} --peers {peers} --images {images}'
topology: { kind: full }
phases:
  - { name: discover, until: discovered }
\`\`\`

It has an address and a port of its own, and its images are in \`{images}\`, which is \`images\` in the folder that it starts in. Links
of such peers can be spoilt like those of ours. What a program must do holds for it too.`;

/** A scenario with most of what there is of images and requests. */
export const WORKLOAD_EXAMPLE: string = `\`\`\`yaml
name: rush-hour
description: Two hundred pictures, the popular ones on many seeders, and more and more people who want them.
peers:
  groups:
    - { name: seeder, count: 8 }
    - { name: leech, count: 24 }
images:
  generate:
    count: 200
    kind: mixed
    size: { lognormal: { median: 100KiB, sigma: 1 } }
  copies: { mean: 2, zipf: 0.9 } # the most popular ones are on all eight seeders, most on one
  owners: seeder
phases:
  - { name: discover, until: { known: 20 } }
  - name: rush
    for: 6s
    requests:
      - ramp: [5/s, 50/s]
        popularity: { zipf: 0.9 }
        from: { leech: 3, seeder: 1 } # three of four
      - { users: 10, think: { exponential: 500ms }, missing: 10%, from: leech }
  - name: waves
    for: 4s
    requests: { steps: [40/s, 5/s, 40/s, 5/s], arrivals: constant }
\`\`\``;

/** All that `network.latency` can be but the same on every link. */
export const LATENCY_EXAMPLE: string = `\`\`\`yaml
name: two-shores
description: Two continents, in each of which some links are longer than others, and a ship that is far from all.
peers:
  groups: [{ name: europe, count: 4 }, { name: america, count: 3 }, { name: ship, count: 1 }]
network:
  jitter: 2ms
  latency: # or { uniform: [10ms, 40ms] } for all links
    between:
      europe: { europe: { normal: { mean: 12ms, deviation: 4ms } }, america: { uniform: [40ms, 60ms] } }
      america: { america: { normal: { mean: 20ms, deviation: 8ms } } }
      ship: { europe: 300ms }
    otherwise: 350ms
phases:
  - { name: steady, for: 10s, requests: { rate: 5/s } }
\`\`\``;

/** Behind everything that is made of the schema. */
export const TAIL: string = `## Correct, wrong, excused, failed

The lab knows who has which image with which bytes, and follows which peers each peer has reached. So it can
say of every request how it came out:

| it is | when |
| --- | --- |
| correct | the right bytes came, or "not found" where nobody else has the image |
| wrong | other bytes came; or an owner that was up said that it has no such image, or answered with nothing, half an image or nonsense, even if somebody else delivered in the end; or the answer was "not found" without asking an owner that the asker knew all the time; or a misbehaving owner's "not found" was believed |
| excused | the asker could not know an owner: it keeps in touch with \`known\` others and none of them has the image, or it is another program, which does not tell whom it knows; or those owners were down, or are all made to misbehave; or another fault was in the way, of the asker, of the owners or of the links between them |
| failed | everything else: no answer in time, a connection that broke, an owner not found yet |

A link that adds 100 ms at most excuses nothing. One that is slower, or has less bandwidth, excuses no other
bytes and no denial; one that breaks off no other bytes. A \`network\` whose \`segments\` bring the bytes of one name a
second apart (\`jitter\`, or its bandwidth beside it) excuses denials, and nothing else.

Bytes are compared by SHA-256, never by length. Another program is taken to know those that it was started
with. When it does not get an image that one of them has, that is *failed*, not *wrong*: it cannot be seen
which of the two is at fault.

## Runners

\`sim run FILE --runner NAME\`:

| runner | what it does | \`network\` | \`run\` |
| --- | --- | --- | --- |
| \`loopback\` | the default: all our peers in one process, on real sockets and the real clock | yes | yes |
| \`process\` | each peer is a process of its own, on real sockets and the real clock | yes | yes |
| \`docker\` | each peer is a container of what is shipped (\`npm run image\`), on a network of the run; see [docker.md](docker.md) | yes | yes, and \`image\` |
| \`swarm\` | the same on all hosts of a Docker swarm, with an agent on each; peers of ours only; see [swarm.md](swarm.md) | no | no |
| \`virtual\` | the same peers on a simulated clock and network; the same seed gives the same run, event by event; fit for a hundred thousand peers | yes | no |

A scenario that asks for what a runner cannot do is refused before the start, with exit code 2. A scenario
with both a shaped network and other programs is refused by all of them, but where they are containers (\`image\`).

| fault | \`loopback\` | \`process\` | \`docker\` | \`swarm\` | \`virtual\` |
| --- | --- | --- | --- | --- | --- |
| \`kill\`, \`stop\`, \`churn\` | yes | yes | yes | yes | yes |
| \`pause\` | no | not of peers that misbehave | not of peers that misbehave | yes | yes |
| \`link\`, \`partition\`, \`vanish\` | not among other programs | not among other programs | not among other programs, or peers that misbehave | no | yes |
| \`disk\` | not of other programs | no | no | no | yes |
| \`clock\` | no | no | no | no | yes |

On real sockets a shaped network and the faults of links act in a relay that every connection between peers then goes
through. For it each peer has a loopback address of its own, 127.64.0.1 and so on, as Linux has them; on \`docker\` it has its container's. The system takes a
call before the relay knows of it: one that would hang looks like one that is taken and not answered. The pieces of
\`segments\` are written one by one, but the system joins those that wait for a reader who is late. The disk of a peer is
spoilt where the peer asks its folder; the files themselves are left as they are.

On \`loopback\` many peers share the files and the processor of one process. At most 256 of their connections wait for
an answer at once; others are dialled later, which counts against nobody's deadline. Peers that would make more than
2,000 greetings a second in all to keep in touch (from 1,334 on when each knows 30 others) greet less often, and believe
one another for as much longer; from 2,001 on each has fewer than eight greetings under way. On both runners with real
sockets 1,000 peers and more have a loopback address each, where the system has them.

Several runners, such as \`--runner virtual,loopback\`, run the same plan one after the other, and a table says
what differs. \`--seed 8\` overrides the seed of the file. \`--seeds 1..200\` runs once for each seed (virtual
only).

## Repetitions

\`--repeat 10\` runs a scenario ten times, one run after the other, and then shows for each figure the median, the
interval that holds the true median with 95% confidence (from six runs on), the smallest and the largest
value, and how many runs passed. On real sockets every run has the same seed and so the same plan: what differs is what
the machine does. In the virtual world the same seed is the same run, so there the runs have the seed, the next
one, and so on; \`--seeds\` does the same on all cores. All runs are in one process, so that what one leaves in memory
counts in \`memory.peakRss\` of the next. Each cell of a matrix is repeated for itself. The highest exit code of any
run counts. \`--json FILE\` writes all runs and what they have in common ([schema](runs.schema.json)).

## When the lab is the bottleneck

The lab watches itself while it runs: how late its timers ring, whether its event loop and the processors of the machine
ever rest, whether it has files left. A run in which something does not hold is \`harness-bound\` instead of failed when
the lab may have caused all of that, in the very phases that it was measured in:

| what does not hold | is explained by |
| --- | --- |
| a latency | timers that were late by more than 2 ms, a fifth of it and a tenth of what is too much (half of the time for \`p50\`, a tenth for \`p90\`, once for the others); a lab or a machine without rest in most of the phase; no files left |
| a rate, a throughput | timers that were late by more than 100 ms, and for as much of the time as is missing of the rate; the rest as above |
| the time of a phase or of discovery, an \`until\` that did not come to hold | the same as a latency, but for a machine without rest |
| requests without an answer, \`requests.success\` | a stall of 5 s, after which peers give one another up; no files left |
| requests that were still open when the run ended | the same; a lab or a machine without rest in most of a phase from theirs on |
| everything else: wrong answers, crashes, counts | nothing |

The reasons then begin with what bound the lab. \`harness.bounds\` of the result has that also of runs that passed.
More than 10,000 requests at once are more than the lab can watch: the run ends, \`harness-bound\`.

## Plans

\`sim plan FILE\` shows what a run would be, without running anything: who knows whom, with the figures of that graph; who
owns what; the phases, and how many requests are due in them; the peers that were drawn for faults; and what
each runner needs in ports, files, folders, memory and time, or why it refuses. All but the needs, which are
estimates, is settled by the seed (\`--seed 8\`). \`--full\` shows every peer, not only the first 20. \`--dot FILE\`
writes who knows whom for Graphviz, \`--json FILE\` all of it for programs.

## Exit codes

| code | meaning |
| --- | --- |
| 0 | everything that was expected holds |
| 1 | something that was expected does not hold; or several runners differ, or one of several seeds failed |
| 2 | the scenario or the command is wrong, or the runner cannot do what the scenario asks |
| 3 | the run could not be carried out: a peer did not start; or the result or the trace could not be written |
| 4 | the lab measured itself: all that does not hold may be its own doing, and the reasons begin with what bound it; no verdict |
| 130 | it was interrupted (Ctrl-C) |

With several runners, runs or cells of a matrix, the highest code counts. \`--json FILE\` writes the result for programs
([schema](result.schema.json)).`;
