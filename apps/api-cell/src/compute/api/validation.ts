import type { z } from 'zod';
import { CloudError } from '#domain';
import { pythonRepr, pythonStr } from './python-repr.js';

type Issue = z.core.$ZodIssue;

/** Marks a refinement whose message is the whole answer, without the field in front. */
export const WHOLE_MESSAGE = { whole: true } as const;

/**
 * Checks a request body.
 * @param tolerant drops unknown keys and spaces around names instead of refusing them: the rule of the v2 endpoint
 * @throws CloudError `invalid` in the words of Nova's JSON schema validation.
 */
export const checkBody = <T>(schema: z.ZodType<T>, body: unknown, tolerant = false): T => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const mended = tolerant ? mend(body, result.error.issues) : undefined;
  if (mended !== undefined) return checkBody(schema, mended, true);
  throw new CloudError('invalid', wording(result.error.issues[0]!, body));
};

/** The body without what v2 forgives; undefined when something else is wrong. */
const mend = (body: unknown, issues: readonly Issue[]): unknown => {
  const copy: unknown = structuredClone(body);
  const isMended = (issue: Issue): boolean =>
    issue.code === 'unrecognized_keys' ? dropKeys(at(copy, issue.path), issue.keys) : isWhole(issue) && trimAt(copy, issue.path);
  return issues.every(isMended) ? copy : undefined;
};

const isWhole = (issue: Issue): boolean => issue.code === 'custom' && issue.params?.whole === true;

const FIELD = 'Invalid input for field/attribute';

/** An issue in Nova's words, told of the innermost field. Exported for the query check, which names parameters instead. */
export const wording = (issue: Issue, input: unknown, what = FIELD): string => {
  if (isWhole(issue)) return issue.message;
  const path = isMissing(issue, input) || issue.code === 'invalid_key' ? issue.path.slice(0, -1) : issue.path;
  const detail = detailOf(issue, input);
  const field = path.at(-1);
  return field === undefined ? detail : `${what} ${String(field)}. Value: ${pythonStr(at(input, path))}. ${detail}`;
};

const detailOf = (issue: Issue, input: unknown): string => {
  if (isMissing(issue, input)) return `'${String(issue.path.at(-1))}' is a required property`;
  const value = at(input, issue.path);
  switch (issue.code) {
    case 'invalid_type':
      return `${pythonRepr(value)} is not of type '${JSON_TYPES[issue.expected] ?? issue.expected}'`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `${pythonRepr(value)} is less than the minimum of ${issue.minimum}`
        : `${pythonRepr(value)} is too short`;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `${pythonRepr(value)} is greater than the maximum of ${issue.maximum}`
        : `${pythonRepr(value)} is too long`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? `${pythonRepr(value)} does not match '${bare(issue.pattern)}'`
        : `${pythonRepr(value)} is not a '${issue.format}'`;
    case 'unrecognized_keys':
      return `Additional properties are not allowed (${issue.keys.map(key => pythonRepr(key)).join(', ')} ${issue.keys.length === 1 ? 'was' : 'were'} unexpected)`;
    case 'invalid_value':
      return `${pythonRepr(value)} is not one of ${pythonRepr(issue.values)}`;
    case 'invalid_union':
      return `${pythonRepr(value)} is not valid under any of the given schemas`;
    case 'invalid_key':
      return `${pythonRepr(issue.path.at(-1))} does not match any of the regexes: '${keyPattern(issue.issues)}'`;
    default:
      return issue.message;
  }
};

const JSON_TYPES: Readonly<Record<string, string>> = { int: 'integer', record: 'object' };

const isMissing = (issue: Issue, input: unknown): boolean =>
  (issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union') &&
  issue.path.length > 0 &&
  at(input, issue.path) === undefined &&
  !Array.isArray(at(input, issue.path.slice(0, -1)));

const keyPattern = (issues: readonly Issue[]): string => {
  const [first] = issues;
  return first?.code === 'invalid_format' ? bare(first.pattern) : '';
};

/** A pattern without JavaScript's slashes and flags. */
const bare = (pattern: string | undefined): string => (pattern ?? '').replace(/^\//, '').replace(/\/[a-z]*$/, '');

const at = (input: unknown, path: readonly PropertyKey[]): unknown => {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
};

const dropKeys = (target: unknown, keys: readonly string[]): boolean =>
  typeof target === 'object' && target !== null && keys.every(key => Reflect.deleteProperty(target, key));

/** Whether there was anything to trim. */
const trimAt = (body: unknown, path: readonly PropertyKey[]): boolean => {
  const [holder, key, text] = [at(body, path.slice(0, -1)), path.at(-1), at(body, path)];
  if (typeof holder !== 'object' || holder === null || key === undefined || typeof text !== 'string') return false;
  return text !== text.trim() && Reflect.set(holder, key, text.trim());
};
