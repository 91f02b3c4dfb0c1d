import type { z } from 'zod';
import { CloudError } from '#domain';
import type { AdminRoute } from './admin-route.js';

/** @throws CloudError `invalid` naming the field. */
export const checkedBody = ({ body: schema }: AdminRoute, body: unknown): unknown => {
  if (!schema) return undefined;
  if (body === undefined || body === null) throw new CloudError('invalid', 'Malformed request body');
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new CloudError('invalid', wording(result.error.issues[0]!, 'field/attribute'));
};

/** @throws CloudError `invalid` naming the parameter. */
export const checkedQuery = ({ query: known }: AdminRoute, query: Readonly<Record<string, unknown>>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(query).map(([name, given]) => {
      const check = known[name];
      if (!check) throw new CloudError('invalid', `Additional properties are not allowed ('${name}' was unexpected)`);
      const value = String(Array.isArray(given) ? given.at(-1) : given);
      const result = check.safeParse(value);
      if (!result.success) throw new CloudError('invalid', wording({ ...result.error.issues[0]!, path: [name] }, 'query parameters'));
      return [name, value];
    }),
  );

export const wording = (issue: z.core.$ZodIssue, what: string): string => {
  if (issue.code === 'unrecognized_keys')
    return `Additional properties are not allowed (${issue.keys.map(key => `'${key}'`).join(', ')} ${issue.keys.length === 1 ? 'was' : 'were'} unexpected)`;
  return `Invalid input for ${what} ${issue.path.map(String).join('.') || 'body'}: ${issue.message}`;
};
