import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { CloudError, messageOf } from '#domain';

export interface ConfigSource {
  /** The command line without node and script. */
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Everything that is wrong with a configuration, at once: `problems` has one line per field. */
export class ConfigError extends CloudError {
  constructor(
    readonly source: string,
    readonly problems: readonly string[],
    cause?: unknown,
  ) {
    super('invalid', [`configuration ${source} is not usable:`, ...problems.map(problem => `  ${problem}`)].join('\n'), { cause });
  }
}

/**
 * Reads the one YAML or JSON file named by `--config FILE`, or else by the environment's CANOPY_CONFIG.
 * @throws ConfigError naming the file and every field that is wrong, by its path.
 */
export const loadConfig = <Schema extends z.ZodType>(schema: Schema, source: ConfigSource = {}): z.output<Schema> => {
  const file = configFileOf(source);
  const result = schema.safeParse(readDocument(file));
  if (!result.success)
    throw new ConfigError(
      file,
      result.error.issues.flatMap(issue => describe(issue)),
      result.error,
    );
  return result.data;
};

/** As {@link loadConfig}, for a program's start: prints what is wrong to stderr and ends the process with code 2. */
export const loadConfigOrExit = <Schema extends z.ZodType>(schema: Schema, source: ConfigSource = {}): z.output<Schema> => {
  try {
    return loadConfig(schema, source);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
};

const configFileOf = ({ argv = process.argv.slice(2), env = process.env }: ConfigSource): string => {
  const file = optionOf(argv) ?? env.CANOPY_CONFIG;
  if (!file) throw new ConfigError('file', ['name one with --config FILE or in the environment as CANOPY_CONFIG']);
  return file;
};

const optionOf = (argv: readonly string[]): string | undefined => {
  try {
    // Not strict: a service may take options of its own beside this one.
    const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' } }, strict: false });
    if (values.config === true) throw new ConfigError('file', ['--config needs a file name']);
    return typeof values.config === 'string' ? values.config : undefined;
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError('file', [messageOf(error)], error);
  }
};

const readDocument = (file: string): unknown => {
  const document = parseDocument(readText(file));
  if (document.errors.length)
    throw new ConfigError(
      file,
      document.errors.map(error => error.message.split('\n')[0] ?? error.code),
    );
  return document.toJS() ?? {};
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [messageOf(error)], error);
  }
};

const describe = (issue: z.core.$ZodIssue): string[] => {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => `${pathOf([...issue.path, key])}: no such option`);
  return [`${pathOf(issue.path)}: ${issue.message}`];
};

const pathOf = (path: readonly PropertyKey[]): string => {
  const text = path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || '(the whole file)';
};
