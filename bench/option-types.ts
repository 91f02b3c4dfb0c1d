import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { CloudError, messageOf } from '#domain';

type Known = NonNullable<ParseArgsConfig['options']>;

/** A whole number, given as text. */
export const count = (least: number, most: number) =>
  z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(least, `must be ${least} or more`)
    .max(most, `must be ${most} or less`);

/** Values with commas between them. */
export const listOf = <T>(item: z.ZodType<T>) =>
  z
    .string()
    .transform((given): unknown => given.split(','))
    .pipe(z.array(item).min(1));

export const text = (fallback?: string) => ({ type: 'string' as const, ...(fallback === undefined ? {} : { default: fallback }) });
export const flag = (fallback = false) => ({ type: 'boolean' as const, default: fallback });

/**
 * Reads a command's options.
 * @param help what to run to be told more, as it stands in the error
 * @throws CloudError `invalid` naming the option.
 */
export const readOptions = <T>(args: readonly string[], known: Known, schema: z.ZodType<T>, help: string): T => {
  const result = schema.safeParse(split(args, known, help));
  if (result.success) return result.data;
  const lines = result.error.issues.map(issue => `--${String(issue.path[0])} ${issue.message}`);
  throw new CloudError('invalid', `${lines.join('; ')}. See ${help}`);
};

const split = (args: readonly string[], options: Known, help: string) => {
  try {
    return parseArgs({ args: [...args], allowNegative: true, options }).values;
  } catch (error) {
    throw new CloudError('invalid', `${messageOf(error).split('. ')[0]}. See ${help}`);
  }
};
