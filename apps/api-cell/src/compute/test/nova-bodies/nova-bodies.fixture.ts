import { readFileSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { Ajv } from 'ajv';
import { z } from 'zod';
import type { JsonSchema } from '../../openapi/json-schema-of.js';

/*
 * What Nova takes as the body of a request, by its own schemas: nova-bodies.json, which says where it is from. A schema is valid from a
 * minor microversion until another; where a range is missing Nova's description does not tell it.
 */

const Variant = z.object({ since: z.number(), until: z.number().default(96), schema: z.unknown() });
const File = z.object({
  source: z.string(),
  defs: z.record(z.string(), z.unknown()),
  bodies: z.record(z.string(), z.array(Variant)),
});

export interface NovaBody {
  /** Minor numbers, both inclusive. */
  readonly since: number;
  readonly until: number;
  readonly schema: JsonSchema;
  accepts(body: unknown): boolean;
}

/** By method, path (its parameters as `:id`) and action. */
export const novaBodies = (): ReadonlyMap<string, readonly NovaBody[]> => {
  const { defs, bodies } = File.parse(JSON.parse(readFileSync(new URL('./nova-bodies.json', import.meta.url), 'utf8')));
  const ajv = validator();
  return new Map(
    Object.entries(bodies).map(([name, variants]) => [
      name,
      variants.map(({ since, until, schema }) => {
        const whole = spelledOut(schema, defs);
        const validate = ajv.compile(whole);
        return { since, until, schema: whole, accepts: body => validate(body) };
      }),
    ]),
  );
};

/** Nova's formats, and its way with numbers in texts: a text of digits must be within the bounds of the number that it is. */
const validator = (): Ajv => {
  const isTrimmed = (text: string) => text === text.trim() && text !== '' && PRINTABLE.test(text);
  const isBase64 = (text: string) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/\s/g, ''));
  const ajv = new Ajv({
    strict: false,
    formats: {
      uuid: text => /^[0-9a-f]{32}$/i.test(text.replace(/urn:|uuid:|[{}-]/gi, '')),
      ipv4: isIPv4,
      ipv6: text => isIPv6(text) && !text.includes('%'),
      base64: isBase64,
      name: isTrimmed,
      name_with_leading_trailing_spaces: text => isTrimmed(text.trim()),
      az_name: text => isTrimmed(text) && !text.includes(':'),
      az_name_with_leading_trailing_spaces: text => isTrimmed(text.trim()) && !text.includes(':'),
      keypair_name_20: text => /^[A-Za-z0-9 _-]+$/.test(text) && text === text.trim(),
      keypair_name_292: text => /^[A-Za-z0-9 _@.-]+$/.test(text) && text === text.trim(),
    },
  });
  ajv.addKeyword({
    keyword: 'leastInText',
    validate: (least: number, value: unknown) => typeof value !== 'string' || Number(value) >= least,
  });
  ajv.addKeyword({ keyword: 'mostInText', validate: (most: number, value: unknown) => typeof value !== 'string' || Number(value) <= most });
  return ajv;
};

const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

/** References replaced, keys by pattern as rules of names. */
const spelledOut = (schema: unknown, defs: Readonly<Record<string, unknown>>): JsonSchema => {
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, patternProperties, ...rest } = Object.fromEntries(Object.entries(value));
    if (typeof $ref === 'string') return convert(defs[$ref.replace('#/$defs/', '')]);
    const made: Record<string, unknown> = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, convert(inner)]));
    const [named] = Object.entries(Object(patternProperties));
    if (named) Object.assign(made, { propertyNames: { type: 'string', pattern: named[0] }, additionalProperties: convert(named[1]) });
    if (Array.isArray(made.type) && made.type.includes('string') && made.pattern !== undefined)
      Object.assign(
        made,
        made.minimum !== undefined && { leastInText: made.minimum },
        made.maximum !== undefined && { mostInText: made.maximum },
      );
    return made;
  };
  return Object(convert(schema));
};
