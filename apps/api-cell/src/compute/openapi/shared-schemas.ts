import type { z } from 'zod';
import { types } from '../api/index.js';
import { type JsonSchema, jsonSchemaOf } from './json-schema-of.js';

/** Components that many schemas use. */
export const sharedSchemas: Readonly<Record<string, JsonSchema>> = { boolean: jsonSchemaOf(types.boolean) };

const names = new Map(Object.entries(sharedSchemas).map(([name, schema]) => [JSON.stringify(schema), name]));

/** What a client may send; the parts that many share as references. */
export const sharedSchemaOf = (schema: z.ZodType): JsonSchema =>
  JSON.parse(JSON.stringify(jsonSchemaOf(schema)), (_, part: unknown) => {
    const name = names.get(JSON.stringify(part));
    return name === undefined ? part : { $ref: `#/components/schemas/${name}` };
  });
