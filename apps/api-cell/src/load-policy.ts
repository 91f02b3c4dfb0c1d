import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CloudError, messageOf } from '#domain';
import { Policy, readOverrides } from '#policy';

/**
 * The policy with what the operator's file replaces. It is read once, at the start: a rule that changes takes a restart.
 * @throws CloudError `invalid` naming the file, and the rule
 */
export const loadPolicy = (file: string | undefined): Policy => {
  if (file === undefined) return new Policy();
  try {
    return new Policy(readOverrides(file, parse(readFileSync(file, 'utf8'))));
  } catch (error) {
    if (error instanceof CloudError) throw error;
    throw new CloudError('invalid', `policy file ${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
};
