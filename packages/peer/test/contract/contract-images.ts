import { expect } from 'vitest';
import type { Host, ImageOpener, ReceivedBody } from '../../src/core/host.ts';
import { noise } from '../bodies.ts';
import { utf8 } from '../pieces.ts';
import { call, called, Recorder, type Hooks } from './recorder.ts';

/** A picture of exactly `length` bytes, as far as its beginning and its end tell. */
export function picture(length: number, seed: number): Uint8Array {
  const bytes = noise(length, seed);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  // The noise between is one chunk, which has 12 bytes beside its data.
  new DataView(bytes.buffer).setUint32(8, length - 8 - 12 - 12);
  bytes.set(utf8('IDAT'), 12);
  bytes.set([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82], length - 12);
  return bytes;
}

export const KIB: number = 1_024;
export const MIB: number = 1_024 * KIB;
/** What the server holds. */
export const IMAGES: Record<string, Uint8Array> = {
  'small.png': picture(1_000, 1),
  'medium.png': picture(300 * KIB, 2),
  'large.png': picture(2 * MIB + 3, 3),
  'huge.png': picture(5 * MIB + 7, 4),
};
export const NAMES: readonly string[] = Object.keys(IMAGES);

/** Serves its images: the request is the name alone. */
export function serving(hostOf: () => Host): (recorder: Recorder) => Hooks {
  return ({ connection }) => ({
    onData: (bytes) => {
      const opener: ImageOpener = {
        onImage: (image) => {
          called('image');
          call(() => {
            connection.write(utf8('RES: '));
            connection.sendImage(image);
            connection.end();
          });
        },
        onNoImage: () => expect.unreachable('no image'),
      };
      call(() => hostOf().images.open(Buffer.from(bytes).toString(), true, opener));
    },
  });
}

/** Asks for `name` and takes the answer behind its head as a body of at most `maxBytes`. */
export function receiving(
  recorder: Recorder,
  name: string,
  maxBytes: number,
  onBody: (body: ReceivedBody) => void,
): Hooks {
  return {
    onOpen: () =>
      call(() => {
        recorder.connection.write(utf8(name));
        recorder.connection.end();
      }),
    onData: () => {
      const head = recorder.received;
      if (head.length <= 5) return;
      call(() => recorder.connection.receiveBody(head.subarray(5), maxBytes));
    },
    onBody,
  };
}
