import { z } from 'zod';
import type { NetworkSection } from '../scenario-file.ts';
import { latency } from './latency.ts';
import { oneOf, quantity } from './values.ts';

/** The section `network`. */
export const network: z.ZodType<NetworkSection> = z
  .strictObject({
    latency: latency
      .describe(
        'Time that a byte takes from one peer to another, one way: the same on every link, drawn once for each link, or by the groups of its ends. 0 is that of one machine: 50us where it is simulated. On real sockets it comes on top.',
      )
      .prefault(0),
    jitter: quantity('time')
      .describe('Up to so much is added to the latency, drawn anew for each piece of a stream.')
      .prefault(0),
    bandwidth: quantity('bytesPerSecond', { aboveZero: true })
      .describe(
        'Capacity at each end of a peer, out and in, shared by its connections; above 0. Without it there is no limit.',
      )
      .optional(),
    loss: quantity('share')
      .describe('Share of packets lost, felt as stalls and resets, see "Loss".')
      .prefault(0),
    segments: oneOf('segments', ['natural', 'random', 'every-byte'])
      .describe(
        'How the stream of bytes is cut into pieces: as it happens, at random places, or after every byte (the first 512 bytes of each burst; on real sockets, of each direction of a connection).',
      )
      .prefault('natural'),
    order: oneOf('orders', ['natural', 'random'])
      .describe(
        'In the virtual world, what happens first of what is due at the same moment: what was due first, or what a draw says; each connection keeps its order. On real sockets it means nothing.',
      )
      .prefault('natural'),
  })
  .describe('How the network behaves; not among other programs. Without it: the bare machine.');
