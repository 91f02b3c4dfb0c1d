import { z } from 'zod';
import { CloudError } from '#domain';

/** A rule as text, or in oslo.policy's old form: a list of alternatives, each a list of what must all hold. */
const OldAlternative = z.union([z.string(), z.array(z.string())]);
const RuleText = z.union([
  z.string(),
  z.null().transform(() => ''),
  z
    .array(OldAlternative)
    .transform(alternatives =>
      alternatives.length === 0 ? '@' : alternatives.map(one => `(${(Array.isArray(one) ? one : [one]).join(' and ')})`).join(' or '),
    ),
]);
const Overrides = z.record(z.string(), RuleText);

/**
 * The content of a policy file, which YAML or JSON gave, as rules by name.
 * @param file stands in the message
 * @throws CloudError `invalid`
 */
export const readOverrides = (file: string, content: unknown): ReadonlyMap<string, string> => {
  const result = Overrides.safeParse(content ?? {});
  if (result.success) return new Map(Object.entries(result.data));
  const [name] = result.error.issues[0]?.path ?? [];
  const what = name === undefined ? 'it must be a list of NAME: RULE' : `the rule '${String(name)}' must be text`;
  throw new CloudError('invalid', `policy file ${file}: ${what}`);
};
