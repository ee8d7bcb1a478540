/** What readers of server-sent events pass over (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
const COMMENT = ': at work\n\n';

/** Whether a promise settles in some time. It never throws. */
export async function settlesWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeOut = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  const isSettled = await Promise.race([settled, timeOut]);
  clearTimeout(timer);
  return isSettled;
}

/** A comment for each time in which there is no event: load balancers cut connections on which nothing comes. */
export async function* keptAlive(
  events: AsyncGenerator<string, void, void>,
  milliseconds: number,
): AsyncGenerator<string, void, void> {
  try {
    for (;;) {
      const next = events.next();
      while (!(await settlesWithin(next, milliseconds))) {
        yield COMMENT;
      }
      const { done, value } = await next;
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    await events.return();
  }
}
