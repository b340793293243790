// The child of saving.test.ts: saves bodies of known bytes for ever, until it is killed.
import { ImageFolder } from '../../src/storage/image-folder.ts';
import { noise } from '../bodies.ts';

const [folder, round] = process.argv.slice(2) as [string, string];
const store = await ImageFolder.open(folder);
process.stdout.write('begun\n');

for (let i = 0; ; i++) {
  // Small ones wait in memory, large ones in a file.
  const length = i % 2 === 0 ? 100_000 : 1_500_000;
  const bytes = noise(length, 99);
  const body = store.newBody();
  for (let at = 0; at < length; at += 65_536) await body.push(bytes.subarray(at, at + 65_536));
  await body.finish();
  await new Promise<void>((resolve) => {
    store.keep(body, `${length}-${Number(round) * 1_000 + i}.png`, {
      onKept: () => resolve(),
      onKeepFailed: (problem) => {
        throw new Error(problem);
      },
    });
  });
}
