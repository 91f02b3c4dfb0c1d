import type { NodeProcessPlan } from '../configs.js';
import type { Layout } from '../layout.js';
import { type LogEvent, LogTail } from '../log-tail.js';

interface Told {
  readonly cell: string;
  readonly event: LogEvent;
  /** ms since 1970 */
  readonly at: number;
}

/** What the cells' logs tell about one request, as sentences: the way down and the way up as it happens. */
export class Story {
  private readonly tails: { readonly cell: string; readonly tail: LogTail }[];
  /** The last state that each cell told, so that a repetition is not shown. */
  private readonly states = new Map<string, string>();

  /** Listens from now on. */
  constructor(layout: Layout, nodes: readonly NodeProcessPlan[]) {
    this.tails = nodes
      .filter(node => node.kind === 'cell')
      .map(node => ({ cell: node.cell.path, tail: new LogTail(layout.log(node.name)) }));
  }

  /** What is new about the instance, in the order in which it happened. */
  next(instanceUuid: string): { readonly cell: string; readonly text: string; readonly at: number }[] {
    const told = this.tails.flatMap(({ cell, tail }) =>
      tail
        .events()
        .filter(event => event.instanceUuid === instanceUuid)
        .map(event => ({ cell, event, at: timeOf(event) })),
    );
    return told
      .sort((a, b) => a.at - b.at)
      .flatMap(one => {
        const text = this.sentence(one);
        return text ? [{ cell: one.cell, text, at: one.at }] : [];
      });
  }

  private sentence({ cell, event }: Told): string | undefined {
    switch (event.msg) {
      case 'cell chosen':
        return choice('cells', event);
      case 'host chosen':
        return choice('hosts', event);
      case 'build rejected':
        return `has no place for it: ${String(event.reason)}`;
      case 'instance state':
        return this.state(cell, event);
      default:
        return undefined;
    }
  }

  private state(cell: string, event: LogEvent): string | undefined {
    const task = event.taskState ? `, ${String(event.taskState)}` : '';
    const text = `${String(event.vmState)}${task}${event.host ? ` on host ${String(event.host)}` : ''}`;
    if (this.states.get(cell) === text) return undefined;
    this.states.set(cell, text);
    return event.owner === cell ? `the server is ${text}` : `hears from below: ${text}`;
  }
}

const choice = (what: string, event: LogEvent): string => {
  const considered = Array.isArray(event.considered) ? event.considered.join(', ') : '';
  return event.chosen
    ? `considered the ${what} ${considered}: chose ${String(event.chosen)}`
    : `considered the ${what} ${considered}: none fits`;
};

const timeOf = (event: LogEvent): number => {
  const time = event.time;
  return typeof time === 'number' ? time : Date.parse(String(time)) || 0;
};
