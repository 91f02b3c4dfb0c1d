import type { ProcessKind } from '../process/process-table.js';
import type { StartEvent } from '../start-all.js';
import type { Screen } from './screen.js';

const LABELS: Record<ProcessKind, string> = {
  launcher: 'launcher',
  epmd: 'Erlang port mapper',
  mariadb: 'MariaDB',
  rabbitmq: 'RabbitMQ',
  libvirtd: 'libvirt',
  cell: 'cells',
  compute: 'compute services',
};
const REMIND_SECONDS = 5;

/** Tells how a start goes on: a line when all processes of a kind are ready, and every few seconds what is still awaited. */
export class StartProgress {
  private readonly waiting = new Map<string, ProcessKind>();
  private readonly ready = new Map<ProcessKind, { count: number; found: number }>();
  private readonly ticker: NodeJS.Timeout;
  private remind = false;

  constructor(
    private readonly screen: Screen,
    services: readonly { readonly name: string; readonly kind: ProcessKind }[],
  ) {
    for (const { name, kind } of services) this.waiting.set(name, kind);
    this.ticker = setInterval(() => this.tick(), REMIND_SECONDS * 1000);
    screen.step(`starting ${countsOf([...this.waiting.values()])}`);
  }

  on({ service, state, found }: StartEvent): void {
    if (state !== 'ready') return;
    this.waiting.delete(service.name);
    const sofar = this.ready.get(service.kind) ?? { count: 0, found: 0 };
    const now = { count: sofar.count + 1, found: sofar.found + (found ? 1 : 0) };
    this.ready.set(service.kind, now);
    if ([...this.waiting.values()].includes(service.kind)) return;
    this.remind = false;
    this.screen.step(`${LABELS[service.kind].padEnd(18)} ${now.count} ready${now.found > 0 ? `, ${now.found} of them ran already` : ''}`);
  }

  end(): void {
    clearInterval(this.ticker);
  }

  /** Only after a whole interval without news. */
  private tick(): void {
    if (this.remind && this.waiting.size > 0) this.screen.step(`still waiting for ${shortList([...this.waiting.keys()])}`);
    this.remind = true;
  }
}

const countsOf = (kinds: readonly ProcessKind[]): string =>
  [...new Set(kinds)]
    .filter(kind => kind !== 'epmd')
    .map(kind => `${kinds.filter(one => one === kind).length} ${LABELS[kind]}`)
    .join(', ');

const shortList = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
