import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { CloudError, messageOf } from '#domain';

/** How the command line is split, and what its values must be. */
export interface OptionTable<T> {
  readonly args: readonly string[];
  readonly options: NonNullable<ParseArgsConfig['options']>;
  readonly values: z.ZodType<T>;
  /** As the user calls it: `npm run test:faults`. */
  readonly command: string;
}

/** @throws CloudError `invalid` naming the option. */
export const readOptions = <T>({ args, options, values, command }: OptionTable<T>): T => {
  const result = values.safeParse(split(args, options, command));
  if (result.success) return result.data;
  const lines = result.error.issues.map(issue => `--${String(issue.path[0])} ${issue.message}`);
  throw new CloudError('invalid', `${lines.join('; ')}. See ${command} -- --help`);
};

/** A number in text, with words of its own when it is none. */
export const numberOption = (least: number, most: number) =>
  z.coerce.number('must be a number').min(least, `must be ${least} or more`).max(most, `must be ${most} or less`);

const split = (args: readonly string[], options: NonNullable<ParseArgsConfig['options']>, command: string) => {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new CloudError('invalid', `${messageOf(error).split('. ')[0]}. See ${command} -- --help`);
  }
};
