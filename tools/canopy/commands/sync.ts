import { UsageError } from '../errors.js';
import type { Action } from '../program.js';
import { fields, plain } from '../show/table.js';

export const sync: Action = async context => {
  const since = context.text('updatedSince');
  if (since !== undefined && Number.isNaN(Date.parse(since)))
    throw new UsageError(`--updated-since must be a time like 2026-11-23T00:00:00Z, not '${since}'`);
  const dry = context.flag('dryRun');
  const answer = await (await context.api()).sync({
    ...given('project_id', context.text('project')),
    ...given('updated_since', since),
    ...given('cell', context.text('cell')),
    ...(context.flag('deleted') ? {} : { deleted: false }),
    ...(dry ? { dry_run: true } : {}),
  });
  context.show(answer ?? { asked: true }, diff => {
    if (answer === undefined) return 'The cells compare what they know, and tell what differs';
    const rows = isRecord(diff) ? Object.entries(diff) : [];
    return [dry ? 'What differs (nothing was changed):' : 'What differed:', ...(rows.length ? fields(rows) : [plain(diff)])];
  });
  return 0;
};

const given = (name: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [name]: value });
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
