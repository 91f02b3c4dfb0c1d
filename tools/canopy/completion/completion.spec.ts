import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { consoleIo } from '../io.js';
import { makeProgram } from '../program.js';
import { completionFor } from './completion.js';

const program = makeProgram(consoleIo(), () => undefined);

/** What bash would offer for the last of these words. */
const offered = (...words: string[]): string[] => {
  const script = `${completionFor('bash', program)}
COMP_WORDS=(canopy ${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _canopy; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
};

describe('completion', () => {
  it('offers commands, and commands below them', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['cell', 'explain', 'fit', 'queue', 'status', 'doctor', '--help']));
    expect(offered('cell', 'dr')).toEqual(['drain']);
    expect(offered('queue', '')).toEqual(expect.arrayContaining(['list', 'parked', 'replay', 'drop']));
  });

  it('offers the options of a command, and the values that one takes', () => {
    expect(offered('cell', 'disable', 'west', '--re')).toEqual(['--reason']);
    expect(offered('cell', 'tree', '-o', 'j')).toEqual(['json']);
  });

  it('is not led astray by what stands before', () => {
    expect(offered('--cell-url', 'cell', 'qu')).toEqual(['queue']);
    expect(offered('cell', 'disable', '--reason', 'queue', '--re')).toEqual(['--reason']);
  });

  it('for zsh names the same commands', () => {
    const script = completionFor('zsh', program);
    expect(script).toContain('#compdef canopy');
    for (const command of program.commands) expect(script).toContain(`_canopy_words[${command.name()}]=`);
  });
});
