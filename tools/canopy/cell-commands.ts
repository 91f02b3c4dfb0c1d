import { type Command, Option } from 'commander';
import type { Declare } from './program.js';

/** `canopy cell ...` */
export const addCellCommands = (program: Command, declare: Declare): void => {
  const cell = program.command('cell').description('the tree of cells: see it, add to it, steer it');

  declare(cell, 'tree', 'the whole tree with health, age and load', async () => (await import('./commands/tree.js')).tree, {
    examples: ['cell tree', 'cell tree -o json'],
  });
  declare(cell, 'list', 'the neighbours of the asked cell', async () => (await import('./commands/cells.js')).list);
  declare(cell, 'show <cell>', 'one cell', async () => (await import('./commands/cells.js')).show, {
    examples: ["cell show 'west!a'", 'cell show west -o json'],
  });
  declare(
    cell,
    'create <cell>',
    'makes a place for a new cell and a token for its machine',
    async () => (await import('./commands/create.js')).create,
    {
      options: [
        new Option('--weight-offset <number>', 'prefers it (or, below 0, avoids it) in placement'),
        new Option('--expires <hours>', 'how long the token holds (24 unless given)'),
      ],
      examples: [
        'cell create north',
        "cell create 'west!b' --expires 2",
        'cell join "$(canopy cell create north -o json | jq -r .join_token)"',
      ],
    },
  );
  declare(
    cell,
    'join <token>',
    'makes this machine the cell that the token is for, and starts it',
    async () => (await import('./commands/join.js')).join,
    {
      options: [
        new Option('--directory <dir>', 'where it is kept').default('.canopy'),
        new Option(
          '--url <url>',
          "where the token is redeemed: the compute API or the parent's admin API, when the token's own is out of reach",
        ),
        new Option('--database <url>', 'an own mysql:// database, instead of a private MariaDB'),
        new Option('--broker <url>', 'an own amqp:// broker, instead of a private RabbitMQ'),
        new Option('--parent-ca <file>', "PEM: who vouches for the parent's broker, when Node does not trust it anyway"),
        new Option('--topology <file>', 'YAML: its hosts, its processes, its own children'),
        new Option('--hosts <number>', 'plays so many hosts with the fake driver'),
        new Option('--port-base <port>', 'the first port for private servers'),
        new Option('--timeout <seconds>', 'for all of it').default('180'),
        new Option('--no-enable', 'stays disabled when the self-check passes'),
      ],
      examples: [
        'cell join TOKEN',
        'cell join TOKEN --directory /var/lib/canopy --database mysql://c:p@db/canopy --broker amqps://c:p@mq/canopy',
        'cell join TOKEN --hosts 2   # to try it out',
      ],
    },
  );
  declare(cell, 'enable <cell>', 'lets new servers in', async () => (await import('./commands/steer.js')).enable);
  declare(cell, 'disable <cell>', 'lets no new servers in', async () => (await import('./commands/steer.js')).disable, {
    options: [new Option('--reason <text>', 'shown to whoever asks why')],
    examples: ["cell disable 'west!a' --reason 'switch replaced on Tuesday'"],
  });
  declare(
    cell,
    'drain <cell> [percent]',
    'offers only the rest of it (100: nothing), and lists what is left; 0 takes it back',
    async () => (await import('./commands/steer.js')).drain,
    {
      options: [new Option('--wait', 'until no server is left'), new Option('--timeout <seconds>', 'of the wait').default('3600')],
      examples: ["cell drain 'west!a'", "cell drain 'west!a' 50", "cell drain 'west!a' 0   # takes it back"],
    },
  );
  declare(cell, 'set <cell>', 'its weights and quotas', async () => (await import('./commands/steer.js')).set, {
    options: [
      new Option('--weight-offset <number>', 'added to its weight in placement'),
      new Option('--weight-scale <number>', 'multiplies its weight in placement'),
      new Option('--quota-instances <number>', 'servers in it and below, at most; -1 lifts the limit'),
      new Option('--quota-cores <number>', 'virtual CPUs'),
      new Option('--quota-ram <MB>', 'memory'),
      new Option('--no-quota', 'lifts all its limits'),
    ],
    examples: ['cell set west --weight-offset 10', "cell set 'west!a' --quota-instances 100 --quota-cores 400", 'cell set west --no-quota'],
  });
  declare(cell, 'remove <cell>', 'takes it out of the tree', async () => (await import('./commands/steer.js')).remove, {
    options: [new Option('--force', 'also while it has servers: they go to ERROR, and their owners can delete them')],
    examples: ['cell remove north', "cell remove 'west!b' --force"],
  });
  declare(cell, 'capacity [cell]', 'what is free', async () => (await import('./commands/capacity.js')).capacity, {
    examples: ['cell capacity', "cell capacity 'west!a'"],
  });
  declare(cell, 'sync', 'compares what cells know of servers, and mends it', async () => (await import('./commands/sync.js')).sync, {
    options: [
      new Option('--cell <cell>', 'only with this one'),
      new Option('--project <id>', 'only servers of this project'),
      new Option('--updated-since <time>', 'only servers changed since (ISO 8601)'),
      new Option('--no-deleted', 'none that the cell above has as deleted'),
      new Option('--dry-run', 'only tells what differs'),
    ],
    examples: ["cell sync --dry-run --cell 'west!a'", 'cell sync --updated-since 2026-11-23T00:00:00Z'],
  });
};
