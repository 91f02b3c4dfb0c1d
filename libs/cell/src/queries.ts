import { type CellPayload, type CellQuery, type CellResult, cellMethods, type Envelope, MAX_HOPS } from '#contracts';
import { CloudError } from '#domain';
import type { Cell } from './cell.js';

/** Asks one neighbour below; the transport implements it. Each ends with an answer or at the query's deadline. */
export interface Below {
  /** @throws CloudError `unavailable` naming the child that did not answer, or of the kind that its answer names. */
  askChild(child: string, query: Envelope): Promise<unknown>;
  askHost(host: string, query: Envelope): Promise<unknown>;
}

export type QueryHandlers = {
  [M in CellQuery]: (payload: CellPayload<M>, query: Envelope, below: Below) => Promise<CellResult<M>>;
};

type Handler = (payload: never, query: Envelope, below: Below) => Promise<unknown>;

/**
 * Each cell on the way waits so much shorter than the one before it: when somebody below does not answer, the cell next to it has the
 * time left to say who it was.
 */
const HOP_MS = 250;

export const isQuery = (method: string): method is CellQuery => (cellMethods as Record<string, { kind: string }>)[method]?.kind === 'query';

/** Questions from above, and from this cell's own API: answered here or asked on, never queued and never written down. */
export class Queries {
  constructor(private readonly handlers: QueryHandlers) {}

  /** @throws CloudError: what the handler throws; `notImplemented`, `invalid` for a question that nobody here understands. */
  async answer(query: Envelope, below: Below): Promise<unknown> {
    const { method } = query;
    if (!isQuery(method)) throw new CloudError('notImplemented', `there is no query '${method}'`);
    if (query.hops > MAX_HOPS) throw new CloudError('invalid', `the query '${method}' passed more than ${MAX_HOPS} cells`);
    const parsed = cellMethods[method].payload.safeParse(query.payload);
    if (!parsed.success) {
      const wrong = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      throw new CloudError('invalid', `the query '${method}' of ${query.source} was not understood: ${wrong}`);
    }
    return (this.handlers[method] as Handler)(parsed.data as never, query, below);
  }
}

/** The same question, for the next one on the way. */
export const askedOn = (cell: Cell, query: Envelope): Envelope => ({
  ...query,
  id: cell.random.uuid(),
  source: cell.path,
  hops: query.hops + 1,
  deadline: query.deadline - HOP_MS,
});
