import type { z } from 'zod';
import { CloudError } from '#domain';

/**
 * Checks what a client sent against its schema.
 * @param what is named when the whole thing is of the wrong type: 'body', 'query'.
 * @throws CloudError `invalid` with the path of the first field that is wrong.
 */
export const parse = <Schema extends z.ZodType>(schema: Schema, input: unknown, what = 'body'): z.output<Schema> => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new CloudError('invalid', issue ? wording(issue, what) : `Invalid input for ${what}.`);
};

const wording = (issue: z.core.$ZodIssue, what: string): string => {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map(key => `'${key}'`).join(', ');
    const where = issue.path.length ? ` in ${fieldOf(issue.path, what)}` : '';
    return `Additional properties are not allowed${where} (${names} ${issue.keys.length === 1 ? 'was' : 'were'} unexpected)`;
  }
  return `Invalid input for field '${fieldOf(issue.path, what)}': ${issue.message}`;
};

const fieldOf = (path: readonly PropertyKey[], what: string): string => (path.length ? path.map(String).join('.') : what);
