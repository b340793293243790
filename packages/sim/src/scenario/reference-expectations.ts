/** The part of the reference page about expectations: how they are written, and every figure. */
import { FIGURES, type Figure } from './figures.ts';
import { code, tableOf } from './markdown.ts';
import { nounOf } from './units.ts';

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

A figure alone is that of the whole run: of all phases together that are \`measured\`. A figure that could not be
taken, such as a latency when nothing was answered, meets no expectation. One that can never hold, such as
\`requests.wrong < 0\`, \`latency.p50 > latency.p99\` or \`healed.discovery.time\` without faults, is a mistake. With a
\`matrix\` it is one if it can hold in no cell; in a cell where it cannot hold it is not met.

### Parts of a run

A figure can be narrowed down: \`[phase.][group.][peer.]figure\`, in this order, each part as needed. A phase is
meant whether it is measured or not. The figures of a group or of a peer are those of what these peers **ask
for**, not of what they serve.

| for example | says |
| --- | --- |
| \`visitor.latency.p99 <= 1s\` | what the peers of the group \`visitor\` asked for came in time |
| \`steady.visitor.requests.success >= 99%\` | in the phase \`steady\`, those got nearly all that they asked for |
| \`visitor-3.requests.wrong == 0\` | this one got no false answer |
| \`all-groups.requests.success >= 99%\` | each group, looked at alone, got nearly all |
| \`any-group.throughput >= 10MB/s\` | at least one group was so fast |
| \`all-phases.latency.p99 <= 1s\` | no phase was slow, none is hidden behind the others |
| \`steady.visitor.all-peers.requests.success >= 90%\` | in \`steady\`, no peer of the group \`visitor\` was left out |
| \`all-phases.any-group.requests.rate >= 5/s\` | in each phase there was a group, not always the same, that got so many answers |
| \`all-peers.known >= 10\` | at the end each of our peers knew ten others |

\`all-phases\`, \`all-groups\` and \`all-peers\` stand for each of them, \`any-phase\`, \`any-group\` and \`any-peer\`
for at least one; no phase and no group is called so. Behind a group, peers are those of the group. The report
names the one that decided: the worst where all must hold, the best where one is enough. Parts of which nothing
was asked do not count for success, rates, latency and throughput, nor do programs that tell nothing of
themselves; if no other is left, the figure could not be taken.

### Other figures as the value

Instead of a value, or added to it, there can be figures of the same kind, each so many times:

| for example | says |
| --- | --- |
| \`steady.latency.p99 <= 3 * warm-up.latency.p99\` | it did not become three times as slow |
| \`steady.latency.p99 <= warm-up.latency.p99 + 10ms\` | or not more than 10 ms slower |
| \`visitor.requests.rate >= 80% * server.requests.rate\` | visitors got nearly as many answers |
| \`requests.failed <= 1% * requests.due\` | one in a hundred may fail |
| \`requests.excused <= 20% * requests.due\` | four in five could succeed in spite of the faults |
| \`attempts <= 3 * requests.correct\` | a right answer took three peers that were asked, on average |
| \`duplicate.images <= 10% * requests.correct\` | one right answer in ten, at most, was of an image that the asker had |

\`+\` and \`-\` stand between spaces. A number or a percentage stands before \`*\`, or behind it. The figures on the
right are of one part of the run each, without \`all-\` and \`any-\`. When one of them could not be taken, the
expectation does not hold.

### Without being written

These are expected of every run:

- no answer is wrong, unless a line about \`requests.wrong\` allows some, as in a mesh with liars; with the name of
  a phase or a group it allows them in that phase, or to the peers of that group, only;
- no request fails, unless a line is about \`requests.success\`, \`requests.correct\` or \`requests.failed\`: then
  that line says how many may;
- every phase comes to its end in time, and no peer ends by itself;
- nothing is left behind, unless a line is about \`left.behind\`: then that line says by how many peers.

When a run is over, its figures taken, all peers of ours that are up are told to end. In the virtual world each
then has as long as its own limits can keep anything alive, whatever others do meanwhile, and must have no
connection open, no caller, greeting, fetch or deadline left. Where there are more than 10,000 peers it is not
looked for that. On real sockets a peer must end within 20 s, and its folder must hold no half-written file,
but for those that it was just writing when a fault killed it.

### Figures

\`run\`: can be asked of the whole run; \`phase\`: of a phase. \`group\` and \`peer\`: can be narrowed down to a group or
to a single peer.`;

const FIGURE_NOTES = `Counts are whole numbers without a unit. Latency counts from the moment a request was **due**, not from when
it was sent: what a peer is late with is part of it. Rates are of answers that came before the end of the
phase. Messages are those of our own peers; others do not tell. Memory is that of the lab, and with the process
runner also that of our peers.

A peer can know all others, or as many as its \`known\` says: \`discovery.time50\` and the like are of what can be
known at once, while \`discovery.time\`, \`discovery.complete\` and \`discovery.reached\` are of all pairs and wait for
ever where \`known\` is smaller. For \`discovery.components\` other programs join those that know them, a peer
that misbehaves joins nobody. Bytes are those of images that arrived whole: what a broken attempt carried is not told.
\`duplicate\` counts images, also when the workload itself asked again for what the peer had.`;

/** The section, as Markdown. */
export function expectationsReference(): string {
  return ['## Expectations', EXPECT_HEAD, figureTable(), FIGURE_NOTES].join('\n\n');
}

function figureTable(): string {
  return tableOf(
    ['figure', 'value', 'of', 'meaning'],
    FIGURES.map((figure) => [
      code(figure.name),
      figureValue(figure.unit),
      ownersOf(figure),
      figure.description,
    ]),
  );
}

function ownersOf({ scope, of }: Figure): string {
  const parts = [...(scope === 'both' ? ['run', 'phase'] : [scope]), ...of];
  // Of single peers alone: neither the run nor a phase as a whole has it.
  const shown = of.includes('all') ? parts : of;
  return shown.filter((part) => part !== 'all').join(', ');
}

function figureValue(unit: Figure['unit']): string {
  if (unit === 'count') return 'count';
  if (unit === 'flag') return '`true`, `false`';
  return nounOf(unit);
}
