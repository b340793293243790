import { z } from 'zod';
import { shown } from '../nearest.ts';
import type { FaultSection, LinkSection } from '../scenario-file.ts';
import { drawn } from './distribution.ts';
import { oneOf, quantity, text } from './values.ts';

const HIGHEST_RATE = 1e6;

/** `peer-1`, `peer-1..peer-5`, a group, `any 3 of seeder`, `*`; or a list of these. */
const targets = z.union([text, z.array(text).meta({ minItems: 1 })], {
  error: ({ input }) => `expected a peer, a group or a list of these, got ${shown(input)}`,
});

const yes = z.literal(true, { error: ({ input }) => `expected true, got ${shown(input)}` });

const link: z.ZodType<LinkSection> = z
  .strictObject({
    from: targets.describe('Whose connections and bytes: those from these peers.').prefault('*'),
    to: targets.describe('To these peers.').prefault('*'),
    latency: quantity('time').describe('So much is added, one way.').optional(),
    jitter: quantity('time')
      .describe('Up to so much is added, drawn anew for each piece.')
      .optional(),
    bandwidth: quantity('bytesPerSecond', { aboveZero: true })
      .describe('Capacity of the link, shared by its connections. Above 0.')
      .optional(),
    loss: quantity('share').describe('Share of packets lost, see "Loss".').optional(),
    corrupt: quantity('share')
      .describe('Share of the pieces of a stream in which one byte is changed.')
      .optional(),
    cut: oneOf('direction', ['both', 'one-way'])
      .describe(
        'Nothing gets through, in both directions or only in this one; what waits goes on when it heals.',
      )
      .optional(),
    reset: yes.describe('Every connection is reset, new ones too.').optional(),
    'half-open': yes
      .describe('Connections that are open lose their other end without a word; new ones work.')
      .optional(),
    limit: quantity('bytes', { aboveZero: true })
      .describe('Each connection is reset after so many bytes. Above 0.')
      .optional(),
    'slow-close': quantity('time', { aboveZero: true })
      .describe('The end of a stream arrives so much later than its last byte.')
      .optional(),
  })
  .describe('What is wrong with the links from some peers to others.');

const disk = z
  .strictObject({
    of: targets.describe('Whose disk.'),
    slow: quantity('time', { aboveZero: true })
      .describe('Opening and saving an image takes so much longer.')
      .optional(),
    full: yes.describe('Nothing can be saved.').optional(),
    unreadable: yes.describe('No image can be opened.').optional(),
  })
  .describe('What is wrong with the disk of some peers.');

const length = drawn('time', { aboveZero: true });

const churn = z
  .strictObject({
    of: targets.describe('Who comes and goes.'),
    sessions: length.describe('How long a peer stays, each by itself.').optional(),
    leaves: quantity('rate', { aboveZero: true, max: HIGHEST_RATE })
      .describe(
        'So many leave in a given time, of all of them together and at random moments; instead of `sessions`. Above 0, at most 1000000/s.',
      )
      .optional(),
    absences: length
      .describe('How long a peer is away; with `sessions` and `leaves`, and needed there.')
      .optional(),
    trace: text
      .meta({ examples: ['churn-from-trace.csv'] })
      .describe(
        'A file that says who is there when, as in a network that was observed; instead of `sessions`. Each line is `node,start,end`, in seconds from the moment when the fault begins; without an end a node stays. The first of the peers does what the first node of the file does, and so on: nodes that are too many are left out, and where they are too few, they are taken again from the first.',
      )
      .optional(),
    files: oneOf('state of the files', ['keep', 'lose'])
      .describe('Whether it comes back with the images that it had.')
      .prefault('keep'),
  })
  .describe(
    'Peers that come and go: each is killed after a session and comes back after an absence.',
  )
  .meta({
    oneOf: [{ required: ['sessions'] }, { required: ['leaves'] }, { required: ['trace'] }],
  });

const clock = z
  .strictObject({
    of: targets.describe('Whose clock.'),
    jump: quantity('time', {
      aboveZero: true,
      negative: 'the clock of a peer counts on from when its machine started, and never goes back',
    }).describe('So much it is ahead from then on; what was to happen meanwhile happens at once.'),
  })
  .describe('A clock that jumps ahead, as when a machine was suspended.');

/** One of `faults`. */
export const fault: z.ZodType<FaultSection> = z
  .strictObject({
    at: text
      .meta({ examples: ['steady+2s', '10s', 'steady'] })
      .describe(
        'When it begins: from the start of a phase (`steady`, `steady+2s`), or from that of the first one (`10s`).',
      ),
    for: quantity('time', { aboveZero: true })
      .describe(
        'How long it lasts; then it heals. Without it: to the end of the run. Not with `kill`, `stop` and `clock`.',
      )
      .optional(),
    kill: targets
      .describe(
        'These peers end at once, as by SIGKILL; their connections end with them, often as cleanly as after a whole reply.',
      )
      .optional(),
    stop: targets
      .describe('These peers are told to end, as by SIGTERM: running replies go on for a second.')
      .optional(),
    restart: quantity('time', { aboveZero: true })
      .describe('With `kill` and `stop`: they start again after this time, at the same address.')
      .optional(),
    files: oneOf('state of the files', ['keep', 'lose'])
      .describe('With `restart`: whether they still have their images.')
      .prefault('keep'),
    pause: targets.describe('These peers stand still, as by SIGSTOP.').optional(),
    vanish: targets
      .describe(
        'These peers are gone without a word, as when a machine loses its power: nobody is told.',
      )
      .optional(),
    partition: z
      .array(targets)
      .meta({ minItems: 2 })
      .describe(
        'Parts of the network that cannot reach one another; peers that are named in none reach all.',
      )
      .optional(),
    link: link.optional(),
    disk: disk.optional(),
    churn: churn.optional(),
    clock: clock.optional(),
  })
  .describe('Something that goes wrong: exactly one of the kinds, at a time.');
