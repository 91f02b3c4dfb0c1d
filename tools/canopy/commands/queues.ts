import type { ParkedMessage } from '../client/shapes.js';
import type { Context } from '../context.js';
import { UsageError } from '../errors.js';
import type { Action } from '../program.js';
import { table } from '../show/table.js';
import { age, plural, time } from '../show/units.js';

export const list: Action = async context => {
  context.show(await (await context.api()).queues({ cell: context.text('cell') }), queues =>
    table(
      ['CELL', 'QUEUE', 'MESSAGES', 'CONSUMERS', 'OLDEST'],
      queues.map(queue => [queue.cell, queue.name, queue.messages, queue.consumers, age(queue.oldest_seconds)]),
    ),
  );
  return 0;
};

export const parked: Action = async (context, id) => {
  const api = await context.api();
  if (id !== undefined) {
    const message = await api.parkedOne(id, { cell: context.text('cell') });
    context.io.print(JSON.stringify(message, null, 2));
    return 0;
  }
  const messages = await api.parked({ cell: context.text('cell'), limit: context.number('limit') });
  context.show(messages, found => (found.length ? drawParked(found) : 'nothing is parked'));
  return 0;
};

export const replay: Action = (context, ...ids) => each(context, ids, 'replayed', (api, id, query) => api.replay(id, query));

export const drop: Action = (context, ...ids) => each(context, ids, 'dropped', (api, id, query) => api.drop(id, query));

type Api = Awaited<ReturnType<Context['api']>>;

const each = async (
  context: Context,
  ids: readonly string[],
  done: string,
  act: (api: Api, id: string, query: { cell: string | undefined }) => Promise<unknown>,
): Promise<number> => {
  const all = context.flag('all');
  if (all === ids.length > 0) throw new UsageError('name messages (canopy queue parked lists them), or else --all');
  const api = await context.api();
  const cell = context.text('cell');
  const chosen = all
    ? (await api.parked({ cell, limit: 1000 })).map(message => ({ id: message.id, cell: message.cell ?? cell }))
    : ids.map(id => ({ id, cell }));
  for (const one of chosen) await act(api, one.id, { cell: one.cell });
  context.show({ [done]: chosen.map(one => one.id) }, () => `${plural(chosen.length, 'message')} ${done}`);
  return 0;
};

const drawParked = (messages: readonly ParkedMessage[]): string[] =>
  table(
    ['ID', 'CELL', 'PARKED AT', 'METHOD', 'FROM', 'REASON'],
    messages.map(one => [one.id, one.cell, time(one.parked_at), one.method, one.source, one.reason?.split('\n')[0]?.slice(0, 80)]),
  );
