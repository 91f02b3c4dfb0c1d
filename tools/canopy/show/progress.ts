import type { Io } from '../io.js';

const FRAMES = ['|', '/', '-', '\\'];
const EVERY_MS = 200;

/** Shows people what is waited for, on stderr; programs see nothing of it. */
export const withProgress = async <T>(io: Io, work: (say: (text: string) => void) => Promise<T>): Promise<T> => {
  if (!io.interactive) return work(() => undefined);
  const started = performance.now();
  let text = '';
  let turn = 0;
  const draw = (): void => {
    if (text !== '') io.overwrite(`${FRAMES[turn++ % FRAMES.length]} ${text} (${Math.round((performance.now() - started) / 1000)} s)`);
  };
  const timer = setInterval(draw, EVERY_MS);
  try {
    return await work(next => {
      text = next;
      draw();
    });
  } finally {
    clearInterval(timer);
    io.overwrite('');
  }
};
