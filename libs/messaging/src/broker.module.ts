import { AmqpConnectionManager, RabbitMQModule } from '@golevelup/nestjs-rabbitmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { CloudError, type Logger } from '#domain';
import { BrokerLink } from './broker-link.js';

export interface BrokerUrls {
  /** amqp://user:password@host:port/vhost of the cell's own broker. */
  readonly own: string;
  readonly parent?: string;
}

/** The connections of one process: to its cell's broker, and to the parent's when there is one. They come up when the brokers do. */
@Module({})
export class BrokerModule {
  static forRoot(urls: BrokerUrls, log: Logger): DynamicModule {
    const named = Object.entries(urls).filter((entry): entry is [keyof BrokerUrls, string] => entry[1] !== undefined);
    return {
      module: BrokerModule,
      global: true,
      imports: named.map(([name, uri]) => connectionModule(name, uri)),
      providers: named.map(([name]) => ({
        provide: linkToken(name),
        inject: [AmqpConnectionManager],
        useFactory: (manager: AmqpConnectionManager): BrokerLink => {
          const connection = manager.getConnection(name);
          if (!connection) throw new CloudError('internal', `there is no connection to the ${name} broker`);
          connection.managedConnection.on('connect', () => log.info('broker connected', { broker: name }));
          connection.managedConnection.on('disconnect', () => log.warn('broker disconnected', { broker: name }));
          return new BrokerLink(connection, log.child({ broker: name }));
        },
      })),
      exports: named.map(([name]) => linkToken(name)),
    };
  }
}

export const linkToken = (name: keyof BrokerUrls): string => `BROKER_LINK_${name}`;

const connectionModule = (name: string, uri: string): DynamicModule =>
  RabbitMQModule.forRoot({
    name,
    uri,
    // Answers wait for each other on a connection with Nagle's algorithm: 23 ms instead of 1.
    connectionManagerOptions: { connectionOptions: { noDelay: true }, heartbeatIntervalInSeconds: 5, reconnectTimeInSeconds: 1 },
    connectionInitOptions: { wait: false, skipConnectionFailedLogging: true, skipDisconnectFailedLogging: true },
    enableDirectReplyTo: false,
    registerHandlers: false,
  });
