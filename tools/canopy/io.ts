/** What a command knows of the terminal and of the environment; a test gives it its own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether people watch stderr: progress is for them. */
  readonly interactive: boolean;
  /** Results, on stdout. */
  print(line: string): void;
  /** Everything else, on stderr. */
  error(line: string): void;
  /** Replaces the last line of stderr; only when interactive. */
  overwrite(line: string): void;
}

export const consoleIo = (): Io => ({
  env: process.env,
  interactive: process.stderr.isTTY === true,
  print: line => process.stdout.write(`${line}\n`),
  error: line => process.stderr.write(`${line}\n`),
  overwrite: line => process.stderr.write(`\r\u001b[K${line}`),
});
