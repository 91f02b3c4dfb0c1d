import type { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { connectionTrouble, type Logger, type TlsMaterial } from '#domain';

export interface BrokerEndpoint {
  /** amqp:// or amqps://user:password@host:port/vhost */
  readonly url: string;
  /** Of an amqps:// URL. */
  readonly tls?: TlsMaterial | undefined;
}

/** Answers wait for each other on a connection with Nagle's algorithm: 23 ms instead of 1. */
export const connectionOptions = (tls: TlsMaterial = {}) => ({ noDelay: true, ...given(tls) });

const given = ({ ca, cert, key }: TlsMaterial) => ({
  ...(ca === undefined ? {} : { ca }),
  ...(cert === undefined ? {} : { cert }),
  ...(key === undefined ? {} : { key }),
});

/** Says when the broker comes and goes and, once for each reason, why it is not reached: it is tried again every second. */
export const tellTrouble = (
  connection: AmqpConnection['managedConnection'],
  { broker, setting }: { readonly broker: string; readonly setting: string },
  log: Logger,
): void => {
  let told = '';
  connection.on('connect', () => {
    told = '';
    log.info('broker connected', { broker });
  });
  connection.on('disconnect', () => log.warn('broker disconnected', { broker }));
  connection.on('connectFailed', ({ err }) => {
    const reason = connectionTrouble(err, setting);
    if (reason !== told) log.warn('broker is not reached', { broker, reason });
    told = reason;
  });
};
