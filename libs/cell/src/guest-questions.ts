import { type ComputeQuery, cellMethods, type Envelope } from '#contracts';
import { CloudError } from '#domain';
import type { Cell } from './cell.js';
import { askedOn, type Below, type QueryHandlers } from './queries.js';
import type { CellStore } from './store.js';

type GuestQuestion = 'console.output' | 'console.find' | 'console.connect' | 'instance.diagnostics';

/** What only the host of an instance, here or below, can say. */
export const guestQuestions = (cell: Cell, store: CellStore): Pick<QueryHandlers, GuestQuestion> => {
  const nearer =
    <R>(hostMethod: ComputeQuery, { result }: { result: { parse(answer: unknown): R } }) =>
    async ({ instanceUuid }: { instanceUuid: string }, query: Envelope, below: Below): Promise<R> =>
      result.parse(await askNearer(cell, store, { instanceUuid, query, below, hostMethod }));
  return {
    'console.output': nearer('guest.console', cellMethods['console.output']),
    'console.find': nearer('guest.findConsole', cellMethods['console.find']),
    'console.connect': nearer('guest.connectConsole', cellMethods['console.connect']),
    'instance.diagnostics': nearer('guest.diagnostics', cellMethods['instance.diagnostics']),
  };
};

interface Question {
  readonly instanceUuid: string;
  readonly query: Envelope;
  readonly below: Below;
  /** How the host is asked the same. */
  readonly hostMethod: ComputeQuery;
}

/** Asks whoever is nearer to the instance: the child that it was sent to, or its host. */
const askNearer = async (cell: Cell, store: CellStore, { instanceUuid, query, below, hostMethod }: Question): Promise<unknown> => {
  const instance = await store.findInstance(instanceUuid);
  if (!instance || instance.deletedAt) throw new CloudError('notFound', `Instance ${instanceUuid} could not be found.`);
  const asked = askedOn(cell, query);
  if (instance.nextHop) return below.askChild(instance.nextHop, asked);
  if (instance.host) return below.askHost(instance.host, { ...asked, method: hostMethod });
  throw new CloudError('conflict', `Instance ${instanceUuid} is not ready`);
};
