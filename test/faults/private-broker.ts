import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { silentLogger } from '#domain';
import { type BrokerLink, BrokerModule, linkToken } from '#messaging';
import { until } from '#testing';
import { layoutOf } from '../../tools/stack/layout.js';
import { answers, PortPicker } from '../../tools/stack/ports.js';
import { launch, stopProcess } from '../../tools/stack/process/launch.js';
import { ProcessTable } from '../../tools/stack/process/process-table.js';
import { epmdService } from '../../tools/stack/servers/epmd.js';
import { rabbitmqctlCommand, rabbitmqService } from '../../tools/stack/servers/rabbitmq.js';
import type { Service } from '../../tools/stack/servers/service.js';
import { startAll } from '../../tools/stack/start-all.js';
import { stopAll } from '../../tools/stack/stop-all.js';
import { GUEST, randomPortBase } from '../setup/test-services.js';

const NAME = 'private.rabbitmq';

class Side {}

/** A RabbitMQ that belongs to one test, which may break it. guest:guest may do anything there. */
export class PrivateBroker {
  private readonly closing: (() => Promise<unknown>)[] = [];

  private constructor(
    private readonly directory: string,
    private readonly service: Service,
    private readonly table: ProcessTable,
    private readonly port: number,
    private readonly epmdPort: number,
  ) {}

  get url(): string {
    return `amqp://guest:guest@127.0.0.1:${this.port}`;
  }

  static async start(): Promise<PrivateBroker> {
    const directory = mkdtempSync(join(tmpdir(), 'canopy-broker-'));
    chmodSync(directory, 0o755);
    const layout = layoutOf(directory);
    const picker = new PortPicker(randomPortBase());
    const epmd = { name: 'epmd', host: '127.0.0.1', port: await picker.pick() };
    const port = await picker.pick();
    const plan = {
      name: NAME,
      address: '127.0.0.1',
      port,
      distributionPort: await picker.pick(),
      cookie: 'private',
      schedulers: 1,
      vhosts: [],
    };
    const service = rabbitmqService(layout, plan, { epmd, definitions: GUEST });
    const table = new ProcessTable(layout.processes);
    await startAll([epmdService(layout, epmd), service], table, {});
    return new PrivateBroker(directory, service, table, port, epmd.port);
  }

  /** A connection to it that comes back by itself, as every process has it. */
  async link(): Promise<BrokerLink> {
    const module = { module: Side, imports: [BrokerModule.forRoot({ own: { url: this.url } }, silentLogger)] };
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    const link = app.get<BrokerLink>(linkToken('own'));
    this.closing.push(
      () => app.close(),
      () => link.close(),
    );
    return link;
  }

  /** Ends in good order, and begins anew: by then all that it holds is on its disk. */
  async restart(meanwhile: () => void = () => undefined): Promise<void> {
    const row = this.table.get(NAME);
    if (row) await stopProcess(row.identity, { graceSeconds: 60 });
    // The kernel closes its sockets a moment later; whoever then looks whether the next one is ready would find this one.
    await until(async () => !(await answers('127.0.0.1', this.port)), { timeoutMs: 10_000 });
    meanwhile();
    await launch(this.service, this.table);
  }

  /** What `rabbitmqctl` does with these arguments. */
  async control(...args: string[]): Promise<void> {
    const [command = '', ...first] = rabbitmqctlCommand(layoutOf(this.directory).server(NAME), { name: NAME }, this.epmdPort);
    await promisify(execFile)(command, [...first, ...args], { timeout: 60_000 });
  }

  /** Takes away what the logs of the quorum queues begin with: what is left begins with a gap. While it is down. */
  breakQuorumQueues(): void {
    const quorum = join(layoutOf(this.directory).server(NAME), 'mnesia', 'node', 'quorum');
    const segments = readdirSync(quorum, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.segment'));
    for (const file of segments) rmSync(join(quorum, file));
  }

  async remove(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
    await stopAll(layoutOf(this.directory));
    rmSync(this.directory, { recursive: true, force: true });
  }
}
