import { libvirtLibrary } from './libvirt.js';

let users = 0;
let wakeTimer: number | undefined;
let running: Promise<void> | undefined;

/**
 * libvirt's event loop, one for the process: it waits in poll() on a thread of Node's pool, so it costs nothing while nothing
 * happens. It must run before the first connection is opened, and until the last is closed.
 */
export const acquireEventLoop = (): void => {
  const library = libvirtLibrary();
  if (wakeTimer === undefined) {
    library.registerEventLoop();
    // An exit waits for the threads of Node's pool; one that waits for libvirt may wait for ever, as this loop does.
    process.on('exit', code => library.endProcess(code));
    // A timer that is never due but when the loop must wake up to see that nobody needs it any more.
    const timer = library.addTimeout(
      -1,
      library.timeoutHandler(() => library.updateTimeout(timer, -1)),
      null,
      null,
    );
    wakeTimer = timer;
  }
  users += 1;
  running ??= run();
};

export const releaseEventLoop = async (): Promise<void> => {
  users -= 1;
  if (users > 0 || wakeTimer === undefined) return;
  libvirtLibrary().updateTimeout(wakeTimer, 0);
  await running;
};

const run = async (): Promise<void> => {
  const library = libvirtLibrary();
  while (users > 0) {
    // A loop that fails at once would otherwise keep a processor busy for nothing.
    if ((await library.runEventLoopOnce()) < 0) await new Promise(resolve => setTimeout(resolve, 1000));
  }
  running = undefined;
};
