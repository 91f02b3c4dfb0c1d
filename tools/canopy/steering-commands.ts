import { type Command, Option } from 'commander';
import type { Declare } from './program.js';

const cellOption = new Option('--cell <cell>', 'only this one');

/** Everything besides `canopy cell`. */
export const addSteeringCommands = (program: Command, declare: Declare): void => {
  declare(
    program,
    'explain [server-or-request]',
    'why a server is where it is, or nowhere; with --flavor: where one would go',
    async () => (await import('./commands/explain.js')).explain,
    {
      options: [
        new Option('--flavor <flavor>', 'asks about a server that is not there yet: nothing is reserved'),
        new Option('--image <id>', 'of that server'),
        new Option('--zone <zone>', 'of that server; ZONE:HOST forces a host'),
        new Option('--host <host>', 'of that server, if the filters let it pass'),
        new Option('--hint <key=value...>', 'its scheduler hints'),
        new Option('--count <number>', 'so many of them'),
        new Option('--all', 'every candidate, not only the first of each level'),
      ],
      examples: ['explain 7d3f...-...-...', 'explain req-9b1c...', 'explain --flavor m1.large --zone z1'],
    },
  );
  declare(program, 'fit <flavor>', 'how many more would fit, by cell', async () => (await import('./commands/fit.js')).fit, {
    options: [new Option('--zone <zone>', 'only there')],
    examples: ['fit m1.small', 'fit 2 --zone z1 -o json'],
  });

  const host = program.command('host').description('the hosts of a cell, as the cell itself knows them');
  declare(host, 'list <cell>', 'its hosts', async () => (await import('./commands/hosts.js')).list, { examples: ["host list 'west!a'"] });
  declare(host, 'enable <cell> <host>', 'lets new servers in', async () => (await import('./commands/hosts.js')).enable);
  declare(host, 'disable <cell> <host>', 'lets no new servers in', async () => (await import('./commands/hosts.js')).disable, {
    options: [new Option('--reason <text>', 'shown to whoever asks why')],
    examples: ["host disable 'west!a' a1 --reason 'new memory'"],
  });
  declare(
    host,
    'force-down <cell> <host>',
    'treats it as down, whatever is heard of it: when it is certain that it is off',
    async () => (await import('./commands/hosts.js')).forceDown,
    { options: [new Option('--undo', 'believes what is heard of it again')], examples: ["host force-down 'west!a' a1"] },
  );

  const queue = program.command('queue').description('queues, and messages that could not be handled');
  declare(queue, 'list', 'how much waits where', async () => (await import('./commands/queues.js')).list, { options: [cellOption] });
  declare(
    queue,
    'parked [id]',
    'messages that could not be handled; with an id: one in full',
    async () => (await import('./commands/queues.js')).parked,
    { options: [cellOption, new Option('--limit <number>', 'so many').default('100')], examples: ["queue parked --cell 'west!a'"] },
  );
  declare(queue, 'replay [ids...]', 'lets them be handled once more', async () => (await import('./commands/queues.js')).replay, {
    options: [cellOption, new Option('--all', 'every parked message (of that cell)')],
    examples: ['queue replay 5f0c... --cell west', 'queue replay --all'],
  });
  declare(queue, 'drop [ids...]', 'forgets them for good', async () => (await import('./commands/queues.js')).drop, {
    options: [cellOption, new Option('--all', 'every parked message (of that cell)')],
    examples: ['queue drop 5f0c...'],
  });

  declare(program, 'status', 'the cloud on one screen', async () => (await import('./commands/status.js')).status);
  declare(
    program,
    'doctor',
    'checks all that can be checked, and says what to do',
    async () => (await import('./commands/doctor.js')).doctor,
    {
      examples: ['doctor', 'doctor -o json'],
    },
  );
  const completion = program
    .command('completion')
    .description('a script that completes command lines')
    .addHelpText(
      'after',
      '\nExamples:\n  source <(canopy completion bash)\n  canopy completion zsh > ~/.zfunc/_canopy   # a directory of $fpath',
    );
  for (const shell of ['bash', 'zsh'] as const) {
    declare(completion, shell, `for ${shell}`, async () => {
      const { completionFor } = await import('./completion/completion.js');
      return async ({ io, program: tree }) => {
        io.print(completionFor(shell, tree));
        return 0;
      };
    });
  }
};
