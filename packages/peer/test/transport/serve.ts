// The child of load.test.ts: serves a folder, and tells how much memory it takes when asked.
import * as readline from 'node:readline';
import { createPeer } from '../../src/create-peer.ts';
import { portOf } from '../../src/protocol/address.ts';

const peer = await createPeer({ images: process.argv[2]!, port: 0, host: '127.0.0.1' });
console.log(`port ${portOf(peer.address)}`);
const input = readline.createInterface({ input: process.stdin });
input.on('line', () => {
  console.log(`rss ${process.memoryUsage.rss()} peak ${process.resourceUsage().maxRSS * 1_024}`);
});
input.on('close', () => void peer.stop());
