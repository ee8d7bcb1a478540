import { createServer } from 'node:net';

/** The first of some neighbouring ports that nothing listens on, below those that the kernel gives to clients. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 11_000);
    const servers = Array.from({ length: count }, () => createServer());
    const listening = servers.map(
      (server, index) =>
        new Promise<boolean>((resolve) => {
          server.once('error', () => resolve(false)).listen(first + index, () => resolve(true));
        }),
    );
    const free = (await Promise.all(listening)).every(Boolean);
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (free) {
      return first;
    }
  }
}
