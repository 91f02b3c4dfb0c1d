import fc from 'fast-check';
import type { JsonSchema } from '../../compute/openapi/json-schema-of.js';

/** Values by the name of their field, for what a schema cannot tell: what is there to be named. */
export type Known = Readonly<Record<string, unknown>>;

export interface ValidOptions {
  readonly known: Known;
  /** Optional fields that are always given, because little works without them. */
  readonly always: readonly string[];
}

/**
 * Valid values of a schema: often few optional fields, sometimes many.
 * @throws Error naming the field when no value is known that its rules let pass.
 */
export const validOf = (schema: JsonSchema, options: ValidOptions, field = 'body'): fc.Arbitrary<unknown> => {
  if (Object.hasOwn(options.known, field) && schema.type !== 'object') return fc.constant(options.known[field]);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom<unknown>(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(choice => validOf({ ...choice, ...bounds(schema) }, options, field)));
  if (schema.allOf) return validOf(Object.assign({}, ...schema.allOf), options, field);
  const types: unknown = schema.type;
  if (Array.isArray(types)) return fc.oneof(...types.map(type => validOf({ ...schema, type }, options, field)));
  switch (schema.type) {
    case 'object':
      return objects(schema, options);
    case 'array':
      return fc.array(validOf(asSchema(schema.items), options, field), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? 2, 2)),
      });
    case 'string':
      return fc.constantFrom(...texts(schema, field));
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.constantFrom<unknown>(null, 'text', 1);
  }
};

const objects = (schema: JsonSchema, options: ValidOptions): fc.Arbitrary<unknown> => {
  const properties = schema.properties ?? {};
  const names = Object.keys(properties).filter(name => !isNothing(asSchema(properties[name])));
  const given = new Set([...(schema.required ?? []), ...options.always, ...names.slice(0, schema.minProperties ?? 0)]);
  const needed = names.filter(name => given.has(name));
  const others = names.filter(name => !given.has(name));
  const some = fc.oneof({ weight: 3, arbitrary: fc.subarray(others, { maxLength: Math.min(2, others.length) }) }, fc.subarray(others));
  return some.chain(chosen =>
    fc
      .tuple(
        fc.record(Object.fromEntries([...needed, ...chosen].map(name => [name, validOf(asSchema(properties[name]), options, name)]))),
        entries(schema, options),
      )
      .map(([fields, more]) => ({ ...fields, ...more })),
  );
};

/** A field that is refused whatever it holds. */
const isNothing = ({ not }: JsonSchema): boolean => not !== undefined && Object.keys(not).length === 0;

/** Of an object that is a map: keys that its rule lets pass, with values. */
const entries = (schema: JsonSchema, options: ValidOptions): fc.Arbitrary<Record<string, unknown>> => {
  const { propertyNames, additionalProperties } = schema;
  if (typeof additionalProperties !== 'object' || propertyNames === undefined) return fc.constant({});
  const keys = texts(asSchema(propertyNames), 'a key');
  const { minProperties: minKeys = 0, maxProperties: maxKeys = 3 } = schema;
  return fc.dictionary(fc.constantFrom(...keys), validOf(additionalProperties, options, 'value'), { minKeys, maxKeys });
};

const numbers = ({ minimum, exclusiveMinimum, maximum, type }: JsonSchema): fc.Arbitrary<number> => {
  const lowest = minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : 0);
  const safe = (value: number) => Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
  const from = safe(lowest);
  const small = fc.integer({ min: from, max: safe(Math.min(maximum ?? Number.POSITIVE_INFINITY, from + 3)) });
  return maximum === undefined || type === 'number' ? small : fc.oneof({ weight: 3, arbitrary: small }, fc.constant(safe(maximum)));
};

const CANDIDATES = [
  'sample',
  'a',
  'ab',
  '1',
  '10',
  '12345678-1234-4234-8234-123456789012',
  '192.0.2.1',
  '192.0.2.0/24',
  '2001:db8::1',
  '/24',
  '/dev/vda',
  'asc',
  'c2FtcGxl',
  '2026-01-01T00:00:00Z',
  '/sample',
  'http://sample.example.org',
];
const FORMATS: Readonly<Record<string, string>> = {
  az_name: 'sample',
  uuid: '12345678-1234-4234-8234-123456789012',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  base64: 'c2FtcGxl',
  'date-time': '2026-01-01T00:00:00Z',
};

const texts = ({ format, pattern, minLength = 0, maxLength = 255 }: JsonSchema, field: string): string[] => {
  if (maxLength === 0) return [''];
  const formatted = format === undefined ? undefined : FORMATS[format];
  if (formatted !== undefined) return [formatted];
  const rule = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength && (rule === undefined || rule.test(text));
  const found = [...CANDIDATES, 'x'.repeat(Math.max(1, minLength))].filter(fits);
  if (found.length === 0) throw new Error(`want of a sample: none known for ${field}${pattern === undefined ? '' : ` matches ${pattern}`}`);
  return found;
};

/** The rules beside a choice hold for each of its members. */
const bounds = ({ minimum, exclusiveMinimum, maximum }: JsonSchema): JsonSchema => ({
  ...(minimum !== undefined && { minimum }),
  ...(exclusiveMinimum !== undefined && { exclusiveMinimum }),
  ...(maximum !== undefined && { maximum }),
});

const asSchema = (schema: unknown): JsonSchema =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? Object.fromEntries(Object.entries(schema)) : {};
