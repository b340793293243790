import { z } from 'zod';
import type {
  BadRequest,
  BreakResult,
  DiscoveryResult,
  Effort,
  FaultResult,
  ExpectationResult,
  GroupResult,
  HarnessBound,
  HarnessResult,
  HostResult,
  Latency,
  PeerResult,
  PhaseResult,
  RequestCounts,
  Result,
  SeriesBucket,
  SeriesResult,
  TellingRequest,
  Throughput,
  Verdict,
  VirtualResult,
} from '../result/result.ts';
import type { MatrixCell } from '../scenario/scenario.ts';

/*
 * The shape of `Result` a second time, for programs: checked against the types by the compiler
 * (`z.ZodType<…>`) and published as `docs/result.schema.json`. Nothing but what is described here
 * may be in a result.
 */

const text = z.string();
const count = z.int().min(0);
const number = z.number().min(0);
const share = 'microseconds, bytes, bytes a second, per second, share of 1, count, or 0 and 1';

const requests: z.ZodType<RequestCounts> = z
  .strictObject({
    due: count.describe('Requests that were due; the sum of the four others.'),
    correct: count.describe(
      'Answered with the truth: the right bytes, or not found where nobody has the image.',
    ),
    wrong: count.describe(
      'Answered with other bytes, or with "not found" although a known peer has the image.',
    ),
    excused: count.describe('Could not succeed: no owner could be known or reached.'),
    failed: count.describe('Not answered, without an excuse.'),
  })
  .describe('How the requests that were due came out.');

const latency: z.ZodType<Latency> = z
  .strictObject({
    mean: number.describe('The mean.'),
    p50: number.describe('Half of the requests stayed within it.'),
    p90: number.describe('90% of the requests stayed within it.'),
    p99: number.describe('99% of the requests stayed within it.'),
    p999: number.describe('99.9% of the requests stayed within it.'),
    max: number.describe('The longest.'),
  })
  .describe('Milliseconds from the moment a request was due to its answer.');

const latencyOrNull: z.ZodType<Latency | null> = latency
  .nullable()
  .describe('Null when nothing was answered.');

const throughput: z.ZodType<Throughput> = z
  .strictObject({
    requestsPerSecond: number.describe('Answered requests a second.'),
    bytesPerSecond: number.describe('Bytes of images that arrived, a second.'),
  })
  .describe('Answered requests and bytes of images that arrived.');

const effort: z.ZodType<Effort> = z
  .strictObject({
    attempts: count.describe('Peers that were asked, over all requests.'),
    failedAttempts: count.describe(
      'Of them, those that neither gave an image nor said that they have none.',
    ),
    duplicateImages: count.describe('Right images that arrived where they were already.'),
    duplicateBytes: count.describe('Their bytes.'),
  })
  .describe('What it took to answer; programs that do not tell whom they ask count no attempts.');

const secondsTo = z
  .strictObject({
    '50': number.nullable().describe('Half of them.'),
    '90': number.nullable().describe('90% of them.'),
    '99': number.nullable().describe('99% of them.'),
    '100': number.nullable().describe('All of them.'),
  })
  .describe(
    'When so many percent of the pairs that can be known were known for the first time, from the start of the first phase; null: never.',
  );

const discovery: z.ZodType<DiscoveryResult> = z
  .strictObject({
    complete: z
      .boolean()
      .describe('Whether each of our peers had reached every other peer at some moment.'),
    seconds: number
      .nullable()
      .describe('When that was, from the start of the first phase; null when it was not.'),
    messages: count.describe(
      'HELLO and PEERS messages sent by our peers until then, or until the end.',
    ),
    healedSeconds: number
      .nullable()
      .describe(
        'From the end of the last fault until that was so again; null when it was not, or nothing was wrong.',
      ),
    reachedPairs: count.describe('Pairs that were reached at the end.'),
    pairs: count.describe('Pairs that there are.'),
    knowablePairs: count.describe(
      'Pairs that can be known at once: fewer where peers keep in touch with a limited number of others.',
    ),
    secondsTo,
    components: count.describe(
      'Parts that our peers that were up at the end fell into, by who knew whom; 1: each can be found from each.',
    ),
    largestComponent: count.describe('Our peers in the largest of them.'),
    stale: count.describe(
      'Pairs of a peer of ours that was up at the end and one that it knew although that was down.',
    ),
  })
  .describe('Who came to know whom.');

const fault: z.ZodType<FaultResult> = z
  .strictObject({
    text: z.string().describe('What it was: `kill peer-3`.'),
    startSeconds: number.describe('From the start of the first phase.'),
    endSeconds: number.nullable().describe('Null: it was not over at the end of the run.'),
  })
  .describe('One fault.');

const group: z.ZodType<GroupResult> = z
  .strictObject({
    name: text.describe('Its name in the scenario.'),
    requests,
    latencyMs: latencyOrNull,
    throughput,
    effort,
  })
  .describe('What the peers of one group asked for.');

const groups = z
  .array(group)
  .describe('The same by group of those who asked; in the order of the scenario.');

const phase: z.ZodType<PhaseResult> = z
  .strictObject({
    name: text.describe('Its name in the scenario.'),
    measured: z.boolean().describe('Whether it counts in the figures of the run.'),
    complete: z
      .boolean()
      .describe(
        'False when its `until` did not come to hold in time, or the run was cut before its end.',
      ),
    seconds: number.describe('How long it took.'),
    requests,
    latencyMs: latencyOrNull,
    throughput,
    effort,
    groups,
  })
  .describe('One phase.');

const broken: z.ZodType<BreakResult> = z
  .strictObject({
    seconds: number
      .nullable()
      .describe('From the start of the first phase; null: it cannot be told, and `text` says why.'),
    phase: text.nullable().describe('The phase of that moment; null as `seconds` is.'),
    phaseSeconds: number.nullable().describe('How long that phase had gone on; likewise.'),
    text: text.describe('A part of a sentence: `broken since 12.3 s (steady + 2.3 s)`.'),
  })
  .describe('When an expectation was broken, and never held again.');

const expectation: z.ZodType<ExpectationResult> = z
  .strictObject({
    text: text.describe('The line of the scenario.'),
    holds: z.boolean().describe('Whether it was met.'),
    measured: z
      .number()
      .nullable()
      .describe(`The figure in its base unit (${share}); null when it could not be taken.`),
    bound: z
      .number()
      .nullable()
      .describe(
        'What it was compared with, likewise; null when that is a figure that could not be taken.',
      ),
    shown: text.describe('What was measured for a reader, with its unit and where.'),
    broken: broken.nullable().describe('When it was broken for good; null when it holds.'),
    line: z.int().min(1).describe('Where it stands in the file, from 1.'),
    file: text
      .nullable()
      .describe(
        'Absolute path of that file, when it is one that the scenario extends; null: its own.',
      ),
  })
  .describe('One expectation.');

const messages = z
  .record(z.string(), count)
  .nullable()
  .describe('Messages by type, as told by the peer itself; null for programs that do not tell.');

const peer: z.ZodType<PeerResult> = z
  .strictObject({
    name: text.describe('Its name, such as `peer-1`.'),
    group: text.describe('The group of peers that it belongs to.'),
    address: text.describe('Where it listened.'),
    known: count
      .nullable()
      .describe(
        'Other peers that it had reached and not lost; null for programs that do not tell.',
      ),
    requests,
    sent: messages,
    received: messages,
    bytesSent: count.describe('Bytes of images that others fetched from it, in the whole run.'),
    bytesReceived: count.describe('Bytes of images that it fetched, right or wrong, likewise.'),
  })
  .describe('One peer at the end of the run.');

const badRequest: z.ZodType<BadRequest> = z
  .strictObject({
    class: z.enum(['wrong', 'failed']).describe('Answered wrongly, or not at all.'),
    request: count.describe('Its number in the run, from 0, for `sim replay --request`.'),
    phase: text.describe('The phase in which it was due.'),
    peer: text.describe('Who asked.'),
    image: text.describe('What for.'),
    dueSeconds: number.describe('When it was due, in seconds from the start of the first phase.'),
    why: text.describe('One sentence.'),
  })
  .describe('A request that went wrong or failed.');

const telling: z.ZodType<TellingRequest> = z
  .strictObject({
    class: z
      .enum(['wrong', 'failed', 'slow'])
      .describe('Answered wrongly, not at all, or with the truth but after the longest times.'),
    request: count.describe('Its number in the run, from 0, for `sim replay --request`.'),
    phase: text.describe('The phase in which it was due.'),
    peer: text.describe('Who asked.'),
    image: text.describe('What for.'),
    dueSeconds: number.describe('When it was due, in seconds from the start of the first phase.'),
    endSeconds: number.nullable().describe('When its end came; null: never.'),
    outcome: text
      .nullable()
      .describe('How it ended for who asked: `found`, `not-found` …; null: it did not.'),
    asked: z
      .array(
        z.strictObject({
          peer: text.describe('Who was asked.'),
          outcome: text.describe('What came of it.'),
        }),
      )
      .max(8)
      .describe('Whom the peer asked, in this order; the first eight.'),
    why: text.describe('One sentence.'),
  })
  .describe('A request that shows what went wrong.');

const bucket: z.ZodType<SeriesBucket> = z
  .strictObject({
    due: count.describe('Requests that were due in it.'),
    correct: count.describe('Of those that came to their end in it: answered with the truth.'),
    wrong: count.describe('Likewise: answered with something else.'),
    excused: count.describe('Likewise: could not succeed.'),
    failed: count.describe(
      'Likewise: not answered. One that never came to an end counts when it was due.',
    ),
    bytes: count.describe('Bytes of the right images that arrived in it.'),
    p50Ms: number
      .nullable()
      .describe('Half of the answers that came in it stayed within it, up to 1.6% off; or null.'),
    p99Ms: number.nullable().describe('The same for 99%.'),
  })
  .describe('What came of the requests in one bucket of time.');

const series: z.ZodType<SeriesResult> = z
  .strictObject({
    bucketSeconds: number.describe('How long each bucket is.'),
    buckets: z
      .array(bucket)
      .max(240)
      .describe('From the start of the first phase to the end of the run.'),
  })
  .describe('What came of the requests of all phases over time.');

const bound: z.ZodType<HarnessBound> = z
  .strictObject({
    kind: z
      .enum(['lag', 'processor', 'machine', 'files', 'requests'])
      .describe(
        'lag: its timers rang late; processor: its event loop had no rest; machine: no processor had any; files: the system had no file left for it; requests: more were open than it can watch.',
      ),
    phase: text.nullable().describe('The phase in which it was so; null: the run was cut for it.'),
    text: text.describe('The same as a sentence without its end.'),
  })
  .describe('Something that the lab was short of in a phase.');

const harness: z.ZodType<HarnessResult> = z
  .strictObject({
    lagMs: z
      .strictObject({
        p50: number.describe('Half of these times stayed within it.'),
        p99: number.describe('99% of these times stayed within it.'),
        max: number.describe('The longest of these times.'),
      })
      .nullable()
      .describe(
        "How late the lab's timers rang at worst, in milliseconds, taken every tenth of a second. 0 in the virtual world, whose clock is never late; null when nothing was taken.",
      ),
    peakOpenRequests: count.describe('The most requests that were under way at once.'),
    bounds: z
      .array(bound)
      .describe('What the lab was short of, whatever came of that; empty when nothing.'),
  })
  .describe('What the lab tells of itself.');

const virtual: z.ZodType<VirtualResult> = z
  .strictObject({
    events: count.describe('Events that were simulated.'),
    eventsPerSecond: number.describe('Of them, a real second.'),
    traceHash: text
      .regex(/^[0-9a-f]{16}$/)
      .describe('16 hexadecimal digits; equal for equal runs.'),
  })
  .describe('What only the virtual runner can tell.');

const host: z.ZodType<HostResult> = z
  .strictObject({
    name: text.describe('What the swarm calls it.'),
    peers: count.describe('Peers that were on it.'),
    clockErrorMs: number
      .nullable()
      .describe(
        'By how many milliseconds times that were taken there may be wrong against those of the lab; null when its clock was never told.',
      ),
    lost: count.describe('How often it was lost.'),
  })
  .describe('A machine that peers of a run were on.');

/** Checks the cell of a matrix. */
export const cellSchema: z.ZodType<MatrixCell> = z
  .strictObject({
    number: z.int().min(1).describe('Its number, from 1.'),
    of: z.int().min(1).describe('How many cells there are.'),
    values: z.record(z.string(), text).describe('The values of the parameters, as written.'),
  })
  .describe('One combination of the values of a matrix.');

/** Checks a verdict. */
export const verdictSchema: z.ZodType<Verdict> = z
  .enum(['pass', 'fail', 'harness-bound', 'error'])
  .describe('harness-bound: the lab measured itself; error: the run could not be carried out.');

/** Checks the digest of a scenario. */
export const digestSchema: z.ZodType<string> = text
  .regex(/^[0-9a-f]{64}$/)
  .describe(
    'Digest of all in the scenario that bears on a run, pictures included: equal for scenarios that mean the same. What is expected, the name and the seed are not in it.',
  );

/** Checks what ran. */
export const environmentSchema: z.ZodType<Result['environment']> = z
  .strictObject({
    imagemesh: text.describe('Version of the lab.'),
    node: text.describe('Version of Node.'),
    system: text.describe('The operating system.'),
    processor: text.describe('Model and number of its processors.'),
    startedAt: z.iso
      .datetime()
      .describe('When the command was started, in UTC: 2026-11-23T09:16:40.000Z.'),
  })
  .describe('What ran.');

const always = z.strictObject({
  text: text.describe('What is expected.'),
  holds: z.boolean().describe('Whether it was so.'),
  reasons: z
    .array(text)
    .describe('A sentence without its end for each way in which it was not; among those above.'),
});

/** Checks that something is a result; unknown keys are errors. */
export const resultSchema: z.ZodType<Result> = z
  .strictObject({
    version: z.literal(1).describe('Raised when the meaning of a name changes.'),
    verdict: verdictSchema,
    reasons: z
      .array(text)
      .describe('One sentence per reason why the verdict is not `pass`; empty for `pass`.'),
    scenario: text.describe('Name of the scenario.'),
    scenarioDigest: digestSchema,
    file: text.describe("The scenario's file, as given."),
    cell: cellSchema
      .nullable()
      .describe("Which cell of the file's matrix this was; null without one."),
    runner: text.describe('The world that it ran in.'),
    seed: count.describe('Every random choice of the run came from it.'),
    peers: count.describe('How many peers took part.'),
    wallSeconds: number.describe(
      'From the start of the command to its verdict, setting up and clearing away included.',
    ),
    runSeconds: number.describe(
      'From the start of the first phase to the end of the last, on the clock of the run.',
    ),
    simulatedSeconds: number
      .nullable()
      .describe('The same on the simulated clock; null when the clock was a real one.'),
    requests: requests.describe('Of all phases that are measured, as are the next three.'),
    latencyMs: latencyOrNull,
    throughput,
    effort,
    groups,
    discovery,
    phases: z.array(phase).describe('In the order of the scenario.'),
    expectations: z.array(expectation).describe('In the order of the scenario.'),
    always: z
      .array(always)
      .describe(
        'What is expected of every run without being written; a line of the scenario that says otherwise takes its place. Empty when the run could not be carried out.',
      ),
    faults: z.array(fault).describe('Faults as they happened, in the order of their beginnings.'),
    perPeer: z.array(peer).describe('Every peer.'),
    badRequests: z
      .array(badRequest)
      .describe('A few requests that went wrong or failed, the first ones.'),
    tellingRequests: z
      .array(telling)
      .max(3)
      .describe(
        'Those that tell most: wrong ones before failed ones, different causes first; then the slowest, where a time or a rate is not as expected.',
      ),
    leftBehind: z
      .array(text)
      .nullable()
      .describe(
        'What our peers left behind when they had been told to end, a sentence without its end for each that did; null when it was not looked for it.',
      ),
    series,
    harness,
    memory: z
      .strictObject({ peakRssBytes: count.describe('The most that the process of the run held.') })
      .describe('Memory of the process of the run.'),
    virtual: virtual.nullable().describe('Set by the virtual runner.'),
    hosts: z
      .array(host)
      .exactOptional()
      .describe('Machines that the peers were spread over; set by the swarm runner.'),
    environment: environmentSchema,
  })
  .meta({
    title: 'Result of one run of an imagemesh scenario',
    description: 'Written by `sim run --json FILE`.',
  });

/** The same as JSON Schema (draft 2020-12), for other tools; `docs/result.schema.json` is this. */
export function resultJsonSchema(): object {
  return z.toJSONSchema(resultSchema);
}
