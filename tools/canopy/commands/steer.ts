import { setTimeout as sleep } from 'node:timers/promises';
import type { CellsApi } from '../client/cells-api.js';
import type { Cell } from '../client/shapes.js';
import type { Context } from '../context.js';
import { CloudNo, UsageError } from '../errors.js';
import type { Action } from '../program.js';
import { withProgress } from '../show/progress.js';
import { plural } from '../show/units.js';

export const enable: Action = async (context, name) => {
  const cell = await (await context.api()).change(name!, { enabled: true });
  const undrain = `, and still drained to ${cell.draining} %: canopy cell drain '${name}' 0 takes that back`;
  context.show(cell, () => `${name} is enabled${(cell.draining ?? 0) > 0 ? undrain : ''}`);
  return 0;
};

export const disable: Action = async (context, name) => {
  const reason = context.text('reason');
  const cell = await (await context.api()).change(name!, { enabled: false, ...(reason === undefined ? {} : { disabled_reason: reason }) });
  context.show(cell, () => `${name} is disabled: it gets no new servers, and keeps those it has`);
  return 0;
};

export const drain: Action = async (context, name, percentText) => {
  const percent = percentOf(percentText);
  const api = await context.api();
  let cell = await api.change(name!, { draining: percent });
  if (percent === 100 && context.flag('wait')) cell = await untilEmpty(context, api, name!);
  context.show(cell, drained => told(name!, percent, drained));
  return 0;
};

export const set: Action = async (context, name) => {
  const changes = {
    ...given('weight_offset', context.number('weightOffset')),
    ...given('weight_scale', context.number('weightScale')),
    ...quotaOf(context),
  };
  if (Object.keys(changes).length === 0)
    throw new UsageError('nothing to set: give --weight-offset, --weight-scale, --quota-... or --no-quota');
  const api = await context.api();
  const cell = await api.change(name!, changes);
  context.show(cell, changed => [
    `${name} is changed: ${JSON.stringify(changes)}`,
    ...(changed.quota ? [`quota ${JSON.stringify(changed.quota)}`] : []),
  ]);
  return 0;
};

export const remove: Action = async (context, name) => {
  const force = context.flag('force');
  const api = await context.api();
  const answer = await withProgress(context.io, say => {
    say(`removing ${name}`);
    return api.remove(name!, { force });
  }).catch((error: unknown) => {
    if (error instanceof CloudNo && error.status === 409 && !force)
      throw new CloudNo(`${error.message} (canopy cell drain ${name}, or --force)`, 409);
    throw error;
  });
  context.show(answer, ({ servers, left }) => [
    `${name} is out of the tree; stop what still runs of it on its machine (npm run stop)`,
    ...(servers ? [`${plural(servers, 'server')} of it went to ERROR: their owners can delete them`] : []),
    ...(left ? [left] : []),
  ]);
  return 0;
};

/** @throws UsageError */
const percentOf = (text: string | undefined): number => {
  const percent = Number(text ?? '100');
  if (!Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new UsageError(`the percentage must be a whole number from 0 to 100, not '${text}'`);
  return percent;
};

const POLL_MS = 2000;

/** @throws CloudNo when servers are left at the end of the time. */
const untilEmpty = (context: Context, api: CellsApi, name: string): Promise<Cell> =>
  withProgress(context.io, async say => {
    const deadline = performance.now() + (context.number('timeout') ?? 3600) * 1000;
    for (;;) {
      const cell = await api.cell(name);
      const left = remaining(cell);
      if (left === 0) return cell;
      if (performance.now() >= deadline)
        throw new CloudNo(`${name} still has ${plural(left ?? 0, 'server')}: canopy cell show ${name} lists them`);
      say(`${name} has ${plural(left ?? 0, 'server')}`);
      await sleep(POLL_MS);
    }
  });

const remaining = (cell: Cell): number | undefined => {
  if (typeof cell.servers === 'number') return cell.servers;
  return Array.isArray(cell.remaining_servers) ? cell.remaining_servers.length : undefined;
};

const told = (name: string, percent: number, cell: Cell): string[] => {
  if (percent === 0) return [`${name} is not drained any more`];
  const left = remaining(cell);
  const servers = Array.isArray(cell.remaining_servers)
    ? cell.remaining_servers.map(server => `  ${typeof server === 'string' ? server : JSON.stringify(server)}`)
    : [];
  const offered = percent === 100 ? 'gets no new servers' : `is offered ${100 - percent} % of what it would fit`;
  return [`${name} ${offered}${left === undefined ? '' : `; it has ${plural(left, 'server')}`}`, ...servers];
};

const quotaOf = (context: Context): object => {
  if (context.options.quota === false) return { quota: null };
  const limits = {
    ...given('instances', context.number('quotaInstances')),
    ...given('cores', context.number('quotaCores')),
    ...given('ram', context.number('quotaRam')),
  };
  return Object.keys(limits).length ? { quota: limits } : {};
};

const given = (name: string, value: number | undefined): Record<string, number> => (value === undefined ? {} : { [name]: value });
