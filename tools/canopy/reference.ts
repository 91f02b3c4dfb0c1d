import type { Command } from 'commander';

/** docs/reference/canopy-cli.md: the help of every command, one after the other. */
export const referenceOf = (program: Command): string =>
  [
    '# canopy',
    '',
    '`npx canopy …` in the repository, after `npm ci` and `npm run build`. This page is the help of its commands, written by',
    '`CANOPY_WRITE_GOLDEN=1 npx vitest run --project unit tools/canopy/reference.spec.ts`.',
    '',
    ...helpOf(program),
    ...program.commands.flatMap(command => sections(command, [program.name()])),
  ].join('\n');

const sections = (command: Command, above: readonly string[]): string[] =>
  command.commands.length
    ? command.commands.flatMap(one => sections(one, [...above, command.name()]))
    : [`## ${[...above, command.name()].join(' ')}`, '', ...helpOf(command)];

const helpOf = (command: Command): string[] => {
  let text = '';
  command.configureOutput({
    writeOut: part => {
      text += part;
    },
    getOutHelpWidth: () => 130,
  });
  command.outputHelp();
  return ['```', text.trim(), '```', ''];
};
