import { expect, it } from 'vitest';
import { PREFIX } from './choice.js';
import { conformance } from './conformance.js';
import { type Verdict, Verdicts } from './verdicts.js';

const verdicts = new Verdicts();
const book = (test: string, outcome: Verdict['outcome'], reason = '') =>
  verdicts.book({ test: PREFIX + test, outcome, seconds: 1, reason });
book('servers.Servers.test_a', 'passed');
book('servers.Servers.test_b', 'failed', 'Traceback\nNotFound: no');
book('images.Images.test_c', 'failed', 'Traceback\nTimeout: slow');
book('volumes.Volumes.test_d', 'skipped', 'setUpClass: Volumes skipped as Cinder is not available');
book('fixed.Fixed.test_e', 'skipped', 'setUpClass: No fixed ip found for server: a6c6ee28-dfbc-4b45-93fc-da4f0e4535b9');

const page = conformance({
  verdicts,
  known: [{ reason: 'There are no networks.', tests: ['servers.Servers'] }],
  novaFails: ['servers.Servers.test_a', 'images.Images.test_c'],
  day: '2026-01-31',
});

it('puts the score beside that of Nova', () => {
  expect(page).toContain('| Canopy | 1 | 2 | 2 |\n| Nova (Zed, fake driver, judged in the same way) | 426 | 53 | 116 |');
  expect(page).toContain('runs its 5 tests');
});

it('tells of each failure why it is, or that nobody has said so', () => {
  expect(page).toContain('- There are no networks. (1)\n  - `servers.Servers`: test_b');
  expect(page).toContain('- Not explained: Timeout: slow (1)\n  - `images.Images`: test_c');
});

it('tells why tests are skipped, whatever class or server it was', () => {
  expect(page).toContain('- No fixed ip found for server (1)\n- Cinder is not available (1)\n');
});

it('names what only passes here', () => {
  expect(page).toContain('fails in Nova\n\n- `servers.Servers.test_a`\n');
});
