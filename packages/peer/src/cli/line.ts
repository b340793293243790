/** What a line at the prompt says. */
export type Line =
  | { readonly do: 'get'; readonly name: string }
  | { readonly do: 'list' | 'peers' | 'stats' | 'help' | 'exit' | 'nothing' };

/** Words that are commands; an image that is called like one is fetched with `get NAME`. */
export const COMMANDS: readonly string[] = [
  'list',
  'peers',
  'stats',
  'help',
  'exit',
  'quit',
  'get ',
];

/** Reads a line: a command, or else the name of an image. */
export function readLine(line: string): Line {
  const text = line.replace(/\r$/, '');
  switch (text.trim()) {
    case '':
      return { do: 'nothing' };
    case 'list':
    case 'peers':
    case 'stats':
    case 'help':
      return { do: text.trim() as 'list' };
    case 'exit':
    case 'quit':
      return { do: 'exit' };
    default:
      return { do: 'get', name: text.startsWith('get ') ? text.slice(4) : text };
  }
}
