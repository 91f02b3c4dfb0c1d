import { AmqpConnectionManager, RabbitMQModule } from '@golevelup/nestjs-rabbitmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { CloudError, type Logger } from '#domain';
import { type BrokerEndpoint, connectionOptions, tellTrouble } from './broker-endpoint.js';
import { BrokerLink } from './broker-link.js';

export interface Brokers {
  /** The cell's own. */
  readonly own: BrokerEndpoint;
  readonly parent?: BrokerEndpoint;
}

/** The connections of one process: to its cell's broker, and to the parent's when there is one. They come up when the brokers do. */
@Module({})
export class BrokerModule {
  static forRoot(brokers: Brokers, log: Logger): DynamicModule {
    const named = brokersByName(brokers);
    return {
      module: BrokerModule,
      global: true,
      imports: named.map(([name, endpoint]) => connectionModule(name, endpoint)),
      providers: named.map(([name]) => ({
        provide: linkToken(name),
        inject: [AmqpConnectionManager],
        useFactory: (manager: AmqpConnectionManager): BrokerLink => {
          const connection = manager.getConnection(name);
          if (!connection) throw new CloudError('internal', `there is no connection to the ${name} broker`);
          tellTrouble(connection.managedConnection, { broker: name, setting: SETTINGS[name] }, log);
          return new BrokerLink(connection, log.child({ broker: name }));
        },
      })),
      exports: named.map(([name]) => linkToken(name)),
    };
  }
}

/** Where a configuration has them. */
const SETTINGS = { own: 'broker.tls', parent: 'parent.broker.tls' } as const;

const brokersByName = ({ own, parent }: Brokers): [keyof Brokers, BrokerEndpoint][] => [
  ['own', own],
  ...(parent ? [['parent', parent] satisfies [keyof Brokers, BrokerEndpoint]] : []),
];

export const linkToken = (name: keyof Brokers): string => `BROKER_LINK_${name}`;

const connectionModule = (name: string, { url, tls }: BrokerEndpoint): DynamicModule =>
  RabbitMQModule.forRoot({
    name,
    uri: url,
    connectionManagerOptions: { connectionOptions: connectionOptions(tls), heartbeatIntervalInSeconds: 5, reconnectTimeInSeconds: 1 },
    connectionInitOptions: { wait: false, skipConnectionFailedLogging: true, skipDisconnectFailedLogging: true },
    enableDirectReplyTo: false,
    registerHandlers: false,
  });
