import type { Host } from '../client/shapes.js';
import type { Context } from '../context.js';
import type { Action } from '../program.js';
import { table } from '../show/table.js';

export const list: Action = async (context, cell) => {
  context.show(await (await context.api()).hosts(cell!), hosts =>
    table(
      ['NAME', 'ZONE', 'STATE', 'STATUS', 'REASON', 'SERVERS', 'VCPUS', 'MEMORY MB'],
      hosts.map(host => [
        host.name,
        host.zone,
        stateOf(host),
        host.enabled === false ? 'disabled' : 'enabled',
        host.disabled_reason,
        host.servers,
        of(host.vcpus_used, host.vcpus),
        of(host.memory_mb_used, host.memory_mb),
      ]),
    ),
  );
  return 0;
};

export const enable: Action = (context, cell, name) => change(context, { cell, name, changes: { enabled: true } }, 'is enabled');

export const disable: Action = (context, cell, name) => {
  const reason = context.text('reason');
  const changes = { enabled: false, ...(reason === undefined ? {} : { disabled_reason: reason }) };
  return change(context, { cell, name, changes }, 'is disabled: it gets no new servers, and keeps those it has');
};

export const forceDown: Action = (context, cell, name) =>
  context.flag('undo')
    ? change(context, { cell, name, changes: { forced_down: false } }, 'is up again when it reports')
    : change(context, { cell, name, changes: { forced_down: true } }, 'counts as down, whatever is heard of it');

interface Change {
  readonly cell: string | undefined;
  readonly name: string | undefined;
  readonly changes: object;
}

const change = async (context: Context, { cell, name, changes }: Change, told: string): Promise<number> => {
  context.show(await (await context.api()).changeHost(cell!, name!, changes), () => `${name} ${told}`);
  return 0;
};

const stateOf = ({ forced_down: forced, up }: Host): string => {
  if (forced) return 'forced down';
  return up ? 'up' : 'down';
};

const of = (used: number | null | undefined, total: number | null | undefined): string => `${used ?? '?'} of ${total ?? '?'}`;
