import type { BrokerAddress, CellFacts } from '#cell';

/** How the cell is reached, without the passwords. */
export const factsOf = ({ own, parent }: { readonly own: string; readonly parent?: string }): CellFacts => ({
  brokers: { own: addressOf(own), ...(parent === undefined ? {} : { parent: addressOf(parent) }) },
});

const PORTS: Readonly<Record<string, number>> = { 'amqp:': 5672, 'amqps:': 5671 };

const addressOf = (url: string): BrokerAddress => {
  const { protocol, hostname, port, username } = new URL(url);
  return { username: decodeURIComponent(username), host: hostname, port: port ? Number(port) : (PORTS[protocol] ?? 0) };
};
