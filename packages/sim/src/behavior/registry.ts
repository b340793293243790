import type { Behavior } from './behavior.ts';
import { bogusPeers } from './bogus-peers.ts';
import { corruptedBytes } from './corrupted-bytes.ts';
import { deniesAll } from './denies-all.ts';
import { emptyReply } from './empty-reply.ts';
import { endlessReply } from './endless-reply.ts';
import { floodHello } from './flood-hello.ts';
import { hugePeers } from './huge-peers.ts';
import { litteredPeers } from './littered-peers.ts';
import { malformedMessages } from './malformed-messages.ts';
import { neverClosing } from './never-closing.ts';
import { refuses } from './refuses.ts';
import { resetReply } from './reset-reply.ts';
import { silent } from './silent.ts';
import { silentReply } from './silent-reply.ts';
import { slowReader } from './slow-reader.ts';
import { slowReply } from './slow-reply.ts';
import { slowWriter } from './slow-writer.ts';
import { truncatedReply } from './truncated-reply.ts';
import { wrongBytes } from './wrong-bytes.ts';

/** Every behaviour by its name in a scenario, in the order of the reference page. */
export const BEHAVIORS: Readonly<Record<string, Behavior>> = {
  'wrong-bytes': wrongBytes,
  'corrupted-bytes': corruptedBytes,
  'denies-all': deniesAll,
  'truncated-reply': truncatedReply,
  'empty-reply': emptyReply,
  'reset-reply': resetReply,
  'endless-reply': endlessReply,
  'silent-reply': silentReply,
  'slow-reply': slowReply,
  'never-closing': neverClosing,
  silent,
  'slow-writer': slowWriter,
  refuses,
  'bogus-peers': bogusPeers,
  'huge-peers': hugePeers,
  'littered-peers': litteredPeers,
  'malformed-messages': malformedMessages,
  'flood-hello': floodHello,
  'slow-reader': slowReader,
};

/** The behaviour with this name, which the schema has checked. */
export function behaviorOf(name: string): Behavior {
  const behavior = BEHAVIORS[name];
  if (behavior === undefined) throw new Error(`there is no behaviour called ${name}`);
  return behavior;
}

/** Whether a peer answers greetings with a list, and so can be reached; null: a peer that behaves. */
export function isReachable(behavior: string | null): boolean {
  return behavior === null || behaviorOf(behavior).isReachable;
}
