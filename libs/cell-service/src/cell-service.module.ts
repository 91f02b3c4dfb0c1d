import { type DynamicModule, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Interval, ScheduleModule } from '@nestjs/schedule';
import type { DataSource } from 'typeorm';
import { type CellTables, SqlCellStore } from '#database';
import type { BuildMeter, CellPath, Clock, Logger, Random } from '#domain';
import { type BrokerEndpoint, type BrokerLink, BrokerModule, linkToken } from '#messaging';
import type { OwnBroker } from './broker.config.js';
import { brokerDoorOf } from './broker-door.js';
import { factsOf } from './cell-facts.js';
import { CellNode, type CellNodeParts, PERIODIC, TICK_MS } from './cell-node.js';
import { Tasks } from './tasks.js';

export interface CellServiceOptions {
  readonly path: CellPath;
  readonly children: readonly string[];
  readonly tables: CellTables;
  /** Connected, with its schema up to date. */
  readonly dataSource: DataSource;
  readonly brokers: { readonly own: OwnBroker; readonly parent?: BrokerEndpoint };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly meter?: BuildMeter | undefined;
  readonly timings?: CellNodeParts['timings'];
  /** 0 when left out. */
  readonly shelvedOffloadSeconds?: number;
  readonly moves?: CellNodeParts['moves'];
  readonly scheduler?: CellNodeParts['scheduler'];
}

const MINUTE_MS = 60_000;

/** Runs a cell's node for as long as the application lives, and gives it its ticks. */
@Injectable()
export class CellService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly tasks: Tasks;
  private started = false;

  constructor(
    readonly node: CellNode,
    readonly store: SqlCellStore,
    private readonly log: Logger,
  ) {
    this.tasks = new Tasks(log);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.node.start();
    this.started = true;
  }

  @Interval(TICK_MS)
  async everySecond(): Promise<void> {
    if (this.started) await this.tasks.run('tick', () => this.node.tick());
  }

  @Interval(MINUTE_MS)
  async everyMinute(): Promise<void> {
    if (this.started) await this.tasks.run('prune', () => this.node.prune());
  }

  /** Why the cell does not do its work: its database does not answer, mostly. The log says what exactly. */
  ailment(): string | undefined {
    return this.tasks.ailment();
  }

  async onApplicationShutdown(): Promise<void> {
    this.started = false;
    await this.tasks.stop();
    await this.node.stop();
    this.log.info('cell stopped');
  }
}

/** A cell's part of an application: the root and the cells below it differ in their options only. */
@Module({})
export class CellServiceModule {
  static forRoot(options: CellServiceOptions): DynamicModule {
    const { path, children, tables, dataSource, brokers, clock, random, log, meter, timings, shelvedOffloadSeconds, moves, scheduler } =
      options;
    const tokens = brokers.parent === undefined ? [linkToken('own')] : [linkToken('own'), linkToken('parent')];
    return {
      module: CellServiceModule,
      imports: [ScheduleModule.forRoot(), BrokerModule.forRoot(brokers, log)],
      providers: [
        {
          provide: CellService,
          inject: tokens,
          useFactory: async (own: BrokerLink, parent?: BrokerLink) => {
            const store = new SqlCellStore(dataSource, clock, tables);
            const lastHeard = await store.readLease(PERIODIC);
            const facts = factsOf(brokers);
            const broker = brokerDoorOf(path, brokers.own, own);
            const shared = {
              path,
              store,
              own,
              children,
              clock,
              random,
              log,
              meter,
              lastHeard,
              facts,
              broker,
              shelvedOffloadSeconds,
              ...(timings ? { timings } : {}),
              ...(moves ? { moves } : {}),
              ...(scheduler ? { scheduler } : {}),
            };
            return new CellService(new CellNode(parent ? { ...shared, parent } : shared), store, log);
          },
        },
      ],
      exports: [CellService],
    };
  }
}
