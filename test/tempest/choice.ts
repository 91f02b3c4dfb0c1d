import { CloudError } from '#domain';

/** What every test's name begins with; people leave it out. */
export const PREFIX = 'tempest.api.compute.';

export interface Choice {
  /** A regular expression that a name must match. */
  readonly only?: string | undefined;
  /** The text of subset.txt: names of tests, classes or modules without the prefix, one a line. */
  readonly subset?: string | undefined;
}

/**
 * Picks out of all tests those that are wanted.
 * @throws CloudError `invalid` when a line of the subset means no test (any more), or nothing is left.
 */
export const choose = (tests: readonly string[], { only, subset }: Choice): string[] => {
  const lines = subset?.split('\n').filter(line => line !== '' && !line.startsWith('#'));
  const strange = lines?.filter(line => !tests.some(test => isPartOf(test, line))) ?? [];
  if (strange.length > 0) throw new CloudError('invalid', `the subset names tests that are not there: ${strange.join(', ')}`);
  const pattern = only === undefined ? undefined : new RegExp(only);
  const chosen = tests.filter(test => (pattern?.test(test) ?? true) && (lines?.some(line => isPartOf(test, line)) ?? true));
  if (chosen.length === 0) throw new CloudError('invalid', 'no test is chosen');
  return chosen;
};

/** Whether a test is this one, or of this class or module. */
export const isPartOf = (test: string, name: string): boolean => `${test}.`.startsWith(`${PREFIX}${name}.`);
