import { Command, Option } from 'commander';
import { addCellCommands } from './cell-commands.js';
import type { Context } from './context.js';
import type { Io } from './io.js';
import { addSteeringCommands } from './steering-commands.js';

/** What a command does; it is loaded when it is called, so that the tool starts fast. @returns its exit code; nothing is 0. */
export type Action = (context: Context, ...args: string[]) => Promise<number | undefined>;
export type Loader = () => Promise<Action>;

/** Declares a command: what it is called, what it takes, and where its action is. */
export type Declare = (
  parent: Command,
  nameAndArguments: string,
  summary: string,
  load: Loader,
  more?: { options?: readonly Option[]; examples?: readonly string[] },
) => Command;

const EPILOGUE = `
It speaks to the API cell with the usual OS_* variables (source .canopy/openrc), or to one cell alone, also while that is cut off:
canopy --cell-url http://127.0.0.1:8780 --token-file FILE ... (or CANOPY_CELL_URL and CANOPY_CELL_TOKEN_FILE).

Exit codes: 0 done, 1 the cloud said no or something is unhealthy, 2 wrong command line.`;

/** @param finish gets the exit code of the command that ran */
export const makeProgram = (io: Io, finish: (code: number) => void): Command => {
  const program = new Command('canopy')
    .description('Sees and steers a tree of cells.')
    .addOption(new Option('--cell-url <url>', "a cell's own admin API, instead of the API cell"))
    .addOption(new Option('--token-file <file>', 'holds the token of that admin API'))
    .addHelpText('after', EPILOGUE)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: text => io.print(text.trimEnd()), writeErr: text => io.error(text.trimEnd()) });

  const declare: Declare = (parent, nameAndArguments, summary, load, { options = [], examples = [] } = {}) => {
    const command = parent.command(nameAndArguments).description(summary);
    for (const option of options) command.addOption(option);
    command.addOption(new Option('-o, --output <format>', 'for people or for programs').choices(['table', 'json']).default('table'));
    if (examples.length) command.addHelpText('after', `\nExamples:\n${examples.map(example => `  canopy ${example}`).join('\n')}`);
    command.action(async (...given: unknown[]) => {
      const args = given.slice(0, -2).flatMap(arg => (Array.isArray(arg) ? arg : [arg])) as string[];
      const action = await load();
      const { Context } = await import('./context.js');
      finish((await action(new Context(io, command.optsWithGlobals(), program), ...args)) ?? 0);
    });
    return command;
  };

  addCellCommands(program, declare);
  addSteeringCommands(program, declare);
  return program;
};
