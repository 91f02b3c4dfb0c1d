import type { AnswerShape, Shown } from './answers.js';
import type { JsonSchema } from './json-schema-of.js';
import { minorsOf, versionsOf } from './versions-of.js';

/** `{"servers": [{…}]}`: the names of the fields, who is shown them, and at which versions. */
export const answerSchema = ({ key, list, shown }: AnswerShape): JsonSchema => {
  const inner = fieldsSchema(shown);
  return { type: 'object', required: [key], properties: { [key]: list ? { type: 'array', items: inner } : inner } };
};

const fieldsSchema = ({ fields }: Shown): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema([field].flat())])),
});

const fieldSchema = (ranges: readonly Shown['fields'][string][]): JsonSchema => {
  const told = ranges.flat().map(field => ({
    ...versionsOf(...minorsOf(field)),
    ...(field.audience !== 'everyone' && { audience: 'admin' }),
  }));
  const [first = {}, ...others] = told;
  if (others.length > 0) return { 'x-openstack': told };
  return Object.keys(first).length > 0 ? { 'x-openstack': first } : {};
};
