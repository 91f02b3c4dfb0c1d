import {
  type AdminOperationName,
  type AdminRequest,
  type AdminResult,
  adminOperations,
  type CellPayload,
  type Envelope,
  isAdminOperation,
} from '#contracts';
import { type CellPath, CloudError, cellPath, childPath, isAtOrBelow, nextHop } from '#domain';
import type { Cell } from '../cell.js';
import { askedOn, type Below } from '../queries.js';
import type { CellStore } from '../store.js';
import type { AdminContext, AdminHandlers, Operator } from './admin-context.js';

export interface AdminOrder<O extends AdminOperationName> {
  /** The cell that is to answer: this one, or any below it. */
  readonly cell: CellPath;
  readonly operation: O;
  readonly request: AdminRequest<O>;
  readonly operator: Operator;
  /** ms since 1970: the operator waits so long. */
  readonly deadline: number;
}

/** Where a cell's HTTP listener, and whoever else speaks for an operator, gives its orders. */
export interface AdminDoor {
  /** Of the cell whose door it is. */
  readonly path: CellPath;
  /** @throws CloudError: `notFound` for a cell that does not exist, `unavailable` naming the hop that does not answer. */
  ask<O extends AdminOperationName>(order: AdminOrder<O>): Promise<AdminResult<O>>;
}

type Message = CellPayload<'cell.admin'>;
type Handler = (request: never, context: AdminContext) => Promise<unknown>;

/**
 * The administration of a cell. Every cell can administer itself, also while it is cut off; an order for a cell further down travels
 * hop by hop as a query. An order is never accepted and carried out later: whoever gave it gets the result, or an error.
 */
export class CellAdmin {
  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
    private readonly handlers: AdminHandlers,
  ) {}

  /** An order that was given at this cell. */
  async ask<O extends AdminOperationName>(order: AdminOrder<O>, below: Below): Promise<AdminResult<O>> {
    const { cell, operation, request, operator, deadline } = order;
    const message: Message = { cell, operation, request, operator };
    const query = this.cell.envelope(this.cell.clock.now(), 'cell.admin', cell, operator.requestId, message, deadline);
    const answer = await this.answer(message, query, below);
    const result = adminOperations[operation].result.safeParse(answer);
    if (!result.success) throw new CloudError('internal', `cell ${cell} answered '${operation}' in a way that is not understood here`);
    return result.data as AdminResult<O>;
  }

  /** An order that came from here or from above, for this cell or for one below. */
  async answer(message: Message, query: Envelope, below: Below): Promise<unknown> {
    const target = cellPath(message.cell);
    if (target === this.cell.path) return this.perform(message, query, below);
    if (!isAtOrBelow(target, this.cell.path)) throw new CloudError('notFound', `cell ${target} does not lie below ${this.cell.path}`);
    const child = nextHop(this.cell.path, target);
    const known = await this.ofThisCell(this.store.readChildren());
    if (!known.some(row => row.name === child)) throw noSuchCell(childPath(this.cell.path, child));
    return below.askChild(child, askedOn(this.cell, query));
  }

  private perform({ operation, request, operator }: Message, query: Envelope, below: Below): Promise<unknown> {
    if (!isAdminOperation(operation)) throw new CloudError('notImplemented', `cell ${this.cell.path} has no operation '${operation}'`);
    const parsed = adminOperations[operation].request.safeParse(request);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new CloudError('invalid', `${operation}: ${issue?.path.join('.') || 'request'}: ${issue?.message}`);
    }
    const context: AdminContext = {
      operator,
      query,
      below,
      askChild: async (child, asked, itsRequest) => {
        const target = childPath(this.cell.path, child);
        const message: Message = { cell: target, operation: asked, request: itsRequest, operator };
        const answer = await below.askChild(child, { ...askedOn(this.cell, query), target, payload: message });
        return adminOperations[asked].result.parse(answer) as AdminResult<typeof asked>;
      },
    };
    return this.ofThisCell((this.handlers[operation] as Handler)(parsed.data as never, context));
  }

  /** Says whose database it is that does not answer. */
  private async ofThisCell<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof CloudError) || error.kind !== 'unavailable' || error.message.includes(this.cell.path)) throw error;
      throw new CloudError('unavailable', `cell ${this.cell.path}: ${error.message}`, { cause: error });
    }
  }
}

export const noSuchCell = (path: string): CloudError => new CloudError('notFound', `Cell ${path} could not be found.`);
