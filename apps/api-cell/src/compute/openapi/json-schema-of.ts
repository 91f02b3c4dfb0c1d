import { z } from 'zod';

/** JSON Schema 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What a client may send. A rule that is code (a refinement, a transform) is told as far as the schema's `meta` tells it. */
export const jsonSchemaOf = (schema: z.ZodType): JsonSchema => {
  const known = converted.get(schema);
  if (known) return known;
  const { $schema, ...made } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => dropSafeBounds(jsonSchema),
  });
  converted.set(schema, made);
  return made;
};

/** Zod tells of every integer that JavaScript can hold it: no rule of ours. */
const dropSafeBounds = (schema: JsonSchema): void => {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
};

const converted = new WeakMap<z.ZodType, JsonSchema>();
