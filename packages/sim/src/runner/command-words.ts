/**
 * A command as words: quotes keep words together, placeholders such as `{port}` are filled in afterwards. Those that
 * have no value stay as they are.
 */
export function commandWords(run: string, values: Readonly<Record<string, string>>): string[] {
  const words = run.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) =>
    word
      .replace(/^(["'])(.*)\1$/, '$2')
      .replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole),
  );
}
